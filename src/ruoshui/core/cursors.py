"""Where a page of a list ended. Opaque, fit for an address as it is, good for the list that gave it only."""

import base64
import binascii
import json

from django.utils.translation import gettext as _

from ruoshui.core.plain_json import read_json
from ruoshui.core.refusals import Invalid

LONGEST = 200
LARGEST = 2**53
Key = tuple[int | str, ...]


def cursor_of(listed: str, *key: int | str) -> str:
    """`listed`: the list and the order it is in; `key`: that of the last row shown."""
    words = json.dumps([listed, *key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(words).decode().rstrip("=")


def key_of(listed: str, cursor: str, *kinds: type[int] | type[str]) -> Key | None:
    """The key in a cursor of this list; None for an empty one. Raises Invalid at `after` for anything else."""
    if not cursor:
        return None
    try:
        words = read_json(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        words = None
    if not isinstance(words, list) or words[:1] != [listed] or [type(word) for word in words[1:]] != list(kinds):
        raise wrong_cursor()
    if any(isinstance(word, int) and not 0 <= word <= LARGEST for word in words[1:]):
        raise wrong_cursor()
    return tuple(words[1:])


def wrong_cursor() -> Invalid:
    return Invalid({"after": [_("This is no place in this list. Send what `next` said, or nothing to begin.")]})
