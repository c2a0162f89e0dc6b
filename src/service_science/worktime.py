"""Working time: what a calendar counts as work, exact to the second.

A calendar is compiled once into sorted working intervals with prefix sums; after that
`add` and `between` are two binary searches whatever the distance.

>>> from datetime import date, datetime, time
>>> from zoneinfo import ZoneInfo
>>> shanghai = ZoneInfo("Asia/Shanghai")
>>> office = [(time(9), time(12)), (time(13), time(18))]
>>> week = {day: office for day in range(5)}
>>> golden_week = {date(2026, 10, d): [] for d in range(1, 8)}
>>> worktime = compile_worktime(week, golden_week, shanghai, date(2026, 9, 1), date(2026, 12, 31))
>>> before_the_holiday = datetime(2026, 9, 30, 17, 0, tzinfo=shanghai)
>>> worktime.add(before_the_holiday, 2 * 3600).isoformat()
'2026-10-08T10:00:00+08:00'
>>> worktime.between(before_the_holiday, datetime(2026, 10, 8, 10, 0, tzinfo=shanghai))
7200
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DayHours = Sequence[tuple[time, time]]


class OutsideHorizon(ValueError):
    """The moment, or the answer, lies outside the days the calendar was compiled for."""


class NeverOpen(OutsideHorizon):
    """The calendar has no working interval at all, so no promise can be dated by it."""


@dataclass(frozen=True, slots=True)
class Worktime:
    """A compiled calendar. Times are whole seconds since the epoch, UTC.

    `starts[i]`, `ends[i]` bound the i-th working interval (end excluded);
    `worked[i]` is the working time in seconds from the beginning to `ends[i]`.
    """

    zone: tzinfo
    first: int
    last: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    worked: tuple[int, ...]

    def add(self, moment: datetime, seconds: int) -> datetime:
        """The earliest moment at which `seconds` of work have passed since `moment`.

        Zero seconds is `moment` itself, also outside hours. Raises `NeverOpen` for a calendar
        without hours, `OutsideHorizon` if the compiled days end first.
        """
        if seconds < 0:
            raise ValueError("working time to add is never negative")
        begin = self._second(moment)
        if seconds == 0:
            return moment
        if not self.starts:
            raise NeverOpen("the calendar is closed on every day")
        target = self._worked_until(begin) + seconds
        index = bisect_left(self.worked, target)
        if index == len(self.worked):
            raise OutsideHorizon("the calendar's days end before the time is used up")
        return self._moment(self.ends[index] - (self.worked[index] - target))

    def between(self, begin: datetime, end: datetime) -> int:
        """Working seconds from `begin` to `end`; zero when `end` is not later."""
        return max(0, self._worked_until(self._second(end)) - self._worked_until(self._second(begin)))

    def is_open(self, moment: datetime) -> bool:
        second = self._second(moment)
        index = bisect_right(self.starts, second) - 1
        return index >= 0 and second < self.ends[index]

    def next_open(self, moment: datetime) -> datetime:
        """`moment` if it is working time, else the beginning of the next working interval."""
        if self.is_open(moment):
            return moment
        index = bisect_right(self.starts, self._second(moment))
        if index == len(self.starts):
            raise (OutsideHorizon if self.starts else NeverOpen)("no working time follows")
        return self._moment(self.starts[index])

    def _worked_until(self, second: int) -> int:
        index = bisect_right(self.starts, second) - 1
        if index < 0:
            return 0
        return self.worked[index] - max(0, self.ends[index] - second)

    def _second(self, moment: datetime) -> int:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        second = int(moment.timestamp() // 1)
        if not self.first <= second <= self.last:
            raise OutsideHorizon(f"{moment.isoformat()} is outside the compiled days")
        return second

    def _moment(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.zone)


def compile_worktime(
    week: Mapping[int, DayHours],
    special: Mapping[date, DayHours],
    zone: tzinfo,
    first: date,
    last: date,
) -> Worktime:
    """Compile the days `first` to `last`, both included.

    `week` maps a weekday (Monday is 0) to its hours; `special` replaces the hours of single
    dates: an empty list closes the day, hours open it (a make-up day). Hours that touch or
    overlap are joined. `time(0)` as an end means midnight at the end of the day. On the day a
    zone changes its clock, hours are read as wall-clock time, so that day may be shorter.
    """
    starts: list[int] = []
    ends: list[int] = []
    day = first
    while day <= last:
        for opens, closes in sorted(special.get(day, week.get(day.weekday(), ()))):
            end_day = day + timedelta(days=1) if closes == time(0) else day
            start, end = _epoch(day, opens, zone), _epoch(end_day, closes, zone)
            if end <= start:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        day += timedelta(days=1)
    total, worked = 0, []
    for start, end in zip(starts, ends, strict=True):
        total += end - start
        worked.append(total)
    after = _epoch(last + timedelta(days=1), time(0), zone)
    return Worktime(zone, _epoch(first, time(0), zone), after, tuple(starts), tuple(ends), tuple(worked))


def _epoch(day: date, clock: time, zone: tzinfo) -> int:
    return int(datetime.combine(day, clock, zone).astimezone(UTC).timestamp())
