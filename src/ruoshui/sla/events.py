from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("sla.promise_made")
@dataclass(frozen=True, kw_only=True)
class PromiseMade(Event):
    level: int
    first_response: str | None
    resolution: str | None
    sentence = _("promised level {level}")
    icon = "shield"


@register("sla.promise_kept")
@dataclass(frozen=True, kw_only=True)
class PromiseKept(Event):
    """`due` is empty when the clock was paused: it had time left."""

    target: str
    due: str | None
    sentence = _("kept the promise: {target}")
    icon = "shield-check"


@register("sla.promise_broken")
@dataclass(frozen=True, kw_only=True)
class PromiseBroken(Event):
    """Recorded at the moment the promise was due, however late it is noticed."""

    target: str
    due: str
    unit: int
    assignee: int | None
    sentence = _("the promise was broken: {target}")
    icon = "shield-x"
