"""What people do with tasks: take, give back, pass on, finish, and add one of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.cases.actions import add_participant, guard_secret, locked, locked_active
from ruoshui.cases.form_answers import form_errors
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.core.statements import Prepared, bring_up_to_date
from ruoshui.core.verbs import verb
from ruoshui.core.writing import update
from ruoshui.documents.models.requirements import missing
from ruoshui.organization.models import Permission, Role, Staff, Unit
from ruoshui.processes.actions._following import of, tell_opened
from ruoshui.processes.actions._stepping import run_of, step
from ruoshui.processes.actions._telling import tell_of_task
from ruoshui.processes.events import TaskDone, TaskGivenBack, TaskPassed, TaskTaken
from ruoshui.processes.models import Run, Task, TaskState
from ruoshui.processes.refusals import (
    CannotDoTask,
    IsAnApproval,
    MayNotDecline,
    PapersMissing,
    TaskNotTaken,
    TaskNotToDo,
    TaskTakenAlready,
)
from ruoshui.processes.templates import form_of
from ruoshui.sla.actions import accept_request, finish_request
from ruoshui.sla.models import RequestState
from ruoshui.sla.models.requests import IN_THEIR_HANDS

_current: Prepared[Task] = Prepared(
    lambda pk: (
        Task.objects.select_for_update(of=("self",))
        .select_related("unit", "assignee", "role", "request__unit", "request__from_unit")
        .filter(pk=pk)
    ),
    "pk",
)


def locked_task(task: Task) -> Task:
    """The task as it is now, still to be done; its case is locked before it, as by every verb."""
    locked(task.case)
    case = task.case
    current = _current.first(pk=task.pk)
    if current is None:
        raise NotFound
    bring_up_to_date(task, current)
    task.case = case
    if not task.is_to_do:
        raise TaskNotToDo(name=task.name, state=TaskState(task.state).label)
    return task


@verb
def take_task(task: Task, *, to: Staff, by: Actor, at: datetime) -> Task:
    """Somebody takes it on. Two who do so in the same instant: the second is told who has it."""
    task = locked_task(task)
    if task.is_approval:
        raise IsAnApproval(name=task.name)
    if task.assignee_id == to.pk:
        return task
    if task.assignee is not None:
        raise TaskTakenAlready(name=task.name, who=task.assignee.name)
    _give(task, to, by, at)
    record(TaskTaken(**of(task), assignee=to.pk), about=task.case, by=by, at=at)
    if task.request is not None and task.request.state in (RequestState.ASKED, RequestState.ACCEPTED):
        accept_request(task.request, to=to, by=by, at=at)
    return task


def _give(task: Task, to: Staff, by: Actor, at: datetime) -> None:
    if not to.is_active:
        raise CannotDoTask(who=to.name)
    task.assignee, task.state, task.taken_at = to, TaskState.TAKEN, at
    update(task, ("assignee", "state", "taken_at"))
    # Who works on a case sees it, whatever unit they are of.
    if task.case.assignee_id != to.pk:
        add_participant(task.case, staff=to, by=by, at=at)


@verb
def give_task_back(task: Task, *, reason: str, by: Actor, at: datetime) -> Task:
    """Back to everybody who may do it, with a reason. What must be done may not be declined."""
    task = locked_task(task)
    if task.assignee is None:
        raise TaskNotTaken(name=task.name)
    if task.must:
        raise MayNotDecline(name=task.name)
    reason = reason_in(reason)
    task.assignee, task.state, task.taken_at = None, TaskState.OPEN, None
    task.save(update_fields=["assignee", "state", "taken_at"])
    told = TaskGivenBack(**of(task), reason=reason)
    record(told, about=task.case, by=by, at=at)
    return task


@verb
def pass_task(task: Task, *, to: Staff, reason: str = "", by: Actor, at: datetime) -> Task:
    """Another does it: a colleague, whom a supervisor names, or a deputy."""
    task = locked_task(task)
    if task.is_approval:
        raise IsAnApproval(name=task.name)
    if task.assignee_id == to.pk:
        return task
    guard_secret(task.case, by)
    before = task.assignee_id
    if not (to.holds(task.role_id, task.unit) or to.may(Permission.WORK, task.unit)):
        raise CannotDoTask(who=to.name)
    _give(task, to, by, at)
    told = TaskPassed(**of(task), assignee=to.pk, before=before, reason=reason.replace("\x00", "").strip()[:500])
    record(told, about=task.case, by=by, at=at)
    tell_of_task(task, told, at=at)
    return task


@verb
def finish_task(
    task: Task, *, answers: Mapping[str, Any] | None = None, remark: str = "", by: Actor, at: datetime
) -> Task:
    """Done, with the answers of its form; the process goes on. Refuses answers that do not fit, and what the process
    refuses.
    """
    task = locked_task(task)
    if task.is_approval:
        raise IsAnApproval(name=task.name)
    papers_must_be_there(task)
    given = dict(answers or {})
    if task.run_id is not None:
        schema = schema_of(task)
        if (schema or given) and (errors := form_errors(schema, given)):
            raise Invalid(errors)
    settle(task, given, remark=remark, by=by, at=at)
    return task


def papers_must_be_there(task: Task) -> None:
    """Refuses while a paper is missing that this step needs."""
    if not task.node or task.run_id is None:
        return
    wanted = [one.name for one in missing(task.case) if task.node in one.steps.split()]
    if wanted:
        raise PapersMissing(name=task.name, papers=_(", ").join(wanted))


def schema_of(task: Task) -> Mapping[str, Any]:
    """The form its doer fills in; empty when it has none."""
    return form_of(task.run.version_id, task.form) if task.form and task.run is not None else {}


def settle(task: Task, answers: Mapping[str, Any], *, remark: str, by: Actor, at: datetime) -> None:
    """The task is over; whoever waited for it goes on."""
    task.state, task.answers, task.ended_at = TaskState.DONE, dict(answers), at
    task.remark = remark.replace("\x00", "").strip()[:500]
    update(task, ("state", "answers", "ended_at", "remark"))
    seconds = max(0, int((at - task.opened_at).total_seconds()))
    told = TaskDone(**of(task), unit=task.unit_id, seconds=seconds, remark=task.remark)
    record(told, about=task.case, by=by, at=at)
    run = run_of(task.case) if task.token is not None else None
    if run is not None and run.is_running:
        _complete(run, task, answers, by, at)
    if task.request is not None and task.request.state in IN_THEIR_HANDS:
        finish_request(task.request, answer=task.remark or task.name_zh, by=by, at=at)


def _complete(run: Run, task: Task, answers: Mapping[str, Any], by: Actor, at: datetime) -> None:
    token = task.token
    assert token is not None
    step(run, lambda machine: machine.complete(token, answers), by=by, at=at)


@verb
def add_task(
    case: Case,
    *,
    name: str,
    body: str = "",
    to: Staff | None = None,
    unit: Unit | None = None,
    role: Role | None = None,
    due_at: datetime | None = None,
    asked_by: Staff | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """Something the template did not foresee: for a colleague, or for whoever holds a role in a unit."""
    case = locked_active(case)
    name, body = _sayable(name, body)
    if to is None and role is None:
        raise Invalid({"to": [_("Choose who does it: a colleague, or a role.")]})
    must_be_near("due_at", due_at, at=at)
    if due_at is not None and due_at <= at:
        raise Invalid({"due_at": [_("It is to be done in the future.")]})
    guard_secret(case, by)
    task = Task(
        case=case,
        name_zh=name,
        body=body,
        unit=unit or (to.unit if to else case.unit),
        role=role,
        asked_by=asked_by,
        due_at=due_at,
        opened_at=at,
    )
    task.save(force_insert=True)
    if to is not None:
        _give(task, to, by, at)
    tell_opened(task, by=by, at=at)
    return task


def _sayable(name: str, body: str) -> tuple[str, str]:
    name, body = name.replace("\x00", "").strip(), body.replace("\x00", "").strip()
    if not name or len(name) > 120:
        raise Invalid({"name": [_("Say in a few words what is to be done.")]})
    if len(body) > 2000:
        raise Invalid({"body": [_("At most 2,000 characters.")]})
    return name, body


def reason_in(text: str) -> str:
    """Refuses none, and more than 500 characters."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > 500:
        raise Invalid({"reason": [_("Say why, so that whoever is next knows.")]})
    return text
