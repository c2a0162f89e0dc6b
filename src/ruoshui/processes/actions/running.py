"""A process from its beginning to its end, as its case lives."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.documents.actions import require_documents
from ruoshui.documents.actions.requiring import Wanted
from ruoshui.processes.actions._following import drop
from ruoshui.processes.actions._stepping import is_stepping, locked_run, remember_message, step_or_stop
from ruoshui.processes.engine.expressions import evaluate
from ruoshui.processes.engine.machine import Machine
from ruoshui.processes.events import ProcessCalledOff, ProcessStarted, ProcessTakenUp
from ruoshui.processes.models import Run, RunState, Task, TaskState, TemplateVersion
from ruoshui.processes.refusals import NoProcess, ProcessNotStopped
from ruoshui.processes.templates import current_template


@verb
def start_process(case: Case, version: TemplateVersion, *, by: Actor, at: datetime) -> Run | None:
    """Begin as the version says: its documents, then its drawing. None when it has no drawing.

    A fault in the drawing stops the process, not the case: a need that was taken in is never lost.
    """
    facts = facts_of(case)
    wanted = [_wanted(one) for one in version.documents if not one.get("when") or evaluate(one["when"], facts)]
    if wanted:
        require_documents(case, wanted, by=SYSTEM, at=at)
    if not version.drawing:
        return None
    run = Run(case=case, version=version, started_at=at)
    run.save(force_insert=True)
    record(ProcessStarted(version=version.pk, number=version.number), about=case, by=by, at=at)
    step_or_stop(run, Machine.go_on, facts=facts, by=by, at=at)
    return run


def _wanted(one: Mapping[str, Any]) -> Wanted:
    return Wanted(
        code=one["code"],
        name_zh=one["name_zh"],
        name_en=one.get("name_en", ""),
        explanation_zh=one.get("explanation_zh", ""),
        explanation_en=one.get("explanation_en", ""),
        is_required=bool(one.get("is_required", True)),
        steps=one.get("steps", ""),
    )


def facts_of(case: Case) -> dict[str, Any]:
    """What conditions and tables can look at from the start: the case's form and what is known of it."""
    tier = case.customer.tier if case.customer else None
    return {
        **{name: value for name, value in case.form.items() if name != "typename"},
        "case_priority": case.priority,
        "case_channel": case.channel,
        "case_category": case.category,
        "customer_tier": tier.code if tier else "",
    }


@verb
def send_message(case: Case, message: str, facts: Mapping[str, Any] | None = None, *, by: Actor, at: datetime) -> bool:
    """Tell the case's process that something happened. False: nothing waited for it."""
    if is_stepping(case):
        remember_message(case, message, facts or {})
        return False
    if not Run.objects.filter(case=case, status=RunState.RUNNING).exists():
        return False
    run = locked_run(case)
    if run is None or not run.is_running:
        return False
    heard: list[bool] = []

    def tell(machine: Machine) -> bool:
        heard.append(machine.send(message, facts or {}))
        return heard[0]

    step_or_stop(run, tell, by=by, at=at)
    return any(heard)


@verb
def call_off(case: Case, *, reason: str = "", by: Actor, at: datetime) -> None:
    """The case has ended or is of another kind: nothing of its process is to be done any more."""
    for task in Task.objects.to_do().filter(case=case, run__isnull=False).select_related("unit", "request"):
        task.case = case
        drop(task, at=at)
    run = Run.objects.select_for_update().filter(case=case).first()
    if run is None or run.status not in (RunState.RUNNING, RunState.STOPPED):
        return
    run.timers.all().delete()
    run.status, run.ended_at = RunState.CANCELLED, at
    run.save(update_fields=["status", "ended_at"])
    record(ProcessCalledOff(reason=reason), about=case, by=by, at=at)


@verb
def take_up_again(case: Case, *, since: datetime, by: Actor, at: datetime) -> None:
    """What was called off at the moment `since` is to be done again, from where it stood."""
    dropped = Task.objects.filter(case=case, state=TaskState.DROPPED, ended_at=since)
    dropped.filter(assignee__isnull=True).update(state=TaskState.OPEN, ended_at=None)
    dropped.filter(assignee__isnull=False).update(state=TaskState.TAKEN, ended_at=None)
    run = locked_run(case)
    if run is None or run.status != RunState.CANCELLED or run.ended_at != since:
        return
    run.status, run.ended_at = RunState.RUNNING, None
    run.save(update_fields=["status", "ended_at"])
    record(ProcessTakenUp(), about=case, by=by, at=at)
    step_or_stop(run, Machine.go_on, by=by, at=at)


@verb
def go_on_again(case: Case, *, by: Actor, at: datetime) -> Run:
    """The cause of the fault is mended: the process goes on from where it stopped, by the newest version if it never
    began.
    """
    run = locked_run(case)
    if run is None:
        raise NoProcess(number=case.number)
    if run.status != RunState.STOPPED:
        raise ProcessNotStopped(number=case.number)
    if run.state is None:
        run.version = current_template(case.type_id) or run.version
    run.status, run.fault = RunState.RUNNING, ""
    run.save(update_fields=["status", "fault", "version"])
    begins = facts_of(case) if run.state is None else None
    step_or_stop(run, Machine.go_on, facts=begins, by=by, at=at)
    return run
