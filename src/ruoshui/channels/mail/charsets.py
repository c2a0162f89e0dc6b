"""Bytes to text, by the charset a mail names — and by what the bytes are where that is wrong, as it often is.

GBK is sent as GB2312, UTF-8 as ISO-8859-1, GB18030 as nothing at all. A label is believed only as far as it decodes;
one byte that does not fit must not cost the whole text. Only charsets are read: a label is a stranger's word, and
Python knows codecs by name that are none (escapes, domain names, base64).
"""

import binascii
import re
from encodings import normalize_encoding
from encodings.aliases import aliases

from ruoshui.channels.mail.guessing import SURE, fit, guessed
from ruoshui.core.plain_text import storable

# Python's names of what a mail may be written in.
_KNOWN = (
    "ascii utf_8 utf_8_sig utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le "
    "gb2312 gbk gb18030 hz big5 big5hkscs cp950 euc_kr cp949 johab iso2022_kr "
    "shift_jis shift_jis_2004 shift_jisx0213 cp932 euc_jp euc_jis_2004 euc_jisx0213 "
    "iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext "
    "latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 iso8859_11 "
    "iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_t koi8_u kz1048 ptcp154 tis_620 hp_roman8 "
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 "
    "cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp1125 "
    "mac_arabic mac_croatian mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2 mac_roman mac_romanian "
    "mac_turkish"
)
KNOWN = frozenset(_KNOWN.split())
# What a label really means: the larger set that holds it. GB18030 holds GBK, which holds GB2312.
LARGER = {
    "gb2312": "gb18030",
    "gb_2312_80": "gb18030",
    "gbk": "gb18030",
    "x_gbk": "gb18030",
    "cp936": "gb18030",
    "windows_936": "gb18030",
    "ms936": "gb18030",
    "chinese": "gb18030",
    "hz_gb_2312": "hz",
    "big5": "big5hkscs",
    "x_big5": "big5hkscs",
    "ks_c_5601_1987": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "x_sjis": "cp932",
    "windows_31j": "cp932",
    "iso_8859_1": "cp1252",
    "latin1": "cp1252",
    "latin_1": "cp1252",
    "us_ascii": "cp1252",
    "ascii": "cp1252",
    "iso_8859_8_i": "iso8859_8",
    "unicode_1_1_utf_7": "utf_7",
    "utf_7": "utf_7",
    "utf7": "utf_7",
}
ESCAPED = ("iso2022_jp_ext", "iso2022_jp_2", "iso2022_kr")
VAGUE = {"", "cp1252", "utf_8"}
# Written by programs that know no other: believed unless the bytes surely are something else.
WESTERN = {f"iso8859_{n}" for n in (2, 3, 4, 9, 10, 13, 14, 15, 16)} | {"cp1250", "cp1254", "cp1257", "mac_roman"}
# What their bytes from 80 to 9F mean, which stand for nothing in them.
WINDOWS = {"iso8859_2": "cp1250", "iso8859_9": "cp1254", "iso8859_13": "cp1257", "iso8859_15": "cp1252"}
C1 = re.compile(rb"[\x80-\x9f]")
EASTERN = {"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp"}
WIDE = {"utf_16": 2, "utf_16_be": 2, "utf_16_le": 2, "utf_32": 4, "utf_32_be": 4, "utf_32_le": 4}  # bytes of a letter
SEVEN_BITS = {"hz", *WIDE}
MARKS = (b"\xff\xfe", b"\xfe\xff")
HIGH = re.compile(rb"[\x80-\xff]")
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+ -]{0,40}")
UTF7_RUN = re.compile(rb"\+([A-Za-z0-9+/]*)-?")


def text_in(content: bytes, label: str = "") -> str:
    """The text, fit to be stored. Never raises; what fits nothing becomes U+FFFD."""
    return storable(_decoded(content, charset_named(label)).removeprefix("\ufeff"))


def charset_named(label: str) -> str:
    """Python's name of a charset we read; empty for every other word."""
    said = label.strip().strip("\"'").lower()
    if not LABEL.fullmatch(said):
        return ""
    name = normalize_encoding(said)
    name = LARGER.get(name, name)
    name = aliases.get(name, name)
    name = LARGER.get(name, name)
    return name if name in KNOWN or name == "utf_7" else ""


def _decoded(content: bytes, name: str) -> str:
    content = _of_whole_letters(content, name)
    if name in VAGUE and (told := _telling(content)) is not None:
        return told
    if name == "utf_7":
        content, name = UTF7_RUN.sub(_utf7_run, content), "utf_8"
    if name not in SEVEN_BITS:
        content = content.replace(b"\x00", b"")
    if name not in SEVEN_BITS and b"\x1b" not in content and not HIGH.search(content):
        return content.decode("ascii", "replace")
    if name in VAGUE and (found := _strict(content, "utf-8")) is not None:
        return found
    name = WINDOWS.get(name, name) if C1.search(content) else name
    others = [name] if name not in VAGUE and not _is_another(content, name) else []
    for other in (*others, "utf-8", guessed(content), name):
        if other and (found := _strict(content, other)) is not None:
            return found
    return _as_far_as_it_goes(content, name or "cp1252")


def _telling(content: bytes) -> str | None:
    """Charsets that say themselves which they are: by a mark at the beginning, or by how they change their letters."""
    if content.startswith(MARKS):
        content = _of_whole_letters(content, "utf_16")
        return _strict(content, "utf-16") or _strict(content[:-2], "utf-16")  # the half of one that takes two
    if b"\x1b$" in content or b"\x1b(" in content:
        return next((found for name in ESCAPED if (found := _strict(content, name)) is not None), None)
    return None


def _is_another(content: bytes, name: str) -> bool:
    """Are the bytes surely of another charset than their label says, though they can be read in that as well?"""
    if name not in WESTERN | EASTERN:
        return False
    best = guessed(content, SURE)
    return best not in ("", name) and fit(content, best) > fit(content, name) + 0.3


def _as_far_as_it_goes(content: bytes, name: str) -> str:
    """One byte that does not fit costs itself; where most do not, the label is wrong."""
    found = content.decode(name, "replace")
    if found.count("\ufffd") * 4 > sum(letter >= "\x80" for letter in found):
        return content.decode("cp1252", "replace")
    return found


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeError:
        return None


def _utf7_run(found: re.Match[bytes]) -> bytes:
    """UTF-7 (RFC 2152) as UTF-8: Python's own codec lets halves of characters through. What is no run stays."""
    letters = found.group(1)
    if not letters:
        return b"+" if found.group().endswith(b"-") else found.group()
    units = len(letters) * 6 // 16 * 2
    if not units or len(letters) * 6 - units * 8 >= 6:
        return found.group()
    content = binascii.a2b_base64(letters + b"A" * (-len(letters) % 4))[:units]
    return content.decode("utf-16-be", "replace").encode("utf-8")


def _of_whole_letters(content: bytes, name: str) -> bytes:
    return content[: len(content) - len(content) % WIDE.get(name, 1)]


def cut(content: bytes, most: int, label: str = "") -> bytes:
    """Its beginning, not through the middle of a character: no charset of ours has a line's end or a blank in one, but
    those of which each letter takes two bytes or four.
    """
    if len(content) <= most:
        return content
    if content.startswith(MARKS) or charset_named(label) in WIDE:
        return content[: most - most % 4]
    place = max(content.rfind(b"\n", most // 2, most), content.rfind(b" ", most // 2, most))
    return content[: place if place > 0 else most]
