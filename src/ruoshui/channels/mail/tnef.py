"""winmail.dat: what Outlook packs when it should not, taken apart ([MS-OXTNEF], [MS-OXRTFCP]).

Each byte is looked at once; what does not hold what it says it holds ends the reading, and what was found stays.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruoshui.channels.mail.charsets import text_in
from ruoshui.channels.mail.rtf import unpacked_rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
BODY, TITLE, DATA, PROPERTIES, ATTACHMENT, BEGIN, CODE_PAGE = 0x800C, 0x8010, 0x800F, 0x9003, 0x9005, 0x9002, 0x9007
P_BODY, P_HTML, P_RTF, P_LONG_NAME, P_NAME, P_OBJECT = 0x1000, 0x1013, 0x1009, 0x3707, 0x3704, 0x3701
STRINGS, WIDE, OBJECT, BINARY, SEVERAL, NAMED = 0x1E, 0x1F, 0x0D, 0x102, 0x1000, 0x8000
SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
CUT = -1
MOST_FILES, MOST_PROPERTIES, DEEPEST = 200, 5000, 3


@dataclass(slots=True)
class Unpacked:
    """`text` and `html` are bodies, as far as there are any; `files`: name and content. `is_whole`: not cut off."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    is_whole: bool = True


def unpacked_tnef(content: bytes, depth: int = 0) -> Unpacked:
    """What can be read of it."""
    found, charset = Unpacked(), "cp1252"
    name, data, inside = "", b"", b""
    for kind, value in _attributes(content):
        found.is_whole = found.is_whole and kind != CUT
        if kind == CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif kind == BODY:
            found.text = found.text or _text(value, charset)
        elif kind == PROPERTIES:
            _body(found, value, charset)
        elif kind == BEGIN:
            _keep(found, name, data, inside, depth)
            name, data, inside = "", b"", b""
        elif kind == TITLE:
            name = name or _text(value, charset)
        elif kind == DATA:
            data = value
        elif kind == ATTACHMENT:
            about = dict(_properties(value, charset))
            name = str(about.get(P_LONG_NAME) or name or about.get(P_NAME) or "")
            inside = _bytes(about.get(P_OBJECT))
    _keep(found, name, data, inside, depth)
    return found


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 6 if content.startswith(SIGNATURE) else len(content)
    while place + 9 <= len(content):
        _level, kind, length = struct.unpack_from("<BII", content, place)
        if place + 9 + length > len(content):
            yield CUT, b""
            return
        yield kind & 0xFFFF, content[place + 9 : place + 9 + length]
        place += 11 + length


def _keep(found: Unpacked, name: str, data: bytes, inside: bytes, depth: int) -> None:
    if data and len(found.files) < MOST_FILES:
        found.files.append((name or f"file-{len(found.files) + 1}", data))
    elif inside[16:20] == SIGNATURE and depth < DEEPEST:  # behind a number that says that it is a message
        within = unpacked_tnef(inside[16:], depth + 1)
        found.files += within.files[: MOST_FILES - len(found.files)]
        found.text = "\n\n".join(filter(None, (found.text, within.text)))
    elif inside[16:] and len(found.files) < MOST_FILES:
        found.files.append((name or f"file-{len(found.files) + 1}", inside[16:]))


def _body(found: Unpacked, content: bytes, charset: str) -> None:
    about = dict(_properties(content, charset))
    found.text = found.text or str(about.get(P_BODY) or "")
    html = about.get(P_HTML)
    found.html = html.encode() if isinstance(html, str) else _bytes(html)
    found.rtf = unpacked_rtf(_bytes(about.get(P_RTF)))


def _properties(content: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    try:
        yield from _read(content, charset)
    except (struct.error, IndexError):  # shorter than it says
        return


def _read(content: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    (count,) = struct.unpack_from("<I", content)
    place = 4
    for _number in range(min(count, MOST_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", content, place)
        place = _past_name(content, place + 4) if name >= NAMED else place + 4
        base = kind & ~SEVERAL
        several = 1
        if kind & SEVERAL or base in (STRINGS, WIDE, OBJECT, BINARY):
            (several,) = struct.unpack_from("<I", content, place)
            place += 4
        for _value in range(min(several, MOST_PROPERTIES)):
            if base not in (STRINGS, WIDE, OBJECT, BINARY):
                place += SIZES[base] if base in SIZES else len(content)
                continue
            (length,) = struct.unpack_from("<I", content, place)
            value = content[place + 4 : place + 4 + length]
            place += 4 + length + -length % 4
            yield name, value if base in (OBJECT, BINARY) else _text(value, "utf-16-le" if base == WIDE else charset)
        if place > len(content):
            return


def _past_name(content: bytes, place: int) -> int:
    (kind,) = struct.unpack_from("<I", content, place + 16)
    if kind == 0:
        return place + 24
    (length,) = struct.unpack_from("<I", content, place + 20)
    return int(place + 24 + length + -length % 4)


def _text(value: bytes, charset: str) -> str:
    if charset == "utf-16-le":
        value = value[: len(value) - len(value) % 2]
    return text_in(value, charset).rstrip("\x00").strip()


def _bytes(value: str | bytes | None) -> bytes:
    return value if isinstance(value, bytes) else b""
