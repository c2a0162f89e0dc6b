"""One question at a time: two table lookups, or two binary searches where the table would be too large."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import accumulate, islice
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from service_science.worktime.vector import VectorWorktime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_TABLE = 1_000_000


class OutsideHorizon(ValueError):
    """The moment, or the answer, lies outside the days the calendar was compiled for."""


class NeverOpen(OutsideHorizon):
    """The calendar has no working interval at all, so no promise can be dated by it."""


class WorkingSpan(NamedTuple):
    """`days` working days, to the end of the last of them, and then `seconds` of working time."""

    days: int = 0
    seconds: int = 0


class Worktime:
    """A compiled calendar. Seconds are whole and since the epoch, UTC.

    `starts[i]`, `ends[i]` bound the i-th working interval (end excluded);
    `worked[i]` is the working time in seconds from the beginning to `ends[i]`.

    `step` is the longest stride on which every interval begins and ends. Within a stride the
    work done so far either stands still or runs with the clock, so a table of strides answers
    at once: a value >= 0 is the work done, a negative one is the work done less the second.
    """

    def __init__(self, zone: tzinfo, first: int, last: int, starts: tuple[int, ...], ends: tuple[int, ...]) -> None:
        self.zone, self.first, self.last = zone, first, last
        self.starts, self.ends = starts, ends
        self.worked = tuple(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        self.total = self.worked[-1] if self.worked else 0
        self.step = gcd(*(edge - first for edge in (*starts, *ends, last)))
        tabled = (last - first) // self.step <= LARGEST_TABLE and first >= self.total
        self.done_table = list(self._strides()) if tabled else []
        self.second_table = self._second_strides() if tabled else []

    def add(self, moment: datetime, seconds: int) -> datetime:
        """The earliest moment at which `seconds` of work have passed since `moment`.

        Zero seconds is `moment` itself, also outside hours. Raises `NeverOpen` for a calendar
        without hours, `OutsideHorizon` if the compiled days end first.
        """
        second = self._second(moment)
        if seconds == 0:
            return moment
        return self._moment(self.add_seconds(second, seconds))

    def between(self, begin: datetime, end: datetime) -> int:
        """Working seconds from `begin` to `end`; zero when `end` is not later."""
        return self.between_seconds(self._second(begin), self._second(end))

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

    def intervals(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working intervals from `begin` to `end`, cut to them."""
        first, last = self._second(begin), self._second(end)
        for index in range(bisect_right(self.ends, first), bisect_left(self.starts, last)):
            yield self._moment(max(first, self.starts[index])), self._moment(min(last, self.ends[index]))

    def closings(self, after: date) -> Iterator[datetime]:
        """When the working day ends, for each date after `after` that has working time: its last working moment, or
        midnight where work goes on. Ends with the compiled days.
        """
        day = after + timedelta(days=1)
        begin = self._midnight(day)
        while begin < self.last:
            day += timedelta(days=1)
            end = self._midnight(day)
            index = bisect_left(self.starts, end) - 1
            if index >= 0 and self.ends[index] > begin:
                yield self._moment(min(self.ends[index], end))
            begin = end

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The end of the `days`-th working day after the date of `moment`, which does not count itself.

        Raises as `add` does.
        """
        if days < 1:
            raise ValueError("at least one working day")
        found = next(islice(self.closings(moment.astimezone(self.zone).date()), days - 1, None), None)
        if found is None:
            raise (OutsideHorizon if self.starts else NeverOpen)("the calendar's days end first")
        return found

    def later(self, moment: datetime, span: WorkingSpan) -> datetime:
        """`moment` and then all of `span`."""
        return self.add(self.add_days(moment, span.days) if span.days else moment, span.seconds)

    def add_seconds(self, second: int, amount: int) -> int:
        """As `add`, in seconds since the epoch."""
        if amount <= 0:
            if amount == 0:
                return second
            raise ValueError("working time to add is never negative")
        target = self.done_at(second) + amount
        if target > self.total:
            raise (OutsideHorizon if self.starts else NeverOpen)("the calendar's days end before the time is used up")
        if self.second_table:
            return target + self.second_table[(target - 1) // self.step]
        index = bisect_left(self.worked, target)
        return self.ends[index] - (self.worked[index] - target)

    def between_seconds(self, begin: int, end: int) -> int:
        """As `between`, in seconds since the epoch."""
        if end <= begin:
            return 0
        table = self.done_table
        if not table or begin < self.first or end > self.last:
            return self.done_at(end) - self.done_at(begin)
        # As `done_at` twice, without the two calls: this is asked for every clock on every screen.
        before, after = table[(begin - self.first) // self.step], table[(end - self.first) // self.step]
        return (after if after >= 0 else after + end) - (before if before >= 0 else before + begin)

    def done_at(self, second: int) -> int:
        """Work done from the first compiled day until `second`."""
        if not self.first <= second <= self.last:
            raise OutsideHorizon("the moment is outside the compiled days")
        if self.done_table:
            done = self.done_table[(second - self.first) // self.step]
            return done if done >= 0 else done + second
        index = bisect_right(self.starts, second) - 1
        if index < 0:
            return 0
        return self.worked[index] - max(0, self.ends[index] - second)

    @cached_property
    def vector(self) -> "VectorWorktime":
        """The same questions for numpy arrays of seconds."""
        from service_science.worktime.vector import VectorWorktime

        return VectorWorktime(self)

    def _strides(self) -> Iterator[int]:
        at, done = self.first, 0
        for start, end in zip(self.starts, self.ends, strict=True):
            yield from [done] * ((start - at) // self.step)
            yield from [done - start] * ((end - start) // self.step)
            done += end - start
            at = end
        yield from [done] * ((self.last - at) // self.step + 1)

    def _second_strides(self) -> list[int]:
        """By stride of work done: what to add to the work done to get the second."""
        found: list[int] = []
        for end, worked, start in zip(self.ends, self.worked, self.starts, strict=True):
            found += [end - worked] * ((end - start) // self.step)
        return found

    def _second(self, moment: datetime) -> int:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        since = moment - EPOCH
        return since.days * 86400 + since.seconds

    def _midnight(self, day: date) -> int:
        return self._second(datetime.combine(day, time(0), self.zone))

    def _moment(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.zone)
