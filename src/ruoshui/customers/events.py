from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("customers.registered")
@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(Event):
    sentence = _("registered the customer")
    icon = "user-plus"


@register("customers.revised")
@dataclass(frozen=True, kw_only=True)
class CustomerRevised(Event):
    changes: Mapping[str, Any]
    sentence = _("changed the customer's data")
    icon = "user-edit"
    personal = ("changes",)


@register("customers.contact_added")
@dataclass(frozen=True, kw_only=True)
class ContactAdded(Event):
    contact: int
    contact_kind: str
    sentence = _("added a contact ({contact_kind})")
    icon = "address-book"


@register("customers.wished")
@dataclass(frozen=True, kw_only=True)
class CustomerWished(Event):
    changes: Mapping[str, Any]
    sentence = _("set how the customer wants to be told")
    icon = "message-cog"


@register("customers.noted")
@dataclass(frozen=True, kw_only=True)
class CustomerNoted(Event):
    note: int
    sentence = _("made a note about the customer")
    icon = "note"


@register("customers.code_renewed")
@dataclass(frozen=True, kw_only=True)
class CodeRenewed(Event):
    """`number` is that of the code that is good now."""

    number: int
    sentence = _("renewed the customer code; the one before ended")
    icon = "qrcode"


@register("customers.merged")
@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Event):
    """About the survivor. `contacts` are the ids that moved over from `other`."""

    other: int
    contacts: list[int]
    sentence = _("merged customer {other} into this one")
    icon = "arrow-merge"
