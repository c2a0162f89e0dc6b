"""Shapes of the API about promises."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of
from ruoshui.sla.explaining import Explanation
from ruoshui.sla.handoffs import Handoff
from ruoshui.sla.models import Clock, PauseReason, ViolationKind
from ruoshui.web.api.told import Worded
from ruoshui.web.api.types import Code, Moment, Text, _storable

Short = Annotated[str, AfterValidator(_storable), Field(max_length=500)]
Reason = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=500)]
Minutes = Annotated[int, Field(ge=1, le=527_040)]


class DeskTab(StrEnum):
    RUNNING, LATE, SOON, PAUSED, UNHELD = "running", "late", "soon", "paused", "unheld"


class ClockOut(Schema):
    """`state` is running, paused, kept, broken or not_reached: nothing more was owed before the target was reached.

    `seconds` is the working time that was promised. `provisional`: the days off of that year are not announced yet.
    """

    id: int
    about: str
    target: str
    milestone: str
    round: int
    level: str
    version: int
    unit: str
    state: str
    seconds: int
    starts_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    broken_at: datetime | None
    provisional: bool

    @classmethod
    def of(cls, clock: Clock) -> "ClockOut":
        """Needs term, version, level, unit, case and request loaded."""
        return cls(
            id=clock.pk,
            about=clock.about.number,
            target=clock.target,
            milestone=clock.milestone,
            round=clock.round,
            level=clock.term.version.level.code,
            version=clock.term.version.number,
            unit=clock.unit.code,
            state=clock.state,
            seconds=clock.seconds,
            starts_at=clock.starts_at,
            due_at=clock.due_at,
            ended_at=clock.ended_at,
            broken_at=clock.broken_at,
            provisional=clock.is_provisional,
        )


class ClockPage(Schema):
    items: list[ClockOut]
    next: str | None


class LineOut(Schema):
    """`kind` is ran, paused or closed. `reason` says why it did not count; `names` are holidays and special days."""

    begin: datetime
    end: datetime
    kind: str
    reason: str
    names: list[str]
    counted: int
    total: int


class HandoffOut(Schema):
    """Working seconds of the clock while it lay with a unit, or while an internal request was with one."""

    unit: int
    request: str | None
    begin: datetime
    end: datetime | None
    seconds: int
    share: float


class ExplanationOut(Schema):
    clock: int
    seconds: int
    used: int
    until: datetime
    lines: list[LineOut]
    handoffs: list[HandoffOut]

    @classmethod
    def of(cls, explanation: Explanation, handoffs: Iterable[Handoff]) -> "ExplanationOut":
        return cls(
            clock=explanation.clock.pk,
            seconds=explanation.clock.seconds,
            used=explanation.used,
            until=explanation.until,
            lines=[
                LineOut(
                    begin=line.begin,
                    end=line.end,
                    kind=line.kind,
                    reason=line.reason,
                    names=list(line.names),
                    counted=line.counted,
                    total=line.total,
                )
                for line in explanation.lines
            ],
            handoffs=[
                HandoffOut(
                    unit=one.unit,
                    request=one.request.number if one.request else None,
                    begin=one.begin,
                    end=one.end,
                    seconds=one.seconds,
                    share=one.share,
                )
                for one in handoffs
            ],
        )


class UrgeIn(Schema):
    text: Short = ""
    is_urgent: bool = False


class UrgeOut(Worded):
    words = ("text", "answer")

    id: int
    text: str
    at: datetime
    answer: str
    answered_at: datetime | None


class AnswerIn(Schema):
    text: Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=4000)]


class ExtensionIn(Schema):
    minutes: Minutes
    reason: Reason


class ExtensionOut(Worded):
    words = ("reason", "remark")

    id: int
    minutes: int
    reason: str
    state: str
    remark: str
    at: datetime
    decided_at: datetime | None


class ExtensionDecisionIn(Schema):
    approve: bool
    remark: Short = ""


class ViolationIn(Schema):
    """`staff` is a user name; without it the violation is against the unit."""

    kind: ViolationKind
    note: Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=1000)]
    staff: Text | None = None


class ViolationOut(Schema):
    id: int
    kind: str
    note: str
    at: datetime


class PromiseIn(Schema):
    """`afresh` counts from now on; else the time already used stays used."""

    level: Code
    reason: Reason
    afresh: bool = False


class BackdatingIn(Schema):
    since: Moment
    reason: Reason


class WaitIn(Schema):
    begin: Moment
    end: Moment
    reason: PauseReason
    note: Reason


class NoticeOut(Schema):
    id: int
    kind: str
    text: str
    about_kind: str
    about_id: int
    count: int
    is_urgent: bool
    at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notice: Notice) -> "NoticeOut":
        return cls(
            id=notice.pk,
            kind=notice.kind,
            text=sentence_of(notice),
            about_kind=notice.about_kind,
            about_id=notice.about_id,
            count=notice.count,
            is_urgent=notice.is_urgent,
            at=notice.at,
            read_at=notice.read_at,
        )
