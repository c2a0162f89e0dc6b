from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("packs.installed")
@dataclass(frozen=True, kw_only=True)
class PackInstalled(Event):
    """`before` is the version that was installed until now."""

    version: str
    before: str | None
    written: int
    conflicts: int
    sentence = _("installed version {version} of the pack")
    icon = "package"
