"""Shapes of branches, numbers and appointments."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.cases.models import Outcome
from ruoshui.queues.models import Appointment, Care, LeftReason, Ticket
from ruoshui.web.api.types import Code, CustomerIn, Id, Moment, Name, _storable

Note = Annotated[str, AfterValidator(_storable), Field(max_length=2000)]
Short = Annotated[str, AfterValidator(_storable), Field(max_length=60)]
Prefix = Annotated[str, Field(pattern="^[A-Z]{1,3}$")]
Language = Literal["zh-hans", "en"]


class BranchOut(Schema):
    code: str
    name_zh: str
    name_en: str
    open: bool


class QueueOut(Schema):
    """`expected` and `maximum`: seconds that somebody would be told who takes a number now."""

    prefix: str
    business: str
    service_class: str
    waiting: int
    expected: int
    maximum: int


class CounterOut(Schema):
    number: int
    state: str
    staff: str | None
    ticket: str | None


class FloorOut(Schema):
    branch: BranchOut
    queues: list[QueueOut]
    counters: list[CounterOut]
    rule: list[str]


class TicketIn(Schema):
    """Whose number it is, and so of which class: `contact` with a customer's scanned code. With customers:read also
    `customer` by id, or `contact` with a phone, an id or an e-mail that exactly one customer in reach has.
    """

    business: Code
    customer: Id | None = None
    contact: Annotated[str, AfterValidator(_storable), Field(max_length=160)] = ""
    language: Language = "zh-hans"
    care: Care = Care.NONE
    form: dict[str, Any] = {}


class TicketOut(Schema):
    """`said_…`: what was announced on joining, in seconds. `key`: opens the number's page on a phone. `named_by`: how
    it is known who the customer is; “typed” and “appointment” may be said by anybody.
    """

    id: int
    key: UUID
    number: str
    branch: str
    business: str
    service_class: str
    state: str
    counter: int | None
    calls: int
    joined_at: datetime
    called_at: datetime | None
    ended_at: datetime | None
    said_ahead: int | None
    said_expected: int | None
    said_maximum: int | None
    case: str | None
    customer: int | None
    named_by: str
    care: str
    form: dict[str, Any]

    @classmethod
    def of(cls, ticket: Ticket, *, branch: str = "") -> "TicketOut":
        names = "id key number state calls joined_at called_at ended_at care said_ahead said_expected said_maximum"
        queue = ticket.queue
        return cls.model_construct(
            **{name: getattr(ticket, name) for name in names.split()},
            branch=branch or ticket.branch.unit.code,
            business=queue.business.code,
            service_class=queue.service_class.code,
            counter=ticket.counter.number if ticket.counter else None,
            case=ticket.case.number if ticket.case else None,
            customer=ticket.customer_id,
            named_by=ticket.named_by,
            form=ticket.draft,
        )


class CallIn(Schema):
    """`after`: the id of the number this counter showed last, 0 for none. A call repeated with it calls nobody twice.
    `gives_up`: that number was called and did not come.
    """

    after: Annotated[int, Field(ge=0, le=2**53)] | None = None
    gives_up: bool = False


class CalledOut(Schema):
    ticket: TicketOut | None


class CounterIn(Schema):
    state: Literal["open", "paused", "closed"]
    staff: Name | None = None
    reason: Short = ""


class ServiceEndIn(Schema):
    outcome: Outcome | None = None
    summary: Note = ""
    note: Note = ""


class MoveIn(Schema):
    queue: Prefix | None = None
    counter: Annotated[int, Field(ge=1, le=9999)] | None = None
    keeps_place: bool = True


class CareIn(Schema):
    care: Care
    goes_first: bool = True


class LeaveIn(Schema):
    reason: LeftReason = LeftReason.CANCELLED


class HoldIn(Schema):
    reason: Short = ""


class FormIn(Schema):
    form: dict[str, Any]


class SlotOut(Schema):
    starts_at: datetime
    places: int


class AppointmentIn(Schema):
    """`despite_absences`: also while online booking is paused for the customer, who has missed appointments; for what
    staff book, not for what customers book themselves.
    """

    business: Code
    starts_at: Moment
    customer: Id | CustomerIn
    language: Language = "zh-hans"
    despite_absences: bool = False


class AppointmentOut(Schema):
    """`missed`: nobody came in time, and the place was given up. `excused`: that does not count for the customer."""

    code: str
    branch: str
    business: str
    starts_at: datetime
    customer: int
    cancelled: bool
    arrived: bool
    missed: bool
    excused: bool

    @classmethod
    def of(cls, one: Appointment) -> "AppointmentOut":
        return cls(
            code=one.code,
            branch=one.branch.unit.code,
            business=one.business.code,
            starts_at=one.starts_at,
            customer=one.customer_id,
            cancelled=one.cancelled_at is not None,
            arrived=one.arrived_at is not None,
            missed=one.missed_at is not None,
            excused=one.excused_at is not None,
        )


class AttendanceOut(Schema):
    """Appointments whose time has come. `missed_share`: of those who came or were missed, with its interval; those
    booked before absences were counted are no part of it. `unknown`: nobody noted whether they came.
    """

    booked: int
    came: int
    cancelled: int
    excused: int
    unknown: int = 0
    missed: int
    missed_share: float
    missed_low: float
    missed_high: float


class AnnouncedOut(Schema):
    """Announced against actual, for one group: seconds, and the share of promises kept with its interval."""

    group: str
    customers: int
    kept: float
    kept_low: float
    kept_high: float
    mean_error: float
    mean_wait: float
    mean_promise: float
