from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("sla.request_asked")
@dataclass(frozen=True, kw_only=True)
class RequestAsked(Event):
    from_unit: int
    to_unit: int
    level: int
    due: str | None
    sentence = _("asked {to_unit} for help by level {level}")
    icon = "git-pull-request"


@register("sla.request_accepted")
@dataclass(frozen=True, kw_only=True)
class RequestAccepted(Event):
    assignee: int | None
    sentence = _("took on the request")
    icon = "hand-stop"


@register("sla.request_returned")
@dataclass(frozen=True, kw_only=True)
class RequestReturned(Event):
    reason: str
    sentence = _("sent the request back: {reason}")
    icon = "arrow-back-up"
    personal = ("reason",)


@register("sla.request_asked_again")
@dataclass(frozen=True, kw_only=True)
class RequestAskedAgain(Event):
    note: str
    sentence = _("asked again: {note}")
    icon = "arrow-forward-up"
    personal = ("note",)


@register("sla.request_passed")
@dataclass(frozen=True, kw_only=True)
class RequestPassed(Event):
    from_unit: int
    to_unit: int
    assignee: int | None
    reason: str
    sentence = _("passed the request to {to_unit}: {reason}")
    icon = "arrow-right"
    personal = ("reason",)


@register("sla.request_done")
@dataclass(frozen=True, kw_only=True)
class RequestDone(Event):
    sentence = _("finished the request")
    icon = "check"


@register("sla.request_withdrawn")
@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(Event):
    reason: str
    sentence = _("withdrew the request: {reason}")
    icon = "x"
    personal = ("reason",)


@register("sla.requests_moved")
@dataclass(frozen=True, kw_only=True)
class RequestsMoved(Event):
    """About the case that was merged: what it had asked of other units belongs to `into` now."""

    requests: list[int]
    into: int
    other_cases = ("into",)
    sentence = _("took its requests to {into}")
    icon = "git-pull-request"


@register("sla.request_rated")
@dataclass(frozen=True, kw_only=True)
class RequestRated(Event):
    score: int
    remark: str
    unit: int
    sentence = _("rated the service of {unit}: {score} of 5")
    icon = "star"
    personal = ("remark",)
