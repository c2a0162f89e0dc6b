from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("processes.template_published")
@dataclass(frozen=True, kw_only=True)
class TemplatePublished(Event):
    number: int
    note: str
    sentence = _("published version {number}: {note}")
    icon = "file-certificate"


@register("processes.template_drafted")
@dataclass(frozen=True, kw_only=True)
class TemplateDrafted(Event):
    """A draft was begun, or parts of it were written."""

    number: int
    parts: list[str]
    sentence = _("worked on the draft of version {number}")
    icon = "pencil"


@register("processes.template_discarded")
@dataclass(frozen=True, kw_only=True)
class TemplateDiscarded(Event):
    number: int
    sentence = _("discarded the draft of version {number}")
    icon = "trash"


@register("processes.started")
@dataclass(frozen=True, kw_only=True)
class ProcessStarted(Event):
    version: int
    number: int
    sentence = _("began the process, version {number}")
    icon = "player-play"


@register("processes.moved")
@dataclass(frozen=True, kw_only=True)
class ProcessMoved(Event):
    before: int
    number: int
    sentence = _("moved the case from version {before} of the process to version {number}")
    icon = "arrows-move"


@register("processes.finished")
@dataclass(frozen=True, kw_only=True)
class ProcessFinished(Event):
    sentence = _("came to the end of the process")
    icon = "flag-check"


@register("processes.stopped")
@dataclass(frozen=True, kw_only=True)
class ProcessStopped(Event):
    """A fault of the drawing, or something a step was refused. The case is worked on by hand until it is mended."""

    fault: str
    sentence = _("the process stopped: {fault}")
    icon = "alert-triangle"


@register("processes.called_off")
@dataclass(frozen=True, kw_only=True)
class ProcessCalledOff(Event):
    reason: str = ""
    sentence = _("called the process off")
    icon = "circle-x"


@register("processes.taken_up")
@dataclass(frozen=True, kw_only=True)
class ProcessTakenUp(Event):
    """The case was split back out of a merger: its process goes on from where it was called off."""

    sentence = _("took the process up again")
    icon = "player-play"


@dataclass(frozen=True, kw_only=True)
class OfTask(Event):
    """Something about a task of a case. `node` is its place in the process, empty for an added one."""

    task: int
    node: str
    name: str
    name_en: str = ""


@register("processes.task_opened")
@dataclass(frozen=True, kw_only=True)
class TaskOpened(OfTask):
    unit: int
    role: int | None = None
    assignee: int | None = None
    due: str | None = None
    sentence = _("gave the task “{name}” to {unit}")
    icon = "checkbox"


@register("processes.task_taken")
@dataclass(frozen=True, kw_only=True)
class TaskTaken(OfTask):
    assignee: int
    sentence = _("{assignee} took on “{name}”")
    icon = "hand-stop"


@register("processes.task_given_back")
@dataclass(frozen=True, kw_only=True)
class TaskGivenBack(OfTask):
    reason: str
    sentence = _("gave “{name}” back: {reason}")
    icon = "arrow-back-up"
    personal = ("reason",)


@register("processes.task_passed")
@dataclass(frozen=True, kw_only=True)
class TaskPassed(OfTask):
    assignee: int
    before: int | None
    reason: str = ""
    sentence = _("passed “{name}” to {assignee}: {reason}")
    icon = "arrow-right"
    personal = ("reason",)


@register("processes.task_done")
@dataclass(frozen=True, kw_only=True)
class TaskDone(OfTask):
    """`seconds` from opening to done."""

    unit: int
    seconds: int
    remark: str = ""
    sentence = _("finished “{name}”: {remark}")
    icon = "check"
    personal = ("remark",)


@register("processes.task_dropped")
@dataclass(frozen=True, kw_only=True)
class TaskDropped(OfTask):
    sentence = _("“{name}” is no longer needed")
    icon = "x"


@register("processes.voted")
@dataclass(frozen=True, kw_only=True)
class Voted(OfTask):
    approves: bool
    remark: str
    sentence = _("decided on “{name}”: {approves} {remark}")
    icon = "checks"
    personal = ("remark",)


@register("processes.approver_replaced")
@dataclass(frozen=True, kw_only=True)
class ApproverReplaced(OfTask):
    before: int
    assignee: int
    reason: str
    sentence = _("asked {assignee} to decide on “{name}” in place of {before}: {reason}")
    icon = "user-edit"
    personal = ("reason",)


@register("processes.approver_withdrawn")
@dataclass(frozen=True, kw_only=True)
class ApproverWithdrawn(OfTask):
    before: int
    reason: str
    sentence = _("no longer asks {before} to decide on “{name}”: {reason}")
    icon = "user-minus"
    personal = ("reason",)


@register("processes.task_withdrawn")
@dataclass(frozen=True, kw_only=True)
class TaskWithdrawn(OfTask):
    reason: str
    sentence = _("withdrew “{name}”: {reason}")
    icon = "x"
    personal = ("reason",)


@register("processes.decision_made")
@dataclass(frozen=True, kw_only=True)
class DecisionMade(Event):
    """A decision table was looked up; `answers` maps its output columns to what they said."""

    node: str
    table: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    sentence = _("the decision table {table} said: {answers}")
    icon = "table"


@register("processes.timer_fired")
@dataclass(frozen=True, kw_only=True)
class TimerFired(Event):
    """Recorded at the moment it was due, however late it is noticed."""

    node: str
    name: str
    name_en: str = ""
    sentence = _("the time of “{name}” had come")
    icon = "alarm"
