"""Bytes to text, by the charset a mail names — and by what the bytes are where that is wrong, as it often is.

GBK is sent as GB2312, UTF-8 as ISO-8859-1, GB18030 as nothing at all. A label is believed only as far as it decodes;
one byte that does not fit must not cost the whole text.
"""

import codecs
import re

# What a label really means: the larger set that holds it. GB18030 holds GBK, which holds GB2312.
LARGER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
}
VAGUE = {"", "cp1252", "unknown-8bit", "x-unknown", "default_charset", "8bit", "binary", "utf-8", "utf8"}
HIGH = re.compile(rb"[\x80-\xff]")
# The first level of GB 2312: 3,755 characters that nearly all of everyday Chinese is written in.
EVERYDAY = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]")


def text_in(content: bytes, label: str = "") -> str:
    """The text, without NUL. Never raises; what fits nothing becomes U+FFFD."""
    return _decoded(content, _known(label)).replace("\x00", "")


def _known(label: str) -> str:
    name = label.strip().strip("\"'").lower()
    name = LARGER.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name if name and codecs.lookup(name)._is_text_encoding else ""


def _decoded(content: bytes, name: str) -> str:
    if not HIGH.search(content) and b"\x1b" not in content and name not in ("utf-7", "hz", "utf-16", "utf-32"):
        return content.decode("ascii", "replace")
    if name in VAGUE:
        if (found := _strict(content, "utf-8")) is not None:
            return found
        if looks_chinese(content) and (found := _strict(content, "gb18030")) is not None:
            return found
    if name and (found := _strict(content, name)) is not None:
        return found
    for other in ("utf-8", *(("gb18030",) if looks_chinese(content) else ()), *((name,) if name == "gb18030" else ())):
        if (found := _strict(content, other)) is not None:
            return found
    return content.decode(name or "cp1252", "replace")


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def looks_chinese(content: bytes) -> bool:
    """Are most of the high bytes pairs of everyday Chinese in GB's encoding?"""
    high = len(HIGH.findall(content))
    return high >= 4 and 2 * len(EVERYDAY.findall(content)) >= 0.7 * high
