"""One spelling per telephone number, however it was typed, pasted or told by an exchange."""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

from ruoshui.core.normal_text import visible

HOME = "CN"
HOME_CODE = 86
FEWEST, MOST = 5, 17
LONGEST = 80  # signs typed: the patterns below take the square of a length, and strangers type it
MARK = ";ext="  # as in RFC 3966

_LABEL = re.compile(
    r"^(?:tel(?:ephone)?|phone(?: number)?|mob(?:ile)?|cell|(?:联系|固定|移动|聯繫)?(?:电话|電話)(?:号码|號碼)?"
    r"|手机号?码?|手機號?碼?|座机|座機"
    r"|固话|[☎☏✆📞📱'])\s*[.:]?\s*(?=[\d(+])",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[\s,;(]*(?:;?ext(?:ension|n)?|x|#|\*|[转轉按](?:接|分机|分機)?|分机号?|分機號?|内线|內線)[\s.:=-]*(\d{1,8})(?:分机|分機)?\)?$"
    r"|[,;]\s*(\d{1,6})$|\s*\((\d{1,6})\)$",
    re.IGNORECASE,
)
# What people set behind a number: the end of a sentence, or by what else it can be reached.
_BEHIND = re.compile(r"(?:\s*\([^()\d]{0,20}\))?[\s.,;:。、/]*$")
_DOTS = re.compile(r"(?<=\d)\s*[·•・_]\s*(?=\d)")
# 010-62770000-8001: after a whole number of an area, digits behind one more dash are an extension.
_DASHED = re.compile(r"^((?:\(?0\d{2,3}\)?|(?:\+|00)86[\s-]*\(?0?\d{2,3}\)?)[\s-]*\d{7,8})-(\d{1,6})$")
_TYPED = re.compile(r"[\d\s()+\-./]+")


def normal_phone(value: str) -> str:
    """National digits of a number at home (13800138999, 057188990011), +… of any other, and `;ext=` with an extension.

    Short and unknown numbers (95598, a number without its area) stay the digits they are. Raises ValidationError for
    what is no number.
    """
    if len(value) > LONGEST:
        raise _no_number()
    number, extension = _parted(_plain(value))
    digits = re.sub(r"\D", "", number)
    if not _TYPED.fullmatch(number) or not FEWEST <= len(digits) <= MOST:
        raise _no_number()
    return _spelled(number, digits) + (f"{MARK}{extension}" if extension else "")


def without_extension(normal: str) -> str:
    """What can be dialled, or sent a short message."""
    return normal.partition(MARK)[0]


def _plain(value: str) -> str:
    if any(sign.isdigit() and not sign.isdecimal() for sign in value):  # ² and ① are no digits of a number
        raise _no_number()
    text = unicodedata.normalize("NFKC", visible(value))
    text = "".join("-" if unicodedata.category(sign) == "Pd" or sign == "\u2212" else sign for sign in text)
    # Of any script: a digit is a digit.
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return _DOTS.sub("-", _BEHIND.sub("", _LABEL.sub("", text.strip())))


def _parted(text: str) -> tuple[str, str]:
    if found := _EXTENSION.search(text):
        return text[: found.start()].strip(), next(filter(None, found.groups()))
    if found := _DASHED.match(text):
        return found[1], found[2]
    return text, ""


def _spelled(number: str, digits: str) -> str:
    is_abroad = number.startswith(("+", "00", "(+"))
    try:
        known = phonenumbers.parse(number.replace("(0)", "") if is_abroad else number, HOME)
    except phonenumbers.NumberParseException:
        return _as_typed(digits, is_abroad=is_abroad)
    if phonenumbers.is_possible_number_with_reason(known) != ValidationResult.IS_POSSIBLE:
        return _as_typed(digits, is_abroad=is_abroad)
    if known.country_code != HOME_CODE:
        return str(phonenumbers.format_number(known, PhoneNumberFormat.E164))
    return _at_home(known)


def _at_home(known: PhoneNumber) -> str:
    return re.sub(r"\D", "", phonenumbers.format_number(known, PhoneNumberFormat.NATIONAL))


def _as_typed(digits: str, *, is_abroad: bool) -> str:
    if is_abroad:
        digits = digits.removeprefix("00")
        return digits.removeprefix("86") if digits.startswith("86") and len(digits) > 11 else f"+{digits}"
    return digits.removeprefix("86") if digits.startswith("86") and len(digits) == 13 else digits


def _no_number() -> ValidationError:
    return ValidationError(_("This is not a phone number. Use digits, for example 138 0000 0000."))
