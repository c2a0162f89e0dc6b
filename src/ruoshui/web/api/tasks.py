"""Tasks, the process and the documents of a case, for programs."""

import base64
import binascii
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params import Path

from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.documents.actions import receive_document
from ruoshui.documents.models import Requirement
from ruoshui.organization.models import Role, Scope, Staff, Unit
from ruoshui.processes import actions
from ruoshui.processes.models import Run, Task
from ruoshui.web.access import may_do, visible_task
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key, found
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.task_types import (
    ApprovalIn,
    ApproverIn,
    DocumentIn,
    GiveBackIn,
    PaperOut,
    PapersOut,
    ProcessOut,
    TaskDecisionIn,
    TaskEndIn,
    TaskIn,
    TaskOut,
    TaskPage,
    TaskPassIn,
)
from ruoshui.web.api.told import told
from ruoshui.web.api.types import Id, Limit
from ruoshui.web.showing_work import papers_of, stages_of, tasks_of

READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
Number = Annotated[str, Path(max_length=20)]
router = Router(tags=["tasks"])
RELATED = ("case", "role", "unit", "assignee", "request")
VOTES = ("votes__staff", "votes__decided_by")


def _fresh(request: HttpRequest, pk: int) -> TaskOut:
    return told(request, TaskOut.of(Task.objects.select_related(*RELATED).prefetch_related(*VOTES).get(pk=pk)))


def _doable(request: HttpRequest, pk: int) -> Task:
    task = visible_task(staff_of(request), pk)
    if not may_do(staff_of(request), task):
        raise NotAllowed
    return task


def _said(request: HttpRequest) -> dict[str, Any]:
    return {"by": token_of(request).actor, "at": timezone.now()}


def _colleague(staff: Staff, username: str) -> Staff:
    """Of those one sees: whether there is somebody of this name elsewhere is not told."""
    people = Staff.objects.working_in(staff.units_with()).select_related("unit")
    one = people.filter(username=username, is_service=False).first()
    if one is None:
        raise Invalid({"staff": [f"There is nobody called {username}."]})
    return one


@router.get("/tasks", auth=READ, response={200: TaskPage, **ERRORS}, operation_id="list_tasks")
def tasks(
    request: HttpRequest,
    mine: bool = True,
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Tasks to be done, oldest first, by id: those for oneself, or with `mine=false` all one may see."""
    staff = staff_of(request)
    rows = Task.objects.for_me(staff) if mine else Task.objects.visible_to(staff).to_do()
    rows = rows.select_related(*RELATED).prefetch_related(*VOTES)
    return page_of("tasks", rows, TaskOut.of, after=after, limit=limit)


@router.get("/tasks/{pk}", auth=READ, response={200: TaskOut, **ERRORS}, operation_id="get_task")
def task(request: HttpRequest, pk: Id) -> Any:
    return _fresh(request, visible_task(staff_of(request), pk).pk)


@router.post("/tasks/{pk}/taking", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="take_task")
def take(request: HttpRequest, pk: Id) -> Any:
    actions.take_task(_doable(request, pk), to=staff_of(request), **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/return", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="give_task_back")
def give_back(request: HttpRequest, pk: Id, body: GiveBackIn) -> Any:
    actions.give_task_back(_doable(request, pk), reason=body.reason, **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/holder", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="pass_task")
def hand_on(request: HttpRequest, pk: Id, body: TaskPassIn) -> Any:
    task = _doable(request, pk)
    actions.pass_task(task, to=_colleague(staff_of(request), body.staff), reason=body.reason, **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/end", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="finish_task")
def finish(request: HttpRequest, pk: Id, body: TaskEndIn) -> Any:
    """Done; the answers must fit the form of the task, and the process goes on."""
    actions.finish_task(_doable(request, pk), answers=body.answers, remark=body.remark, **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/decision", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="decide_task")
def decide(request: HttpRequest, pk: Id, body: TaskDecisionIn) -> Any:
    """Approve or reject; only those who are asked."""
    task, staff = visible_task(staff_of(request), pk), staff_of(request)
    actions.vote(task, staff=staff, approves=body.approves, remark=body.remark, **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/approvers", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="replace_approver")
def replace_approver(request: HttpRequest, pk: Id, body: ApproverIn) -> Any:
    """Somebody else decides instead of `before`; without `staff` they are no longer asked. Only for supervisors."""
    task, staff = visible_task(staff_of(request), pk), staff_of(request)
    actions.must_supervise(task, token_of(request).actor)
    vote = task.votes.select_related("staff").filter(staff__username=body.before).first()
    if vote is None:
        raise Invalid({"before": [_("They are not asked to approve this.")]})
    if body.staff is None:
        actions.withdraw_approver(task, before=vote.staff, reason=body.reason, **_said(request))
    else:
        to = _colleague(staff, body.staff)
        actions.replace_approver(task, before=vote.staff, to=to, reason=body.reason, **_said(request))
    return _fresh(request, pk)


@router.post("/tasks/{pk}/withdrawal", auth=WRITE, response={200: TaskOut, **ERRORS}, operation_id="withdraw_task")
def withdraw(request: HttpRequest, pk: Id, body: GiveBackIn) -> Any:
    """What somebody added and nobody needs any more: by who asked for it, or a supervisor."""
    actions.withdraw_task(visible_task(staff_of(request), pk), reason=body.reason, **_said(request))
    return _fresh(request, pk)


@router.post("/cases/{number}/approvals", auth=WRITE, response={201: TaskOut, **ERRORS}, operation_id="ask_approval")
def ask(request: HttpRequest, number: Number, body: ApprovalIn, key: Key = None) -> Any:
    """One decides (`one`), `all` must agree, `any` of several is enough, or `some`: as many as `enough` says."""

    def work() -> TaskOut:
        case, staff = found(request, number, to_work=True), staff_of(request)
        made = actions.ask_approval(
            case,
            name=body.name,
            body=body.body,
            people=[_colleague(staff, one) for one in body.staff],
            needs=body.needs,
            enough=body.enough,
            asked_by=staff,
            **_said(request),
        )
        return _fresh(request, made.pk)

    return once(request, key, work)


@router.post("/cases/{number}/tasks", auth=WRITE, response={201: TaskOut, **ERRORS}, operation_id="add_task")
def add(request: HttpRequest, number: Number, body: TaskIn, key: Key = None) -> Any:
    """Something the template did not foresee."""

    def work() -> TaskOut:
        case = found(request, number, to_work=True)
        made = actions.add_task(
            case,
            name=body.name,
            body=body.body,
            to=_colleague(staff_of(request), body.staff) if body.staff else None,
            role=_named(Role, "role", body.role),
            unit=_named(Unit, "unit", body.unit),
            due_at=_aware(body),
            asked_by=staff_of(request),
            **_said(request),
        )
        return _fresh(request, made.pk)

    return once(request, key, work)


def _aware(body: TaskIn) -> Any:
    if body.due_at is not None and body.due_at.tzinfo is None:
        raise Invalid({"due_at": ["Say the time zone too."]})
    return body.due_at


def _named(model: Any, field: str, code: str | None) -> Any:
    one = model.objects.filter(code=code).first() if code else None
    if code and one is None:
        raise Invalid({field: [f"There is no {field} {code}."]})
    return one


@router.get("/cases/{number}/process", auth=READ, response={200: ProcessOut, **ERRORS}, operation_id="get_process")
def process(request: HttpRequest, number: Number) -> Any:
    case = found(request, number)
    run = Run.objects.filter(case=case).select_related("version").first()
    if run is None:
        raise NotFound
    return {
        "version": run.version.number,
        "status": run.status,
        "fault": run.fault,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "stages": [f"{one.name}{' *' if one.look == 'is-now' else ''}" for one in stages_of(case, tasks_of(case))],
    }


@router.get("/cases/{number}/documents", auth=READ, response={200: PapersOut, **ERRORS}, operation_id="list_documents")
def documents(request: HttpRequest, number: Number) -> Any:
    """The checklist with what came in, and papers that nobody asked for."""
    return {"items": [PaperOut.of(one) for one in papers_of(found(request, number))]}


@router.post("/cases/{number}/documents", auth=WRITE, response={201: PapersOut, **ERRORS}, operation_id="add_document")
def add_document(request: HttpRequest, number: Number, body: DocumentIn, key: Key = None) -> Any:
    """A file for what is asked for, or a paper of its own. Answers with the whole list."""

    def work() -> PapersOut:
        case = found(request, number, to_work=True)
        try:
            content = base64.b64decode(body.content, validate=True)
        except (binascii.Error, ValueError) as wrong:
            raise Invalid({"content": ["This is not base64."]}) from wrong
        receive_document(
            case,
            Upload(body.name, content),
            requirement=_requirement(case, body.code),
            title=body.title,
            internal=body.internal,
            **_said(request),
        )
        return told(request, PapersOut(items=[PaperOut.of(one) for one in papers_of(case)]))

    return once(request, key, work)


def _requirement(case: Case, code: str | None) -> Requirement | None:
    one = Requirement.objects.filter(case=case, code=code).first() if code else None
    if code and one is None:
        raise Invalid({"code": [f"The case does not ask for {code}."]})
    return one
