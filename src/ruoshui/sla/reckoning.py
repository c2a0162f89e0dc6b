"""When is it due, when is somebody warned? A function of the spans, never of a running total."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from ruoshui.organization.models import Calendar
from ruoshui.organization.worktimes import within_days, worktime_of
from ruoshui.sla.calendars import Calendars, worked
from ruoshui.sla.days import end_of_days
from ruoshui.sla.models import Clock, Rung, Term
from ruoshui.sla.spans import FINISHED, Span, cut
from service_science.worktime import OutsideHorizon


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


def seconds_of(term: Term, added: int, spans: Sequence[Span], calendars: Calendars, starts_at: datetime) -> int:
    """What the term promises in working seconds, and what was `added` to it. While it waits, days are reckoned as
    though the wait were over at once.
    """
    if not term.days:
        return term.minutes * 60 + added
    runs = list(running(term, spans, starts_at))
    ends_at = end_of_days(runs, calendars, starts_at, term.days)
    if ends_at is None:
        runs += cut(spans, starts_at)[-1:]
        ends_at = end_of_days(runs, calendars, starts_at, term.days)
    return used_by(runs, calendars, ends_at) + added if ends_at else added


def due_by(term: Term, added: int, spans: Sequence[Span], calendars: Calendars, starts_at: datetime) -> datetime | None:
    """When the term is due; None while it waits."""
    seconds = seconds_of(term, added, spans, calendars, starts_at)
    return due_after(running(term, spans, starts_at), calendars, seconds)


def used_by(spans: Iterable[Span], calendars: Calendars, at: datetime) -> int:
    """Working seconds used in the running `spans` until `at`."""
    return sum(
        worked(calendars.of(span.unit), span.begin, min(at, span.end or at)) for span in spans if span.begin < at
    )


def _add(calendar: Calendar | None, begin: datetime, seconds: int) -> datetime | None:
    if calendar is None:
        return begin + timedelta(seconds=seconds)
    worktime = worktime_of(calendar)
    try:
        return worktime.add(within_days(worktime, begin), seconds)
    except OutsideHorizon:
        return None


def set_times(clock: Clock, rungs: Iterable[Rung], spans: list[Span], calendars: Calendars) -> None:
    """Write on the clock what the spans say: due time, alarms to come, and the next of all these."""
    runs = list(running(clock.term, spans, clock.starts_at))
    clock.seconds = seconds_of(clock.term, clock.added, spans, calendars, clock.starts_at)
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
