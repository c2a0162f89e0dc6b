"""What falls due, found by its index and done exactly once by whoever comes first.

Clocks are taken in batches, oldest first, without a cap; a clock that another sweeper or a verb
holds is skipped and comes next time. A batch is a handful of statements whatever its size.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction

from ruoshui.cases.actions import resume_case
from ruoshui.cases.models import Case, CaseState, Suspension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import Event, Told, record_all
from ruoshui.core.refusals import Refusal
from ruoshui.sla.actions.alarming import Alarm, tell_alarms
from ruoshui.sla.actions.keeping import broken
from ruoshui.sla.events import ClockEscalated, ClockWarned
from ruoshui.sla.models import Clock, Rung
from ruoshui.sla.terms import rungs_of

BATCH = 1000


@dataclass(slots=True)
class Swept:
    """What one clock's turn comes to: how many alarms fired, whether it broke, what is next."""

    clock: Clock
    fired: int = 0
    broken_at: datetime | None = None
    next_at: datetime | None = None
    events: list[tuple[Event, datetime]] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


def sweep_clocks(at: datetime) -> int:
    """Warn and break all that is due by `at`; returns how many clocks had something due."""
    total = 0
    while swept := _sweep_batch(at):
        total += swept
    return total


@transaction.atomic
def _sweep_batch(at: datetime) -> int:
    due = Clock.objects.to_sweep(at).order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",))
    related = ("unit", "case__unit", "case__assignee__unit", "request__unit", "request__from_unit")
    clocks = due.select_related(*related, "request__assignee__unit", "request__asked_by__unit", "term")
    swept = [_sweep(clock, at) for clock in clocks[:BATCH]]
    if swept:
        _write(swept)
        told = [Told(event, one.clock.about, SYSTEM, when) for one in swept for event, when in one.events]
        record_all(sorted(told, key=lambda one: one.at))
        tell_alarms([alarm for one in swept for alarm in one.alarms])
    return len(swept)


def _sweep(clock: Clock, at: datetime) -> Swept:
    swept = Swept(clock, broken_at=clock.broken_at)
    rungs = {rung.pk: rung for rung in rungs_of(clock.term_id)}
    reached = [(moment, pk) for moment, pk in zip(clock.alarms_at, clock.alarm_rungs, strict=True) if moment <= at]
    swept.fired = len(reached)
    for moment, same in groupby(reached, key=lambda one: one[0]):
        known = [rungs[pk] for _moment, pk in same if pk in rungs]
        swept.events.append((_warned(clock, known, moment), moment))
        swept.alarms += [Alarm(clock, rung, moment) for rung in known]
    if clock.broken_at is None and clock.due_at is not None and clock.due_at <= at:
        swept.broken_at = clock.due_at
        swept.events.append((broken(clock, clock.about), clock.due_at))
    later = clock.alarms_at[swept.fired : swept.fired + 1]
    still_due = [clock.due_at] if swept.broken_at is None and clock.due_at else []
    swept.next_at = min([*later, *still_due], default=None)
    return swept


def _warned(clock: Clock, rungs: list[Rung], moment: datetime) -> ClockWarned:
    late = clock.due_at is not None and moment >= clock.due_at
    return (ClockEscalated if late else ClockWarned)(
        clock=clock.pk,
        target=clock.target,
        rungs=[rung.pk for rung in rungs],
        told=list(dict.fromkeys(rung.to for rung in rungs)),
        due=clock.due_at.isoformat() if clock.due_at else None,
        milestone=clock.milestone,
    )


def _write(swept: Iterable[Swept]) -> None:
    rows = [(one.clock.pk, one.fired, one.broken_at, one.next_at) for one in swept]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE sla_clock SET
              fired = fired || alarm_rungs[1:done.n],
              alarms_at = alarms_at[done.n + 1:],
              alarm_rungs = alarm_rungs[done.n + 1:],
              broken_at = done.broken_at,
              next_at = done.next_at
            FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[])
              AS done(id, n, broken_at, next_at)
            WHERE sla_clock.id = done.id
            """,
            columns,
        )


def resume_due_cases(at: datetime) -> int:
    """Resume every case whose pause has an end that has come."""
    resumed = 0
    while ids := _due_pauses(at):
        done = sum(_resume(pk, at) for pk in ids)
        if not done:
            break  # the rest is held by others, and comes next time
        resumed += done
    return resumed


def _due_pauses(at: datetime) -> list[int]:
    due = Suspension.objects.filter(ended_at__isnull=True, until__lte=at).order_by("until", "pk")
    return list(due.values_list("case_id", flat=True)[:BATCH])


def _resume(pk: int, at: datetime) -> int:
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update(skip_locked=True).filter(pk=pk, state=CaseState.WAITING).first()
            if case is None:
                return 0
            resume_case(case, by=SYSTEM, at=at)
            return 1
    except Refusal:
        return 0  # somebody resumed or finished it in the same moment
