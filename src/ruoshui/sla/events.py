from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("sla.promise_made")
@dataclass(frozen=True, kw_only=True)
class PromiseMade(Event):
    """`dues` maps a target (a milestone by its code) to when it is due; `facts` is what the strategy decided on."""

    level: int
    version: int | None = None
    row: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    dues: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    sentence = _("promised level {level}: {reason}")
    icon = "shield"
    personal = ("reason",)


@register("sla.promise_backdated")
@dataclass(frozen=True, kw_only=True)
class PromiseBackdated(Event):
    since: str
    before: str
    reason: str
    sentence = _("let the promise begin at {since}: {reason}")
    icon = "clock-edit"
    personal = ("reason",)


@register("sla.wait_corrected")
@dataclass(frozen=True, kw_only=True)
class WaitCorrected(Event):
    """`reason` is the code of the wait, `note` why the record is corrected."""

    begin: str
    end: str
    reason: str
    note: str
    sentence = _("corrected: from {begin} to {end} {reason}: {note}")
    icon = "clock-edit"
    personal = ("note",)


@register("sla.promise_kept")
@dataclass(frozen=True, kw_only=True)
class PromiseKept(Event):
    """`due` is empty when the clock was paused: it had time left."""

    target: str
    due: str | None
    milestone: str = ""
    clock: int | None = None
    sentence = _("kept the promise: {target} {milestone}")
    icon = "shield-check"


@register("sla.promise_not_reached")
@dataclass(frozen=True, kw_only=True)
class PromiseNotReached(Event):
    """The case ended, or the request was withdrawn, before the target was reached: neither kept nor broken."""

    target: str
    milestone: str = ""
    clock: int | None = None
    sentence = _("ended without being reached: {target} {milestone}")
    icon = "shield-minus"


@register("sla.promise_broken")
@dataclass(frozen=True, kw_only=True)
class PromiseBroken(Event):
    """Recorded at the moment the promise was due, however late it is noticed."""

    target: str
    due: str
    unit: int
    assignee: int | None
    milestone: str = ""
    clock: int | None = None
    sentence = _("the promise was broken: {target} {milestone}")
    icon = "shield-x"


@register("sla.breach_withdrawn")
@dataclass(frozen=True, kw_only=True)
class BreachWithdrawn(Event):
    """A correction of the facts showed that the promise was not broken after all."""

    target: str
    was: str
    milestone: str = ""
    clock: int | None = None
    sentence = _("the breach was withdrawn: {target} {milestone}")
    icon = "shield-half"


@register("sla.clock_warned")
@dataclass(frozen=True, kw_only=True)
class ClockWarned(Event):
    """Rungs of the ladder were reached; recorded at that moment, however late it is noticed.

    `told` are the steps of the ladder that were told, as codes.
    """

    clock: int
    target: str
    rungs: list[int]
    told: list[str]
    due: str | None
    milestone: str = ""
    sentence = _("warned {told}: {target} {milestone} is due {due}")
    icon = "bell"


@register("sla.clock_escalated")
@dataclass(frozen=True, kw_only=True)
class ClockEscalated(ClockWarned):
    """As `ClockWarned`, when the promise was broken already."""

    sentence = _("escalated to {told}: {target} {milestone} was due {due}")
    icon = "stairs-up"


@register("sla.urged")
@dataclass(frozen=True, kw_only=True)
class Urged(Event):
    urge: int
    clock: int
    target: str
    assignee: int | None
    text: str
    sentence = _("urged {assignee}: {text}")
    icon = "bell-ringing"
    personal = ("text",)


@register("sla.urge_answered")
@dataclass(frozen=True, kw_only=True)
class UrgeAnswered(Event):
    urge: int
    clock: int
    text: str
    sentence = _("answered the urging: {text}")
    icon = "message-check"
    personal = ("text",)


@register("sla.extension_asked")
@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(Event):
    extension: int
    clock: int
    target: str
    minutes: int
    reason: str
    sentence = _("asked for {minutes} more: {reason}")
    icon = "clock-plus"
    personal = ("reason",)


@register("sla.extension_decided")
@dataclass(frozen=True, kw_only=True)
class ExtensionDecided(Event):
    extension: int
    clock: int
    target: str
    minutes: int
    decision: str
    due: str | None
    remark: str = ""
    sentence = _("{decision} {minutes} more for {target}: {remark}")
    icon = "clock-check"
    personal = ("remark",)


@register("sla.violation_recorded")
@dataclass(frozen=True, kw_only=True)
class ViolationRecorded(Event):
    violation: int
    clock: int
    violation_kind: str
    unit: int
    assignee: int | None
    sentence = _("recorded a violation: {violation_kind}, {unit}")
    icon = "flag"


@register("sla.milestone_reached")
@dataclass(frozen=True, kw_only=True)
class MilestoneReached(Event):
    milestone: str
    term: int
    sentence = _("reached the milestone {term}")
    icon = "flag-check"


@register("sla.level_drafted")
@dataclass(frozen=True, kw_only=True)
class LevelDrafted(Event):
    number: int
    sentence = _("began the draft of version {number}")
    icon = "pencil"


@register("sla.matrix_drafted")
@dataclass(frozen=True, kw_only=True)
class MatrixDrafted(Event):
    number: int
    sentence = _("began the draft of version {number} of the strategy")
    icon = "pencil"


@register("sla.level_published")
@dataclass(frozen=True, kw_only=True)
class LevelPublished(Event):
    level: int
    version: int
    number: int
    sentence = _("published version {number} of level {level}")
    icon = "file-certificate"


@register("sla.matrix_published")
@dataclass(frozen=True, kw_only=True)
class MatrixPublished(Event):
    number: int
    sentence = _("published strategy {number}")
    icon = "file-certificate"
