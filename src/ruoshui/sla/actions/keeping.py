"""Keep the clocks of one case true to its events. Always inside the verb that changed the case."""

from collections.abc import Iterable
from datetime import datetime

from ruoshui.cases.actions import date_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.events import PromiseBroken, PromiseKept, PromiseNotReached
from ruoshui.sla.history import spans_of_case
from ruoshui.sla.models import Clock, InternalRequest, Promise, Target, Term
from ruoshui.sla.reckoning import set_times
from ruoshui.sla.spans import Span
from ruoshui.sla.terms import rungs_of

COLUMNS = (
    "term_id",
    "unit_id",
    "calendar_id",
    "seconds",
    "added",
    "starts_at",
    "due_at",
    "alarms_at",
    "alarm_rungs",
    "fired",
    "next_at",
    "ended_at",
    "broken_at",
    "not_reached",
    "calendar_unit_id",
    "told_due",
)


def locked_clocks(case: Case) -> list[Clock]:
    """The case's clocks as they are now, locked against the sweeper."""
    locked = Clock.objects.select_for_update(of=("self",)).filter(case=case)
    clocks = list(locked.select_related("term", "calendar").order_by("pk"))
    for clock in clocks:
        clock.__dict__["_as_read"] = _state(clock)
    return clocks


def _state(clock: Clock) -> tuple[object, ...]:
    """What reckoning may change, to write only the clocks it did change. Lists are copied."""
    values = (getattr(clock, name) for name in COLUMNS)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def reckon(case: Case, clocks: Iterable[Clock], *, spans: list[Span] | None = None, told: bool = False) -> list[Clock]:
    """Set the times of every clock that still runs, write them, and date the case. `told`: the customer hears of these
    times anyway.
    """
    clocks = list(clocks)
    open_clocks = [clock for clock in clocks if clock.ended_at is None]
    if open_clocks:
        begin = min(case.opened_at, *(clock.starts_at for clock in open_clocks))
        spans = spans if spans is not None else spans_of_case(case, begin)
        for clock in open_clocks:
            set_times(clock, rungs_of(clock.term_id), spans, calendars_for(clock, case))
            if told:
                clock.told_due = clock.due_at
        for clock in open_clocks:
            if clock.pk and clock.__dict__.get("_as_read") != _state(clock):
                clock.save(update_fields=COLUMNS)
        Clock.objects.bulk_create(clock for clock in open_clocks if not clock.pk)
    date_by(case, clocks)
    return clocks


def calendars_for(clock: Clock, case: Case) -> Calendars:
    calendars = Calendars(clock.term, case.customer, clock.calendar_unit_id)
    calendars.know(case.unit)
    return calendars


def date_by(case: Case, clocks: Iterable[Clock]) -> None:
    date_case(case, min((c.due_at for c in clocks if c.is_running and c.due_at), default=None))


def new_clock(case: Case, term: Term, starts_at: datetime, *, round: int = 1) -> Clock:
    return Clock(
        case=case,
        term=term,
        target=term.target,
        milestone=term.milestone,
        round=round,
        unit=case.unit,
        calendar_unit=case.unit,
        seconds=0,
        starts_at=starts_at,
    )


def end_clocks(case: Case, *targets: str, milestone: str = "", at: datetime) -> None:
    """The targets are reached: kept if in time, broken if not. Dates the case by what still runs."""
    clocks = locked_clocks(case)
    for clock in clocks:
        if clock.target in targets and clock.ended_at is None and milestone in ("", clock.milestone):
            end_clock(clock, case, at)
    date_by(case, clocks)


def end_clock(clock: Clock, about: Case | InternalRequest, at: datetime) -> None:
    if clock.broken_at is None:
        # A paused clock has time left, so its promise is kept.
        if clock.due_at is not None and at > clock.due_at:
            break_clock(clock, about)
        elif clock.target != Target.UPDATE:  # one at every answer would only be noise
            due = clock.due_at.isoformat() if clock.due_at else None
            kept = PromiseKept(target=clock.target, due=due, milestone=clock.milestone, clock=clock.pk)
            record(kept, about=about, by=SYSTEM, at=at)
    _write_end(clock, at)


def end_unreached(clock: Clock, about: Case | InternalRequest, at: datetime) -> None:
    """Nothing more is owed, though the target was not reached: neither kept nor broken, unless it was late already."""
    if clock.broken_at is None:
        if clock.due_at is not None and at > clock.due_at:
            break_clock(clock, about)
        elif clock.target != Target.UPDATE:
            told = PromiseNotReached(target=clock.target, milestone=clock.milestone, clock=clock.pk)
            record(told, about=about, by=SYSTEM, at=at)
    clock.not_reached = True
    _write_end(clock, at)


def _write_end(clock: Clock, at: datetime) -> None:
    clock.ended_at, clock.next_at = at, None
    clock.save(update_fields=["ended_at", "broken_at", "next_at", "not_reached"])


def break_clock(clock: Clock, about: Case | InternalRequest) -> None:
    """Mark the breach at the moment the promise was due. The caller saves the clock."""
    if clock.due_at is not None:
        clock.broken_at = clock.due_at
        record(broken(clock, about), about=about, by=SYSTEM, at=clock.due_at)


def broken(clock: Clock, about: Case | InternalRequest) -> PromiseBroken:
    return PromiseBroken(
        target=clock.target,
        due=clock.due_at.isoformat() if clock.due_at else "",
        unit=clock.unit_id,
        assignee=about.assignee_id,
        milestone=clock.milestone,
        clock=clock.pk,
    )


def drop_clocks(case: Case, *, at: datetime) -> None:
    """End what runs, neither kept nor broken: another case's promise stands for this one."""
    running = Clock.objects.filter(case=case, ended_at__isnull=True)
    running.update(ended_at=at, due_at=None, next_at=None, not_reached=True)
    date_case(case, None)


def promise_of(case: Case) -> Promise | None:
    return Promise.objects.filter(case=case).select_related("version__level").first()
