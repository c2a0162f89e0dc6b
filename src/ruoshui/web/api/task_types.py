"""Shapes of the API about work on cases: tasks, processes, documents."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.documents.models import DocumentVersion
from ruoshui.processes.models import Task, TaskState
from ruoshui.web.api.promise_types import Reason, Short
from ruoshui.web.api.told import Worded
from ruoshui.web.api.types import Code, Moment, Text, _storable
from ruoshui.web.showing_work import Paper

State = TaskState
Name = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=120)]
Body = Annotated[str, AfterValidator(_storable), Field(max_length=2000)]


class VoteOut(Schema):
    """`approves` is null while they have not decided; `decided_by` is their deputy, if one did."""

    staff: str
    approves: bool | None
    remark: str
    decided_at: datetime | None
    decided_by: str | None


class TaskOut(Worded):
    """`needs` makes it an approval by those in `votes`: one, all, any, or some of them, `enough` saying how many."""

    words = ("name_zh", "name_en", "stage", "answers", "votes")

    id: int
    case: str
    name_zh: str
    name_en: str
    stage: str
    state: str
    role: str | None
    unit: str
    assignee: str | None
    needs: str
    enough: int | None
    votes: list[VoteOut]
    must: bool
    request: str | None
    due_at: datetime | None
    opened_at: datetime
    ended_at: datetime | None
    answers: dict[str, Any]

    @classmethod
    def of(cls, task: Task) -> "TaskOut":
        """Needs case, role, unit, assignee and request loaded."""
        return cls(
            id=task.pk,
            case=task.case.number,
            name_zh=task.name_zh,
            name_en=task.name_en,
            stage=task.stage,
            state=task.state,
            role=task.role.code if task.role else None,
            unit=task.unit.code,
            assignee=task.assignee.username if task.assignee else None,
            needs=task.needs,
            enough=task.enough,
            votes=_votes(task) if task.needs else [],
            must=task.must,
            request=task.request.number if task.request else None,
            due_at=task.due_at,
            opened_at=task.opened_at,
            ended_at=task.ended_at,
            answers=task.answers,
        )


def _votes(task: Task) -> list[VoteOut]:
    return [
        VoteOut(
            staff=one.staff.username,
            approves=one.approves,
            remark=one.remark,
            decided_at=one.decided_at,
            decided_by=one.decided_by.username if one.decided_by else None,
        )
        for one in task.votes.all()
    ]


class TaskPage(Schema):
    items: list[TaskOut]
    next: str | None


class TaskIn(Schema):
    """For a colleague by their user name, or for whoever holds a role in a unit."""

    name: Name
    body: Body = ""
    staff: Code | None = None
    role: Code | None = None
    unit: Code | None = None
    due_at: Moment | None = None


class ApprovalIn(Schema):
    """`staff`: the user names of those asked."""

    name: Name
    body: Body = ""
    staff: Annotated[list[Code], Field(min_length=1, max_length=30)]
    needs: Literal["one", "all", "any", "some"] = "one"
    enough: Annotated[int, Field(ge=1, le=30)] | None = None


class ApproverIn(Schema):
    before: Code
    staff: Code | None = None
    reason: Reason


class TaskEndIn(Schema):
    answers: dict[str, Any] = {}
    remark: Short = ""


class GiveBackIn(Schema):
    reason: Reason


class TaskPassIn(Schema):
    staff: Code
    reason: Short = ""


class TaskDecisionIn(Schema):
    approves: bool
    remark: Short = ""


class ProcessOut(Schema):
    """`status` is running, stopped (then `fault` says why), finished or cancelled."""

    version: int
    status: str
    fault: str
    started_at: datetime
    ended_at: datetime | None
    stages: list[str]


class DocumentVersionOut(Schema):
    id: int
    number: int
    name: str
    content_type: str
    size: int
    sha256: str
    checked: str
    at: datetime

    @classmethod
    def of(cls, version: DocumentVersion) -> "DocumentVersionOut":
        return cls(
            id=version.pk,
            number=version.number,
            name=version.name,
            content_type=version.content_type,
            size=version.size,
            sha256=version.digest,
            checked=version.checked,
            at=version.at,
        )


class PaperOut(Schema):
    """A line of the checklist. `state`: missing, optional, waived, received, accepted or sent_back."""

    code: str | None
    name_zh: str
    name_en: str
    is_required: bool
    state: str
    remark: str
    versions: list[DocumentVersionOut]

    @classmethod
    def of(cls, paper: Paper) -> "PaperOut":
        asked, document = paper.requirement, paper.document
        return cls(
            code=asked.code if asked else None,
            name_zh=asked.name_zh if asked else paper.name,
            name_en=asked.name_en if asked else "",
            is_required=asked.is_required if asked else False,
            state=paper.state,
            remark=document.remark if document else asked.waived_because if asked else "",
            versions=[DocumentVersionOut.of(one) for one in document.versions.all()] if document else [],
        )


class PapersOut(Worded):
    words = ("items",)

    items: list[PaperOut]


class DocumentIn(Schema):
    """`content` is the file in base64, up to 3.6 MB (larger ones on the pages); `code` names what is asked for, empty
    for a paper of its own.
    """

    name: Name
    content: Annotated[str, Field(max_length=4_900_000)]
    code: Code | None = None
    title: Text = ""
    internal: bool = False
