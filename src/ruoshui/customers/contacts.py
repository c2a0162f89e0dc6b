"""One spelling per contact, so that the same phone typed two ways is found once."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _


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
    value = value.strip()
    if kind == ContactKind.PHONE:
        return _normal_phone(value)
    if kind == ContactKind.EMAIL:
        validate_email(value)
        return value.lower()
    if kind == ContactKind.ADDRESS and 5 <= len(value) <= 160:
        return " ".join(value.lower().split())
    if not value or len(value) > 120:
        raise ValidationError(_("Enter between 1 and 120 characters."))
    return value.lower()


def _normal_phone(value: str) -> str:
    # A full-width digit is a digit; +86 and a leading 00 are ways of writing the same number.
    digits = "".join(str(int(c)) for c in value if c.isdecimal())
    if re.search(r"[^\d\s()（）+＋\-—–./]", value) or not 5 <= len(digits) <= 17:
        raise ValidationError(_("This is not a phone number. Use digits, for example 138 0000 0000."))
    if value.lstrip().startswith(("+", "＋", "00")):
        digits = digits.removeprefix("00")
        return digits.removeprefix("86") if digits.startswith("86") and len(digits) > 11 else f"+{digits}"
    return digits.removeprefix("86") if digits.startswith("86") and len(digits) == 13 else digits


def guess_kind(value: str) -> ContactKind:
    if "@" in value:
        return ContactKind.EMAIL
    return ContactKind.PHONE
