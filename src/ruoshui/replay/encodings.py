"""How the letters of a text file are written: told by a mark at its beginning, else by what fits."""

import codecs
import re

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHINESE = ("gb18030", "big5")
LOST = "\U000f0000"  # of private use: stands for what could not be read; the author's own U+FFFD are letters
SEEN = 65_536  # bytes by which UTF-16 without a mark is told
_LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_ODD = re.compile(rb"[\x80-\xff]")


class BadTable(Refusal):
    code, status = "bad-table", 422
    text = _("This file cannot be read: {why}")


codecs.register_error("lost", lambda wrong: (LOST, wrong.end) if isinstance(wrong, UnicodeDecodeError) else ("?", 0))


def decoded(content: bytes) -> tuple[str, str]:
    """(text, encoding). Damaged letters are `LOST`. Refuses with `BadTable` what is no text."""
    encoding = _marked(content) or _without_mark(content)
    text = content.decode(encoding, "lost")
    if "\0" in text:
        raise BadTable(why=_("it is no text, and no sheet of a kind we know"))
    return text, encoding


def _marked(content: bytes) -> str | None:
    return next((encoding for mark, encoding in MARKS if content.startswith(mark)), None)


def _without_mark(content: bytes) -> str:
    if b"\0" in content[:SEEN]:
        return _wide(content[:SEEN])
    if _is_utf8(content):
        return "utf-8"
    for encoding in CHINESE:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return CHINESE[0]


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: of plain letters, digits and line ends every second byte is zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(content: bytes) -> bool:
    """Also when it was cut inside its last letter, or a few letters are damaged: text in GB18030 or Big5 is
    hardly ever UTF-8 by chance in more than half of its letters.
    """
    whole = _CUT.sub(b"", content)
    good = len(_LETTERS.findall(whole))
    bad = len(_ODD.findall(_LETTERS.sub(b"", whole)))
    return not bad or good > 2 * bad
