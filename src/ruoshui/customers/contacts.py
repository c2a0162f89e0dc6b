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


LONGEST = 160  # what a record keeps, as typed and in its normal form


def normal_contact(kind: str, value: str) -> str:
    """The comparable form. Raises ValidationError for what cannot be a contact of this kind, or is too long to keep."""
    if kind not in ContactKind.values:
        raise ValidationError(_("Choose what kind of contact this is."))
    if kind == ContactKind.PHONE:
        return normal_phone(value)
    if len(value) > LONGEST:
        raise ValidationError(_("Enter between 1 and %(most)s characters."), params={"most": LONGEST})
    value = unicodedata.normalize("NFKC", visible(value)).strip()
    if kind == ContactKind.EMAIL:
        return normal_email(value)
    normal, most = value.lower(), 120
    if kind == ContactKind.ADDRESS:
        normal, most = " ".join(normal.split()), LONGEST
    if not normal or len(normal) > most:
        raise ValidationError(_("Enter between 1 and %(most)s characters."), params={"most": most})
    return normal


def as_kept(value: str) -> str:
    """What is shown of a contact: as it was typed, without what nobody sees."""
    return visible(value).strip()


def guess_kind(value: str) -> ContactKind:
    if "@" in value:
        return ContactKind.EMAIL
    return ContactKind.PHONE
