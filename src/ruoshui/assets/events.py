from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("assets.registered")
@dataclass(frozen=True, kw_only=True)
class AssetRegistered(Event):
    number: str
    sentence = _("registered the equipment {number}")
    icon = "plus"


@register("assets.revised")
@dataclass(frozen=True, kw_only=True)
class AssetRevised(Event):
    changes: dict[str, Any]
    sentence = _("changed the register entry")
    icon = "edit"
    personal = ("changes",)


@register("assets.retired")
@dataclass(frozen=True, kw_only=True)
class AssetRetired(Event):
    reason: str
    sentence = _("retired the equipment: {reason}")
    icon = "archive"


@register("assets.round_planned")
@dataclass(frozen=True, kw_only=True)
class RoundPlanned(Event):
    due_on: str
    sentence = _("the next inspection is due on {due_on}")
    icon = "calendar-plus"


@register("assets.round_put_off")
@dataclass(frozen=True, kw_only=True)
class RoundPutOff(Event):
    before: str
    due_on: str
    reason: str
    sentence = _("put the inspection of {before} off to {due_on}: {reason}")
    icon = "calendar-time"


@register("assets.round_done")
@dataclass(frozen=True, kw_only=True)
class RoundDone(Event):
    """`due_on` is empty for a round that was not planned."""

    round: int
    due_on: str
    defects: int
    remark: str = ""
    sentence = _("inspected it; defects: {defects}")
    icon = "clipboard-check"


@register("assets.defect_found")
@dataclass(frozen=True, kw_only=True)
class DefectFound(Event):
    defect: int
    severity: str
    text: str
    sentence = _("found a defect: {text}")
    icon = "alert-triangle"


@register("assets.defect_mended")
@dataclass(frozen=True, kw_only=True)
class DefectMended(Event):
    defect: int
    text: str
    sentence = _("the defect is fixed: {text}")
    icon = "circle-check"
