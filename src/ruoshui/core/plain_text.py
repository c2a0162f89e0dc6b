"""Which letters a text may hold that we keep or show.

The database keeps no NUL and no half of a surrogate pair; tables for Excel hold none of the old control characters.
People and programs of ours are refused with such text: they can mend it. What a provider brings from somebody else is
made readable instead, because its author hears nothing of a refusal. A vertical tab and a form feed are let in: that
is how text processors paste a line end and a page end.
"""

import re

# What nobody types: C0 without tab, line ends, \v and \f; a half of a surrogate pair.
_UNKEPT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")
# What comes from a stranger's program is made fit for XML and terminals as well: no C1, no end that is none.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FIT: dict[int, str | None] = {
    **dict.fromkeys(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r"),
    **dict.fromkeys((*range(0x80, 0xA0), 0xFFFE, 0xFFFF), "\ufffd"),
    **dict.fromkeys((0x0B, 0x0C, 0x85), "\n"),
}
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


def storable(text: str) -> str:
    """What can be kept of a text from outside, the only way that one from mail, SMS, WeChat and telephone comes in.

    Controls are left out, an old line or page end is a line end, what stands for nothing is U+FFFD. Two halves that
    belong together become their letter.
    """
    if _UNFIT.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(_FIT)
