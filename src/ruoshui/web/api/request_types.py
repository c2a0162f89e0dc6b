"""Shapes of the API about internal requests."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.sla.models import InternalRequest
from ruoshui.web.api.promise_types import Reason, Short
from ruoshui.web.api.told import Worded
from ruoshui.web.api.types import Code, _storable


class RequestIn(Schema):
    """`unit` is asked by the internal level `level`; `is_awaited` lets the case wait for it."""

    unit: Code
    level: Code
    subject: Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=200)]
    body: Annotated[str, AfterValidator(_storable), Field(max_length=4000)] = ""
    case: Annotated[str, Field(pattern=r"^RS[0-9]{1,15}$")] | None = None
    is_awaited: bool = False


class ReasonIn(Schema):
    reason: Reason


class RequestPassIn(Schema):
    unit: Code
    reason: Reason


class RatingIn(Schema):
    score: Annotated[int, Field(ge=1, le=5)]
    remark: Short = ""


class RequestOut(Worded):
    words = ("subject", "body", "answer", "remark")

    id: int
    number: str
    case: str | None
    subject: str
    body: str
    level: str
    from_unit: str
    unit: str
    assignee: str | None
    state: str
    is_awaited: bool
    answer: str
    asked_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    clock: int | None
    score: int | None
    remark: str

    @classmethod
    def of(cls, asked: InternalRequest) -> "RequestOut":
        """Needs units, assignee, case, version, level and clocks loaded."""
        clock = next(iter(asked.clocks.all()), None)
        return cls(
            id=asked.pk,
            number=asked.number,
            case=asked.case.number if asked.case else None,
            subject=asked.subject,
            body=asked.body,
            level=asked.version.level.code,
            from_unit=asked.from_unit.code,
            unit=asked.unit.code,
            assignee=asked.assignee.username if asked.assignee else None,
            state=asked.state,
            is_awaited=asked.is_awaited,
            answer=asked.answer,
            asked_at=asked.asked_at,
            ended_at=asked.ended_at,
            due_at=clock.due_at if clock else None,
            clock=clock.pk if clock else None,
            score=asked.score,
            remark=asked.remark,
        )


class RequestPage(Schema):
    items: list[RequestOut]
    next: str | None
