from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("informing.sent")
@dataclass(frozen=True, kw_only=True)
class NoticesSent(Event):
    """Somebody sent a notice by hand. `customers`: to how many."""

    template: int
    customers: int
    sentence = _("sent a notice to {customers} customers")
    icon = "send"
