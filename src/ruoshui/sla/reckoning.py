"""When is it due, when is somebody warned? A function of the spans, never of a running total."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ruoshui.customers.models import Customer
from ruoshui.organization.models import Calendar, Unit
from ruoshui.organization.worktimes import calendar_numbered, calendar_of, worktime_of
from ruoshui.sla.models import CalendarFrom, Clock, Rung, Term
from ruoshui.sla.spans import FINISHED, Span, cut
from service_science.worktime import OutsideHorizon


class Calendars:
    """Which calendar counts in which span of one clock; None is around the clock."""

    def __init__(self, term: Term, customer: Customer | None = None) -> None:
        self._term, self._customer = term, customer
        self._of_units: dict[int, Calendar | None] = {}

    def of(self, unit: int) -> Calendar | None:
        source = self._term.calendar_from
        if source == CalendarFrom.ALWAYS:
            return None
        if source == CalendarFrom.FIXED and self._term.calendar_id is not None:
            # Terms are kept for the life of the process, their calendar may be edited any day.
            return calendar_numbered(self._term.calendar_id)
        if source == CalendarFrom.CUSTOMER and self._customer is not None and self._customer.calendar is not None:
            return self._customer.calendar
        if unit not in self._of_units:
            self._of_units[unit] = calendar_of(Unit.objects.get(pk=unit))
        return self._of_units[unit]

    def know(self, unit: Unit) -> None:
        """Spare the query for a unit that is at hand."""
        self._of_units[unit.pk] = calendar_of(unit)


def stops(term: Term, span: Span) -> bool:
    """Does the clock of this term stand still in this span?"""
    return span.wait == FINISHED or span.wait in term.pauses_for


def running(term: Term, spans: Iterable[Span], starts_at: datetime) -> Iterator[Span]:
    return (span for span in cut(spans, starts_at) if not stops(term, span))


def due_after(spans: Iterable[Span], calendars: Calendars, seconds: int) -> datetime | None:
    """When `seconds` of working time are used up in the running `spans`.

    None while the clock is paused with time left, or when the calendar has no working time.
    """
    left = seconds
    for span in spans:
        calendar = calendars.of(span.unit)
        if span.end is None:
            return _add(calendar, span.begin, left)
        used = worked(calendar, span.begin, span.end)
        if used >= left:
            return _add(calendar, span.begin, left)
        left -= used
    return None


def used_by(spans: Iterable[Span], calendars: Calendars, at: datetime) -> int:
    """Working seconds used in the running `spans` until `at`."""
    return sum(
        worked(calendars.of(span.unit), span.begin, min(at, span.end or at)) for span in spans if span.begin < at
    )


def worked(calendar: Calendar | None, begin: datetime, end: datetime) -> int:
    if calendar is None:
        return max(0, int((end - begin).total_seconds()))
    return worktime_of(calendar).between(begin, end)


def _add(calendar: Calendar | None, begin: datetime, seconds: int) -> datetime | None:
    if calendar is None:
        return begin + timedelta(seconds=seconds)
    try:
        return worktime_of(calendar).add(begin, seconds)
    except OutsideHorizon:
        return None


def set_times(clock: Clock, rungs: Iterable[Rung], spans: list[Span], calendars: Calendars) -> None:
    """Write on the clock what the spans say: due time, alarms to come, and the next of all these."""
    runs = list(running(clock.term, spans, clock.starts_at))
    clock.due_at = due_after(runs, calendars, clock.seconds)
    last = cut(spans, clock.starts_at)
    clock.calendar = calendars.of(last[-1].unit if last else clock.unit_id)
    alarms = []
    for rung in rungs:
        point = rung.seconds_of(clock.seconds)
        if rung.pk not in clock.fired and point > 0:
            at = due_after(runs, calendars, point)
            if at is not None:
                alarms.append((at, rung.pk))
    alarms.sort()
    clock.alarms_at, clock.alarm_rungs = [at for at, _pk in alarms], [pk for _at, pk in alarms]
    clock.next_at = next_moment(clock)


def next_moment(clock: Clock) -> datetime | None:
    upcoming = clock.alarms_at[:1]
    if clock.broken_at is None and clock.due_at is not None:
        upcoming = [*upcoming, clock.due_at]
    return min(upcoming, default=None)
