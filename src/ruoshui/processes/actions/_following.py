"""Tasks and timers follow the tokens: what waits has a row, what waits no longer has none to be done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from ruoshui.cases.actions import add_participant
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.statements import Prepared
from ruoshui.core.statements import run as run_sql
from ruoshui.core.writing import insert
from ruoshui.processes.actions._telling import tell_of_task
from ruoshui.processes.engine.drawing import working_span
from ruoshui.processes.engine.machine import Waiting
from ruoshui.processes.events import TaskDropped, TaskOpened
from ruoshui.processes.models import Run, Task, TaskState, Timer, Vote, Voting
from ruoshui.processes.models.tasks import TO_DO
from ruoshui.processes.placing import TaskPlace, due_of, level_coded, place_of, working_later
from ruoshui.processes.refusals import NobodyHoldsRole, TooFewApprovers
from ruoshui.sla.actions import ask_unit, withdraw_request
from ruoshui.sla.models import Target
from ruoshui.sla.terms import current_version, terms_of
from service_science.worktime import WorkingSpan

_to_do: Prepared[Task] = Prepared(
    lambda run: Task.objects.filter(run_id=run, state__in=TO_DO).select_related("unit", "request"), "run"
)
_timers: Prepared[Timer] = Prepared(lambda run: Timer.objects.filter(run_id=run), "run")


def follow(run: Run, waiting: Iterable[Waiting], *, by: Actor, at: datetime) -> None:
    wanted = list(waiting)
    tasks = {one.token: one for one in wanted if one.kind == "task"}
    there: dict[UUID | None, Task] = {task.token: task for task in _to_do.all(run=run.pk)}
    for token, task in there.items():
        if token not in tasks:
            task.case = run.case
            drop(task, at=at)
    for token, one in tasks.items():
        if token not in there:
            open_task(run, one, at=at)
    timers = {(one.token, one.node.id): one for one in wanted if one.kind == "timer"}
    kept = {(timer.token, timer.node): timer for timer in _timers.all(run=run.pk)}
    for key, timer in kept.items():
        if key not in timers:
            run_sql("DELETE FROM processes_timer WHERE id = %s", [timer.pk])
    for key, one in timers.items():
        if key not in kept:
            insert(_timer(run, one, at))


def _timer(run: Run, waiting: Waiting, at: datetime) -> Timer:
    span = working_span(waiting.node.waits_for) or WorkingSpan()
    return Timer(run=run, token=waiting.token, node=waiting.node.id, due_at=working_later(run.case.unit, at, span))


def open_task(run: Run, waiting: Waiting, *, at: datetime) -> Task:
    node, case = waiting.node, run.case
    place = place_of(node, case)
    needs, enough = approval_of(node.get("approval"))
    task = Task(
        case=case,
        run=run,
        token=waiting.token,
        node=node.id,
        stage=node.get("stage"),
        name_zh=node.name_zh[:120],
        name_en=node.get("name-en")[:120],
        body=node.get("instructions")[:2000],
        role=place.role,
        unit=place.unit,
        assignee=place.assignee,
        needs=needs,
        enough=enough,
        must=node.get("must") == "true",
        form=node.get("form"),
        state=TaskState.TAKEN if place.assignee and not needs else TaskState.OPEN,
        due_at=due_of(node, place.unit, at),
        opened_at=at,
        taken_at=at if place.assignee and not needs else None,
    )
    insert(task)
    if place.assignee is not None and place.assignee.pk != case.assignee_id:
        add_participant(case, staff=place.assignee, by=SYSTEM, at=at)
    if task.needs:
        _ask_voters(task, place)
    _ask_their_unit(task, node.get("level"), at)
    tell_opened(task, at=at)
    return task


def approval_of(setting: str) -> tuple[str, int | None]:
    """What a drawing says of an approval, "2" for two of those asked: (needs, enough)."""
    return (Voting.SOME, int(setting)) if setting.isdecimal() else (setting, None)


def tell_opened(task: Task, *, by: Actor = SYSTEM, at: datetime) -> None:
    told = TaskOpened(
        **of(task),
        unit=task.unit_id,
        role=task.role_id,
        assignee=task.assignee_id,
        due=task.due_at.isoformat() if task.due_at else None,
    )
    record(told, about=task.case, by=by, at=at)
    tell_of_task(task, told, at=at)


def of(task: Task) -> dict[str, Any]:
    """What every event about a task says of it."""
    return {"task": task.pk, "node": task.node, "name": task.name_zh, "name_en": task.name_en}


def _ask_voters(task: Task, place: TaskPlace) -> None:
    """Those who hold the role in that unit decide; a named person alone."""
    if place.assignee is not None:
        people = [place.assignee.pk]
    else:
        assert place.role is not None  # a drawing that names neither is not published
        held = place.role.memberships.filter(unit=place.unit, staff__is_active=True)
        people = list(held.values_list("staff_id", flat=True).distinct())
    if not people:
        raise NobodyHoldsRole(role=place.role.name if place.role else "", task=task.name)
    if len(people) < (task.enough or 0):
        raise TooFewApprovers(name=task.name, needed=task.enough)
    Vote.objects.bulk_create([Vote(task=task, staff_id=pk) for pk in people])


def _ask_their_unit(task: Task, level_code: str, at: datetime) -> None:
    """Work of another unit by a level is an internal request: it has that level's clock, warnings and supervision."""
    level = level_coded(level_code)
    version = current_version(level) if level else None
    if level is None or version is None or task.unit_id == task.case.unit_id:
        return
    if not any(term.target == Target.REQUEST for term in terms_of(version.pk)):
        return
    case = task.case
    task.request = ask_unit(
        task.unit, subject=task.name_zh, body=task.body, level=level, from_unit=case.unit, case=case, by=SYSTEM, at=at
    )
    task.save(update_fields=["request"])


def drop(task: Task, *, at: datetime) -> None:
    """Nobody needs it any more."""
    task.state, task.ended_at = TaskState.DROPPED, at
    task.save(update_fields=["state", "ended_at"])
    record(TaskDropped(**of(task)), about=task.case, by=SYSTEM, at=at)
    if task.request is not None and task.request.is_outstanding:
        withdraw_request(task.request, reason=task.name_zh, by=SYSTEM, at=at)
