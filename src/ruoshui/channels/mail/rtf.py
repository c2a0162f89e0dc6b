"""Rich text as Outlook packs it ([MS-OXRTFCP]), and its words."""

import re
import struct

from ruoshui.channels.mail.charsets import text_in

PACKED, STORED = 0x75465A4C, 0x414C454D
LARGEST = 4_000_000
# What the window holds before anything is in it.
BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(content: bytes) -> bytes:
    """Empty for what is none."""
    if len(content) < 16:
        return b""
    length, size, kind, _sum = struct.unpack_from("<IIII", content)
    if kind == STORED:
        return content[16 : 16 + min(size, LARGEST)]
    if kind != PACKED:
        return b""
    return _expanded(content[16 : 4 + length], min(size, LARGEST))


def _expanded(source: bytes, size: int) -> bytes:
    window = bytearray(BEGINNING + b" " * (4096 - len(BEGINNING)))
    out, write, place = bytearray(), len(BEGINNING), 0
    while place < len(source) and len(out) < size:
        control = source[place]
        place += 1
        for bit in range(8):
            if control >> bit & 1:
                if place + 2 > len(source):
                    return bytes(out)
                (token,) = struct.unpack_from(">H", source, place)
                place += 2
                begin, count = token >> 4, (token & 15) + 2
                if begin == write % 4096:  # the end
                    return bytes(out)
                piece = bytearray()
                for step in range(count):
                    letter = window[(begin + step) % 4096]
                    window[(write + step) % 4096] = letter
                    piece.append(letter)
                write += count
                out += piece
            elif place < len(source):
                window[write % 4096] = source[place]
                out.append(source[place])
                place, write = place + 1, write + 1
    return bytes(out[:size])


TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?\??|\\([a-z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([\r\n]+)|([^\\{}\r\n]+)",
    re.DOTALL,
)
HIDDEN = (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"generator", b"themedata", b"listtable")


def words_of_rtf(source: bytes) -> str:
    """Without what is no text; letters in the code page that it names."""
    named = re.search(rb"\\ansicpg(\d{1,5})", source[:2000])
    charset = f"cp{named.group(1).decode()}" if named else "cp1252"
    said: list[bytes | str] = []
    hidden, depth = 0, 0
    for found in TOKEN.finditer(source[:LARGEST]):
        code, letter, word, _number, sign, brace, _end, text = found.groups()
        if brace:
            depth += 1 if brace == b"{" else -1
            hidden = hidden if hidden and depth >= hidden else 0
        elif not hidden:
            if word in HIDDEN or sign == b"*":
                hidden = depth
            else:
                said.append(_said(code, letter, word, sign, text))
    return _joined(said, charset)


def _said(code: bytes, letter: bytes, word: bytes, sign: bytes, text: bytes) -> bytes | str:
    if code:
        return bytes([int(code, 16)])
    if letter:
        return chr(int(letter) % 0x10000)
    if word:
        return {b"par": b"\n", b"line": b"\n", b"tab": b"\t", b"cell": b"\t", b"row": b"\n"}.get(word, b"")
    return sign if sign in (b"\\", b"{", b"}") else text or b""


def _joined(said: list[bytes | str], charset: str) -> str:
    """Letters of two bytes stand in two pieces: pieces are put together before they are read."""
    found: list[str] = []
    held: list[bytes] = []
    for piece in [*said, ""]:
        if isinstance(piece, bytes):
            held.append(piece)
            continue
        found += [text_in(b"".join(held), charset), piece]
        held = []
    return "".join(found).strip()
