"""A clock explains itself, line by line: what ran, what paused it, which time did not count and why.

The same lines for staff, in full, and for customers, a day at a time and without the inner hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from ruoshui.organization.models import Calendar
from ruoshui.organization.worktimes import DayKinds, worked_between, worktime_of
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.history import spans_of_case, spans_of_request
from ruoshui.sla.models import Clock
from ruoshui.sla.reckoning import stops
from ruoshui.sla.spans import Span, cut

RAN, PAUSED, CLOSED = "ran", "paused", "closed"
TOO_MANY = 200
SECOND = timedelta(seconds=1)  # calendars are exact to the second, events to the microsecond


@dataclass(frozen=True, slots=True)
class ClockStretch:
    """From `begin` to `end` the clock ran, was paused for `reason`, or stood still outside working time.

    For closed time `reason` is weekend, hours, or empty when `names` says it (holidays, special
    days). `counted` seconds of this line, `total` seconds until its end.
    """

    begin: datetime
    end: datetime
    kind: str
    reason: str = ""
    names: tuple[str, ...] = ()
    unit: int = 0
    counted: int = 0
    total: int = 0

    @property
    def lasted(self) -> timedelta:
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Explanation:
    clock: Clock
    lines: tuple[ClockStretch, ...]
    used: int
    until: datetime

    @property
    def left(self) -> int:
        return self.clock.seconds - self.used


def explain(clock: Clock, at: datetime, *, plain: bool = False) -> Explanation:
    """`plain` for customers. Until the clock ended, or until now."""
    until = min(clock.ended_at or at, at).replace(microsecond=0)
    lines = list(_totalled(_merged(_lines(clock, until))))
    used = lines[-1].total if lines else 0
    if plain or len(lines) > TOO_MANY:
        lines = list(_by_day(lines))
    return Explanation(clock, tuple(lines), used, until)


def spans_of_clock(clock: Clock) -> list[Span]:
    if clock.case is not None:
        return spans_of_case(clock.case, min(clock.case.opened_at, clock.starts_at))
    assert clock.request is not None
    return spans_of_request(clock.request)


def calendars_of_clock(clock: Clock) -> Calendars:
    return Calendars(clock.term, clock.case.customer if clock.case else None, clock.calendar_unit_id)


def _lines(clock: Clock, until: datetime) -> Iterator[ClockStretch]:
    calendars = calendars_of_clock(clock)
    kinds: dict[int, DayKinds] = {}
    for span in cut(spans_of_clock(clock), clock.starts_at, until):
        if span.end is None:
            continue
        calendar = calendars.of(span.unit)
        if stops(clock.term, span):
            yield ClockStretch(span.begin, span.end, PAUSED, reason=span.wait, unit=span.unit)
        elif calendar is None:
            seconds = int((span.end - span.begin).total_seconds())
            yield ClockStretch(span.begin, span.end, RAN, unit=span.unit, counted=seconds)
        else:
            days = kinds.setdefault(calendar.pk, DayKinds(calendar))
            yield from _by_hours(span, span.end, calendar, days)


def _by_hours(span: Span, end: datetime, calendar: Calendar, days: DayKinds) -> Iterator[ClockStretch]:
    """The working intervals of a span, and between them why it was closed."""
    at = span.begin
    for opens, closes in worktime_of(calendar).intervals(span.begin, end):
        if opens - at >= SECOND:
            yield _closed(at, opens, span.unit, calendar, days)
        kind = days.of(opens.date())
        made_up = (kind.name,) if kind.kind in ("holiday", "special") and kind.name else ()
        counted = int((closes - opens).total_seconds())
        yield ClockStretch(opens, closes, RAN, names=made_up, unit=span.unit, counted=counted)
        at = closes
    if end - at >= SECOND:
        yield _closed(at, end, span.unit, calendar, days)


MOST_NAMED = timedelta(days=400)  # whoever waits longer than that reads no list of holidays


def _closed(begin: datetime, end: datetime, unit: int, calendar: Calendar, days: DayKinds) -> ClockStretch:
    """Named after the days that lie wholly inside; when there are none, it was only outside the hours."""
    first, last = begin.astimezone(calendar.tzinfo).date(), end.astimezone(calendar.tzinfo).date()
    names: dict[str, None] = {}
    weekend = False
    for day in _dates(first, last) if last - first < MOST_NAMED else ():
        kind = days.of(day)
        if kind.kind and not _is_worked(calendar, day):
            weekend = weekend or kind.kind == "weekend"
            if kind.name:
                names[kind.name] = None
    reason = "" if names else "weekend" if weekend else "hours"
    return ClockStretch(begin, end, CLOSED, reason=reason, names=tuple(names), unit=unit)


def _is_worked(calendar: Calendar, day: date) -> bool:
    begin = datetime.combine(day, datetime.min.time(), calendar.tzinfo)
    return worked_between(calendar, begin, begin + timedelta(days=1)) > 0


def _dates(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _merged(lines: Iterable[ClockStretch]) -> Iterator[ClockStretch]:
    """Neighbours that stood still for the same reason are one line; what ran stays apart by hand-over."""
    before: ClockStretch | None = None
    for line in lines:
        if before and before.kind == line.kind and line.kind != RAN and before.end == line.begin:
            same = (before.reason, before.names) == (line.reason, line.names)
            if same and (line.kind == CLOSED or before.unit == line.unit):
                before = replace(before, end=line.end)
                continue
        if before:
            yield before
        before = line
    if before:
        yield before


def _totalled(lines: Iterable[ClockStretch]) -> Iterator[ClockStretch]:
    total = 0
    for line in lines:
        total += line.counted
        yield replace(line, total=total)


def _by_day(lines: Iterable[ClockStretch]) -> Iterator[ClockStretch]:
    """One line for all that ran on a date; nights and lunch breaks go, holidays, weekends and pauses stay."""
    lines = list(lines)
    kept = [line for line in lines if not (line.kind == CLOSED and line.reason == "hours")] or lines

    def key(line: ClockStretch) -> tuple[object, ...]:
        local = timezone.localtime(line.begin).date()
        return (RAN, local) if line.kind == RAN else (line.kind, line.begin)

    for _key, same in groupby(kept, key=key):
        group = list(same)
        first, last = group[0], group[-1]
        yield replace(first, end=last.end, counted=sum(line.counted for line in group), total=last.total)
