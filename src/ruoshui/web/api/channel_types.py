"""Shapes of the API about calls, call-backs, wishes and notices."""

from datetime import datetime, time
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.cases.models import Case
from ruoshui.channels.models import Call, CallBack
from ruoshui.customers.models import Way, Wish
from ruoshui.informing.models import CustomerNotice
from ruoshui.web.api.told import Worded
from ruoshui.web.api.types import Code, Id, Moment, _storable

Number = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=40)]
Reason = Annotated[str, AfterValidator(_storable), Field(max_length=300)]
Remark = Annotated[str, AfterValidator(_storable), Field(max_length=500)]


class CallOut(Schema):
    """`seconds`: how long was talked. `staff` is a user name, `case` a number like RS00000123."""

    id: int
    exchange: str
    direction: str
    number: str
    customer: int | None
    staff: str | None
    state: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    recording: str
    notes: str
    case: str | None

    @classmethod
    def of(cls, call: Call) -> "CallOut":
        return cls(
            id=call.pk,
            exchange=call.exchange.code,
            direction=call.direction,
            number=call.number,
            customer=call.customer_id,
            staff=call.staff.username if call.staff else None,
            state=call.state,
            began_at=call.began_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            seconds=call.seconds,
            recording=call.recording_url,
            notes=call.notes,
            case=Case(pk=call.case_id).number if call.case_id else None,
        )


class CallPage(Schema):
    items: list[CallOut]
    next: str | None


class CallBackIn(Schema):
    """`not_before`: when they want to be called; without it, now."""

    number: Number
    customer: Id | None = None
    reason: Reason = ""
    not_before: Moment | None = None


class CallBackEndIn(Schema):
    reached: bool
    note: Remark = ""


class CallBackOut(Worded):
    words = ("number", "reason")

    id: int
    number: str
    customer: int | None
    unit: str
    reason: str
    state: str
    tries: int
    wanted_at: datetime
    not_before: datetime
    taken_by: str | None

    @classmethod
    def of(cls, owed: CallBack) -> "CallBackOut":
        return cls(
            id=owed.pk,
            number=owed.number,
            customer=owed.customer_id,
            unit=owed.unit.code,
            reason=owed.reason,
            state=owed.state,
            tries=owed.tries,
            wanted_at=owed.wanted_at,
            not_before=owed.not_before,
            taken_by=owed.taken_by.username if owed.taken_by else None,
        )


class CallBackPage(Schema):
    items: list[CallBackOut]
    next: str | None


class WishIn(Schema):
    """`order`: the ways they like, best first; `refused`: never by these. Quiet hours are their local wall clock."""

    order: Annotated[list[Way], Field(max_length=10)] = []
    refused: Annotated[list[Way], Field(max_length=10)] = []
    optional: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None


class WishOut(WishIn):
    @classmethod
    def of(cls, wish: Wish) -> "WishOut":
        return cls(
            order=[Way(way) for way in wish.order],
            refused=[Way(way) for way in wish.refused],
            optional=wish.optional,
            quiet_from=wish.quiet_from,
            quiet_until=wish.quiet_until,
        )


class CustomerNoticeIn(Schema):
    """The code of a notice that goes out by hand."""

    template: Code


class CustomerNoticeOut(Schema):
    """`tried`: the ways so far; the last one carries it when the state is sent."""

    id: int
    template: str
    case: str | None
    state: str
    why: str
    tried: list[str]
    made_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, notice: CustomerNotice) -> "CustomerNoticeOut":
        return cls(
            id=notice.pk,
            template=notice.template.code,
            case=Case(pk=notice.case_id).number if notice.case_id else None,
            state=notice.state,
            why=notice.why,
            tried=notice.tried,
            made_at=notice.made_at,
            sent_at=notice.sent_at,
        )


class CustomerNoticePage(Schema):
    items: list[CustomerNoticeOut]
    next: str | None
