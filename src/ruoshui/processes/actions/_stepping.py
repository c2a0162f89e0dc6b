"""One step of a running process: restore its tokens, move them, keep them, and let tasks and timers follow. One
transaction.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction

from ruoshui.cases.actions import locked, resolve_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Refusal
from ruoshui.core.statements import Prepared
from ruoshui.core.writing import update
from ruoshui.documents.models.requirements import missing
from ruoshui.processes.actions._following import follow
from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.drawing import Node
from ruoshui.processes.engine.machine import Handlers, Machine
from ruoshui.processes.events import DecisionMade, ProcessFinished, ProcessStopped
from ruoshui.processes.models import Run, RunState
from ruoshui.processes.refusals import NoSuchSetting
from ruoshui.processes.templates import drawing_of, tables_of
from ruoshui.processes.verbs import carry_out

Move = Callable[[Machine], object]
Message = tuple[str, Mapping[str, Any]]
# What a step itself makes happen to its case is told to the process after the step, not in the middle of it.
_stepping: ContextVar[dict[int, list[Message]] | None] = ContextVar("stepping", default=None)
MOST_MESSAGES = 50


def is_stepping(case: Case) -> bool:
    return case.pk in (_stepping.get() or {})


def remember_message(case: Case, message: str, facts: Mapping[str, Any]) -> None:
    kept = _stepping.get()
    if kept is not None:
        kept[case.pk].append((message, facts))


_run = Prepared(lambda case: Run.objects.select_for_update().filter(case_id=case), "case")


def locked_run(case: Case) -> Run | None:
    """The case before its process, as every verb about a case does."""
    return run_of(locked(case))


def run_of(case: Case) -> Run | None:
    """The process of a case that is locked already."""
    run = _run.first(case=case.pk)
    if run is not None:
        run.case = case
    return run


def step(run: Run, move: Move, *, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime) -> None:
    """Refuses what the process refuses; then nothing has happened. `facts` begin a fresh process. A move that answers
    False has moved nothing.
    """
    with _messages(run.case) as messages:
        machine = _machine(run, facts, at)
        if move(machine) is False:
            return
        told = 0
        while messages and not machine.is_finished:
            message, news = messages.pop(0)
            machine.send(message, news)
            if (told := told + 1) > MOST_MESSAGES:
                break
        _keep(run, machine, by=by, at=at)


def step_or_stop(run: Run, move: Move, *, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime) -> bool:
    """For steps that nobody can be told are refused: the fault stops the process and is shown; the case lives on."""
    case = run.case
    before = {field.attname: getattr(case, field.attname) for field in case._meta.concrete_fields}
    try:
        with transaction.atomic():
            step(run, move, facts=facts, by=by, at=at)
    except Refusal as fault:
        for name, value in before.items():
            setattr(case, name, value)
        stop(run, str(fault), at=at)
        return False
    return True


def stop(run: Run, fault: str, *, at: datetime) -> None:
    run.status, run.fault = RunState.STOPPED, fault[:500]
    run.save(update_fields=["status", "fault"])
    record(ProcessStopped(fault=run.fault), about=run.case, by=SYSTEM, at=at)


def _machine(run: Run, facts: Mapping[str, Any] | None, at: datetime) -> Machine:
    state = bytes(run.state) if run.state is not None else None
    return Machine(drawing_of(run.version_id), state, facts or {}, handlers(run, at))


def handlers(run: Run, at: datetime) -> Handlers:
    def service(node: Node, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        return carry_out(node, run.case, facts, at)

    def decision(node: Node, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        tables = tables_of(run.version_id)
        table = tables.get(node.get("decision"))
        if table is None:
            raise NoSuchSetting(task=node.name, what="decision", code=node.get("decision"))
        answers = decide(table, facts, tables)
        record(DecisionMade(node=node.id, table=table.name, answers=answers), about=run.case, by=SYSTEM, at=at)
        return answers

    return Handlers(service, decision)


def _keep(run: Run, machine: Machine, *, by: Actor, at: datetime) -> None:
    run.state = machine.state()
    if machine.is_finished:
        run.status, run.ended_at = RunState.FINISHED, at
    update(run, ("state", "status", "ended_at"))
    follow(run, machine.waiting(), by=by, at=at)
    if machine.is_finished:
        record(ProcessFinished(), about=run.case, by=SYSTEM, at=at)
        # Without the papers it is not solved: it stays with who has it.
        if run.case.is_active and not missing(run.case).exists():
            resolve_case(run.case, by=SYSTEM, at=at)


@contextmanager
def _messages(case: Case) -> Iterator[list[Message]]:
    kept = dict(_stepping.get() or {})
    kept[case.pk] = []
    mark = _stepping.set(kept)
    try:
        yield kept[case.pk]
    finally:
        _stepping.reset(mark)
