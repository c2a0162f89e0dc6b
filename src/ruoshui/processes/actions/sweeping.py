from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.processes.actions._stepping import locked_run, step_or_stop
from ruoshui.processes.engine.machine import Machine
from ruoshui.processes.events import TimerFired
from ruoshui.processes.models import RunState, Timer
from ruoshui.processes.templates import drawing_of

BATCH = 200


def fire_due_timers(at: datetime) -> int:
    """Every timer whose time has come, oldest first, each in a transaction of its own; any number of sweepers."""
    fired = 0
    seen: set[int] = set()
    due = Timer.objects.filter(due_at__lte=at, run__status=RunState.RUNNING).order_by("due_at", "pk")
    while batch := list(due.exclude(pk__in=seen).values_list("pk", "run__case_id")[:BATCH]):
        for pk, case_id in batch:
            seen.add(pk)
            fired += _fire(pk, case_id, at)
    return fired


@transaction.atomic
def _fire(pk: int, case_id: int, at: datetime) -> bool:
    """The case before its timer, like every verb; a case that somebody works on this moment comes next time."""
    case = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=case_id).first()
    if case is None:
        return False
    timer = Timer.objects.select_for_update().filter(pk=pk, due_at__lte=at).first()
    run = locked_run(case) if timer is not None else None
    if timer is None or run is None or not run.is_running:
        return False
    token, name, due = timer.token, timer.node, timer.due_at
    timer.delete()
    node = drawing_of(run.version_id).nodes[name]
    # It happened when it was due, however late somebody noticed; what follows from it happens now.
    record(TimerFired(node=name, name=node.name_zh or name, name_en=node.get("name-en")), about=case, by=SYSTEM, at=due)
    step_or_stop(run, _firing(token, name), by=SYSTEM, at=at)
    return True


def _firing(token: UUID, node: str) -> Callable[[Machine], None]:
    def fire(machine: Machine) -> None:
        machine.fire(token, node)

    return fire
