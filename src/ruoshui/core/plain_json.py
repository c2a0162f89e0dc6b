"""JSON from outside, read so that all of it can be kept: finite numbers of a sane size, no control characters.

Everything of ours that reads JSON which somebody else wrote reads it here; a contract test sees to that.
"""

import json
import math
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import shown, unkept_at

MOST_DIGITS = 18
DEEPEST = 60
Place = tuple[str | int, ...]


class NotPlain(ValueError):
    """`place` leads to what cannot be taken: keys and positions from the outside in; `why` is for its author."""

    def __init__(self, why: Promise | str, place: Place = ()) -> None:
        super().__init__(str(why))
        self.why = why
        self.place = place

    @property
    def field(self) -> str:
        return ".".join(str(part) for part in self.place) or "body"


def read_json(text: str | bytes) -> Any:
    """Raises `NotPlain` for what is no JSON, and for JSON that could not be kept."""
    found = read_foreign_json(text)
    check_plain(found)
    return found


def read_foreign_json(text: str | bytes) -> Any:
    """What a provider says: its texts are made readable where they are kept. Raises `NotPlain` for what is no JSON."""
    try:
        return json.loads(text, parse_constant=_constant)
    except NotPlain:
        raise
    except (ValueError, RecursionError) as wrong:  # a number of 5,000 digits is a ValueError, too
        raise NotPlain(_("This is no JSON that can be read: %s") % str(wrong)[:200]) from wrong


def _constant(name: str) -> NoReturn:
    raise NotPlain(_("%s is no number.") % name)


def check_plain(found: Any, place: Place = ()) -> None:
    """Raises `NotPlain` with the place of the first value or key that could not be kept."""
    if isinstance(found, str):
        if unkept_at(found) >= 0:
            why = _("“%s” holds a control character that cannot be kept. Delete it and send again.")
            raise NotPlain(why % shown(found), place)
    elif isinstance(found, float):
        if not math.isfinite(found):
            raise NotPlain(_("This number is too large."), place)
    elif isinstance(found, int):
        if abs(found) >= 10**MOST_DIGITS:
            raise NotPlain(_("A whole number has at most 18 digits."), place)
    elif isinstance(found, dict | list):
        if len(place) >= DEEPEST:
            raise NotPlain(_("It is nested too deeply."), place[:3])
        for key, value in found.items() if isinstance(found, dict) else enumerate(found):
            if isinstance(key, str) and unkept_at(key) >= 0:
                check_plain(key, place)
            check_plain(value, (*place, key))
