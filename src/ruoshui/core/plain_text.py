"""Which letters a text may hold that we keep or show.

The database keeps no NUL and no half of a surrogate pair; tables for Excel hold none of the old control characters.
People and programs of ours are refused with such text: they can mend it. What a provider brings from somebody else is
made readable instead, because its author hears nothing of a refusal. A vertical tab and a form feed are let in: that
is how text processors paste a line end and a page end.
"""

import re

# What nobody types: C0 without tab, line ends, \v and \f; a half of a surrogate pair.
_UNKEPT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")
_OLD_ENDS = re.compile("[\x0b\x0c]")
_PICTURES = 0x2400  # U+2400… are pictures of the control characters
_SHOWN = 20


def unkept_at(text: str) -> int:
    """Where the first letter stands that cannot be kept; -1 when there is none."""
    found = _UNKEPT.search(text)
    return found.start() if found else -1


def shown(text: str) -> str:
    """The place of the first letter that cannot be kept, with a picture of it: “Meter␇box”."""
    place = max(0, unkept_at(text))
    part = text[max(0, place - _SHOWN) : place + _SHOWN]
    return _UNKEPT.sub(lambda found: chr(_PICTURES + ord(found[0])) if ord(found[0]) < 0x20 else "\ufffd", part)


def readable(text: str) -> str:
    """What can be kept of a text from outside: controls left out, halves of pairs shown as U+FFFD."""
    text = _OLD_ENDS.sub("\n", text)
    return _UNKEPT.sub(lambda found: "" if ord(found[0]) < 0x20 else "\ufffd", text)
