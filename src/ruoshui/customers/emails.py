"""One spelling per mail address, also of those in other alphabets (RFC 6531)."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email

PUNYCODE = re.compile(r"(^|\.)xn--", re.IGNORECASE)
LONGEST = 160  # what a record keeps
OTHER_LETTERS = re.compile(r"[^\x00-\x7f\s<>()\[\],;:@\"\\\u2000-\u206f\u3000\ufffd]")


def normal_email(value: str) -> str:
    """In lower case, a domain in the letters that people read. Raises ValidationError."""
    if len(value) > LONGEST:
        raise _no_address()
    local, at, domain = value.strip().rpartition("@")
    validate_email(OTHER_LETTERS.sub("x", local) + at + domain)
    normal = f"{local}@{_read(domain)}".lower()
    if len(normal) > LONGEST:  # İ is two signs in lower case
        raise _no_address()
    return normal


def _read(domain: str) -> str:
    if not PUNYCODE.search(domain):
        return domain
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _no_address() -> ValidationError:
    return ValidationError(EmailValidator.message)
