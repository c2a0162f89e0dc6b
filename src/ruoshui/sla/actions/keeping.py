"""Keep the clocks of one case true to its events. Always inside the verb that changed the case."""

from collections.abc import Iterable
from datetime import datetime

from ruoshui.cases.actions import date_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.sla.events import PromiseBroken, PromiseKept
from ruoshui.sla.models import Clock, Promise, Target
from ruoshui.sla.reckoning import Stretch, due_after, running_stretches


def reckon_clocks(
    case: Case,
    promise: Promise,
    *,
    new: Iterable[str] = (),
    at: datetime,
    is_fresh: bool = False,
) -> list[Clock]:
    """Set the due time of every clock that still runs, create those in `new`, date the case."""
    clocks = {} if is_fresh else {clock.target: clock for clock in Clock.objects.filter(case=case)}
    stretches = [Stretch(case.opened_at, None)] if is_fresh else running_stretches(case)
    fresh = [Clock(case=case, target=target) for target in new if target not in clocks]
    for clock in [*clocks.values(), *fresh]:
        if clock.ended_at is not None:
            continue
        # The first response is owed also while we wait: only resolution pauses.
        runs = stretches if clock.target == Target.RESOLUTION else [Stretch(case.opened_at, None)]
        before, clock.due_at = clock.due_at, due_after(promise, runs, promise.minutes_for(clock.target) or 0)
        if clock.pk and before != clock.due_at:
            clock.save(update_fields=["due_at"])
    Clock.objects.bulk_create(fresh)
    everyone = [*clocks.values(), *fresh]
    _date(case, everyone)
    return everyone


def _date(case: Case, clocks: list[Clock]) -> None:
    date_case(case, min((c.due_at for c in clocks if c.is_running and c.due_at), default=None))


def end_clocks(case: Case, *targets: str, at: datetime) -> None:
    """The targets are reached: kept if in time, broken if not. Dates the case by what still runs."""
    clocks = list(Clock.objects.select_for_update().filter(case=case))
    for clock in clocks:
        if clock.target in targets and clock.ended_at is None:
            _end(clock, case, at)
    _date(case, clocks)


def _end(clock: Clock, case: Case, at: datetime) -> None:
    if clock.broken_at is None:
        # A paused clock has time left, so its promise is kept.
        if clock.due_at is None or at <= clock.due_at:
            due = clock.due_at.isoformat() if clock.due_at else None
            record(PromiseKept(target=clock.target, due=due), about=case, by=SYSTEM, at=at)
        else:
            break_clock(clock, case)
    clock.ended_at = at
    clock.save(update_fields=["ended_at", "broken_at"])


def drop_clocks(case: Case, *, at: datetime) -> None:
    """End what runs, neither kept nor broken: another case's promise stands for this one."""
    Clock.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at, due_at=None)
    date_case(case, None)


def break_clock(clock: Clock, case: Case) -> None:
    """Mark the breach at the moment the promise was due. The caller saves the clock."""
    if clock.due_at is None:
        return
    clock.broken_at = clock.due_at
    told = PromiseBroken(
        target=clock.target, due=clock.due_at.isoformat(), unit=case.unit_id, assignee=case.assignee_id
    )
    record(told, about=case, by=SYSTEM, at=clock.due_at)


def reopen_clock(case: Case, target: str) -> None:
    """The target is owed again; a breach that happened stays on record."""
    Clock.objects.filter(case=case, target=target).update(ended_at=None)
