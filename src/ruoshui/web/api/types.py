"""Shapes of the API."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.cases.models import Case, Channel, Outcome, Priority, WaitReason
from ruoshui.customers.contacts import ContactKind


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError as wrong:
        raise ValueError("must be valid Unicode") from wrong
    return text


def _in_utc(moment: datetime) -> datetime:
    """PostgreSQL reads no zone that is sixteen hours away; Python does."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError as wrong:
        raise ValueError("must be a moment between the years 1 and 9999") from wrong


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=160)]
Code = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=50)]
Id = Annotated[int, Field(ge=1, le=2**53)]
Limit = Annotated[int, Field(ge=1, le=200)]


class ContactIn(Schema):
    kind: ContactKind
    value: Name


class CustomerIn(Schema):
    name: Name
    contacts: Annotated[list[ContactIn], Field(max_length=20)] = []


class CustomerOut(Schema):
    id: int
    name: str
    kind: str
    tier: str | None
    contacts: list[ContactIn]


class CustomerPage(Schema):
    items: list[CustomerOut]
    next: str | None


class CaseIn(Schema):
    """`customer` names an existing customer by id, or somebody to be identified or registered."""

    type: Code
    subject: Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=200)]
    body: Annotated[str, AfterValidator(_storable), Field(max_length=50_000)] = ""
    customer: Id | CustomerIn | None = None
    channel: Channel = Channel.API
    priority: Priority | None = None
    category: Annotated[str, AfterValidator(_storable), Field(max_length=80)] = ""
    form: dict[Text, Text | int | float | bool] = {}
    unit: Code | None = None
    confidential: bool = False


class CaseOut(Schema):
    """What customers said (subject, category, form) and who they are is left empty for a token that may not read
    cases: it gets an answer to what it has written, and no more.
    """

    number: str
    type: str
    subject: str
    state: str
    priority: str
    channel: str
    category: str
    customer: int | None
    unit: str
    team: str | None
    assignee: str | None
    form: dict[str, Any]
    confidential: bool
    opened_at: datetime
    due_at: datetime | None
    first_replied_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None
    version: int

    @classmethod
    def of(cls, case: Case, *, may_read: bool = True) -> "CaseOut":
        """Needs type, unit, team and assignee loaded."""
        return cls(
            number=case.number,
            type=case.type.code,
            subject=case.subject if may_read else "",
            state=case.state,
            priority=case.priority,
            channel=case.channel,
            category=case.category if may_read else "",
            customer=case.customer_id if may_read else None,
            unit=case.unit.code,
            team=case.team.code if case.team else None,
            assignee=case.assignee.username if case.assignee else None,
            form=case.form if may_read else {},
            confidential=case.confidential,
            opened_at=case.opened_at,
            due_at=case.due,
            first_replied_at=case.first_replied_at,
            resolved_at=case.resolved_at,
            closed_at=case.closed_at,
            merged_into=f"RS{case.merged_into_id:08d}" if case.merged_into_id else None,
            version=case.version,
        )


class CaseOpenedOut(CaseOut):
    """`access_code` is for the customer, and told this once: with the number it opens the case's page."""

    access_code: str


class CasePage(Schema):
    items: list[CaseOut]
    next: str | None


class MessageIn(Schema):
    body: Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=50_000)]
    version: int | None = None


class MessageOut(Schema):
    id: int
    kind: str
    body: str
    at: datetime


class AssignmentIn(Schema):
    """`assignee` is a user name; null puts the case back into the backlog."""

    assignee: Annotated[str, AfterValidator(_storable), Field(max_length=60)] | None
    version: int | None = None


class SuspensionIn(Schema):
    reason: WaitReason = WaitReason.CUSTOMER
    until: Moment | None = None
    version: int | None = None


class VersionIn(Schema):
    version: int | None = None


class ResolutionIn(VersionIn):
    """`despite`: why a supervisor says it is done while something is missing."""

    despite: Annotated[str, AfterValidator(_storable), Field(max_length=500)] = ""


class OverrideOut(Schema):
    """A supervisor ended the case as done while this was missing, for this reason."""

    reason: str
    unfinished: list[str]
    at: datetime


class ClosureIn(Schema):
    """`despite`: why a supervisor says “solved” or “explained” while something is missing."""

    outcome: Outcome
    despite: Annotated[str, AfterValidator(_storable), Field(max_length=500)] = ""
    summary: Annotated[str, AfterValidator(_storable), Field(max_length=4000)] = ""
    version: int | None = None


class ReopeningIn(Schema):
    reason: Annotated[str, AfterValidator(_storable), Field(max_length=500)] = ""
    version: int | None = None


class EventOut(Schema):
    id: int
    kind: str
    at: datetime
    by_kind: str
    by_id: int | None
    data: dict[str, Any]


class Named(Schema):
    code: str
    name_zh: str
    name_en: str


class UnitOut(Named):
    id: int
    parent: int | None


class StaffOut(Schema):
    username: str
    name_zh: str
    name_en: str
    unit: str
    presence: str


class TermOut(Schema):
    """Working time: either `minutes`, or the end of that many working `days`."""

    target: str
    milestone: str
    name_zh: str
    name_en: str
    after: str
    minutes: int
    days: int
    calendar_from: str
    pauses_for: list[str]
    compensation_zh: str
    compensation_en: str


class LevelOut(Named):
    """What the level promises now; `version` is empty when nothing is published."""

    audience: str
    explanation_zh: str
    explanation_en: str
    version: int | None
    on_reopen: str | None
    terms: list[TermOut]


class CaseTypeOut(Named):
    form: dict[str, Any]
    unit: str | None


class CaseTemplateOut(Schema):
    """`forms`: JSON Schemas by code, “application” being what the customer fills in; `documents`: the checklist."""

    type: str
    version: int
    published_at: datetime
    has_process: bool
    forms: dict[str, Any]
    documents: list[dict[str, Any]]


class SurveyOut(Named):
    questions: list[dict[str, Any]]
    follow_up_at: int
    valid_days: int
