"""One spelling per contact, so that the same phone typed two ways is found once."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.normal_text import visible
from ruoshui.customers.emails import normal_email
from ruoshui.customers.phones import normal_phone


class ContactKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    ADDRESS = "address", _("postal address")
    REFERENCE = "reference", _("reference number")


def normal_contact(kind: str, value: str) -> str:
    """The comparable form. Raises ValidationError for what cannot be a contact of this kind."""
    if kind not in ContactKind.values:
        raise ValidationError(_("Choose what kind of contact this is."))
    if kind == ContactKind.PHONE:
        return normal_phone(value)
    value = unicodedata.normalize("NFKC", visible(value)).strip()
    if kind == ContactKind.EMAIL:
        return normal_email(value)
    if kind == ContactKind.ADDRESS and 5 <= len(value) <= 160:
        return " ".join(value.lower().split())
    if not value or len(value) > 120:
        raise ValidationError(_("Enter between 1 and 120 characters."))
    return value.lower()


def as_kept(value: str) -> str:
    """What is shown of a contact: as it was typed, without what nobody sees."""
    return visible(value).strip()


def guess_kind(value: str) -> ContactKind:
    if "@" in value:
        return ContactKind.EMAIL
    return ContactKind.PHONE
