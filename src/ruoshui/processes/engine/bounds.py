"""How large the values of a condition may be: no expression, however it is written, works on more than this."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import storable

LONGEST_TEXT, LONGEST_LIST = 10_000, 1_000
LARGEST = 10**30
MOST_DIGITS = 15


class OutOfBounds(ValueError):
    def __init__(self, why: Promise) -> None:
        super().__init__(str(why))
        self.why = why


def must_be_small(value: Any) -> None:
    """Raises OutOfBounds for a text, list or number that no condition needs."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise OutOfBounds(_("one of the texts is too long."))
    elif isinstance(value, list | dict | tuple):
        if len(value) > LONGEST_LIST:
            raise OutOfBounds(_("one of the lists is too long."))
    elif isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:  # what is no number is neither
        raise OutOfBounds(_("one of the numbers is too large."))


def as_number(value: Any) -> Any:
    """For what only numbers can do. Raises TypeError: Python would multiply and format texts, too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def rounded(value: Any, digits: Any = 0) -> Any:
    """To `digits` places, -15 to 15."""
    places = as_number(digits)
    if places != int(places) or abs(places) > MOST_DIGITS:
        raise OutOfBounds(_("a number is rounded to between -15 and 15 places."))
    return round(as_number(value), int(places))


def as_text(value: Any) -> Any:
    """A number as people write it: 5, not 5.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "true" if value is True else "false" if value is False else "" if value is None else str(value)


def named(value: Any) -> str:
    """A value in a message, short whatever it is."""
    if isinstance(value, str):
        return repr(storable(value[:40]))[:42]
    if isinstance(value, list | dict | tuple):
        return "[…]"
    return repr(value)[:40] if not isinstance(value, int) or abs(value) <= LARGEST else "…"
