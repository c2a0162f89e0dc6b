"""From weeks, holidays and special days to working intervals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from service_science.worktime.scalar import Worktime

DayHours = Sequence[tuple[time, time]]


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
    after = _epoch(last + timedelta(days=1), time(0), zone)
    return Worktime(zone, _epoch(first, time(0), zone), after, tuple(starts), tuple(ends))


def _epoch(day: date, clock: time, zone: tzinfo) -> int:
    return int(datetime.combine(day, clock, zone).astimezone(UTC).timestamp())
