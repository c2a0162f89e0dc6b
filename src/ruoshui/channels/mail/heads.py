"""The head of a mail or of a part of one: its fields as they came, and what is written in them.

Read by hand, a line at a time: the standard library raises at some, and takes the square of their length at others.
"""

import binascii
import re
from dataclasses import dataclass
from email.message import Message

from ruoshui.channels.mail.charsets import text_in

MOST_FIELDS, LONGEST_FIELD, MOST_HEAD = 500, 64 * 1024, 256 * 1024
LONGEST_PARAMETERS = 4096
NAME = re.compile(r"[\x21-\x39\x3b-\x7e]{1,200}")
# RFC 2047; some write question marks inside, which it forbids. Bounded, so that no beginning is searched to the end.
WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,3})\?=")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
COMMENT = re.compile(r"\([^()]{0,200}\)")
# Behind a name without quotation marks: only the last one, for many programs put none around "Bill (2).pdf".
LAST_COMMENT = re.compile(r"(?<=\S)[ \t]{1,9}\([^()]{0,200}\)\s{0,9}\Z")
NAMES = ("filename", "name")
FOLD = re.compile(r"\r?\n[ \t]+|\r[ \t]+")


@dataclass(frozen=True, slots=True)
class Head:
    """`fields`: (name in lower case, value as it came: bytes that are no ASCII are half characters)."""

    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name.lower()]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def kind(self, default: str = "text/plain") -> str:
        """The type of the content, in lower case."""
        said = COMMENT.sub("", self.first("Content-Type").partition(";")[0]).strip().lower()
        return said if re.fullmatch(r"[!-~]{1,60}/[!-~]{1,100}", said) and said.count("/") == 1 else default

    def parameter(self, field: str, name: str) -> str | None:
        """As text; None: it is not there, or nothing that can be read as one."""
        value = FOLD.sub(" ", self.first(field))[:LONGEST_PARAMETERS]
        if name not in value.lower():
            return None
        if name in NAMES:
            return _file_name(value, name)
        if not value.isascii() or "(" in value:  # the standard library knows no comments between parameters
            return _plain_parameter(value, name) or _parameter(value, name)
        return _parameter(value, name)


def split_head(raw: bytes) -> tuple[Head, bytes]:
    """Head and body. Lines that are no fields end the head: they are the body's first."""
    end, begin = _blank_line(raw)
    fields: list[tuple[str, list[str]]] = []
    read = 0
    for found in LINE.finditer(raw[:end].decode("ascii", "surrogateescape")):
        if not _add(fields, found.group(), is_first=read == 0):
            break
        read = found.end()
    body = raw[read:] if raw[read:end].strip() else raw[begin:]
    whole = ((name, "".join(lines).rstrip("\r\n")[:LONGEST_FIELD]) for name, lines in fields[:MOST_FIELDS])
    return Head(tuple(whole)), body


def _blank_line(raw: bytes) -> tuple[int, int]:
    """Where the head ends and where the body begins."""
    if raw.startswith((b"\n", b"\r\n")):
        return 0, 1 if raw.startswith(b"\n") else 2
    found = [
        (place, place + len(mark)) for mark in (b"\n\n", b"\n\r\n") if (place := raw.find(mark, 0, MOST_HEAD)) >= 0
    ]
    if found:
        return min(found)
    end = len(raw) if len(raw) <= MOST_HEAD else max(raw.rfind(b"\n", 0, MOST_HEAD), 0)
    return end, end


def _add(fields: list[tuple[str, list[str]]], line: str, *, is_first: bool) -> bool:
    if line[0] in " \t":
        if fields:
            fields[-1][1].append(line)
        return True
    if is_first and line.startswith(("From ", ">From ")):
        return True  # the line of a mailbox file
    name, colon, value = line.partition(":")
    if not colon or (name and not NAME.fullmatch(name.rstrip(" \t"))):
        return False
    if name and len(fields) <= MOST_FIELDS:  # one more than is kept: it takes the folded lines of all the others
        fields.append((name.strip().lower(), [value.lstrip(" \t")]))
    return True


def header_text(value: str) -> str:
    """A field with its encoded words read, and raw bytes in it guessed. Line ends in it stay."""
    source = value[:LONGEST_FIELD]
    if "=?" not in source:
        return _raw_text(source)
    said: list[str] = []
    held, label, place = b"", "", 0
    for found in WORD.finditer(source):
        between = source[place : found.start()]
        content, charset = _word(found), found.group(1).partition("*")[0].lower()
        if not (held and charset == label and not between.strip()):
            said += [text_in(held, label)] if held else []
            said += [_raw_text(between)] if between.strip() or not place else []
            held = b""
        held, label, place = held + content, charset, found.end()
    said += [text_in(held, label)] if held else []
    return "".join(said) + _raw_text(source[place:])


def ids_in(head: Head, name: str) -> list[str]:
    """Without their brackets."""
    found: list[str] = []
    for value in head.all(name):
        text = header_text(value)
        found += MESSAGE_ID.findall(text) or [word for word in text.split() if "@" in word and len(word) <= 250]
    return found


def _raw_text(source: str) -> str:
    return text_in(source.encode("utf-8", "surrogateescape"))


def _word(found: re.Match[str]) -> bytes:
    """What of an encoded word can be read."""
    content = found.group(3).encode("utf-8", "surrogateescape")
    if found.group(2) in "qQ":
        return binascii.a2b_qp(content, header=True)
    return base64_bytes(content)


def base64_bytes(content: bytes) -> bytes:
    """Up to the first end it has; what is no letter of it is left out, a lonely last letter too."""
    letters = re.sub(rb"[^A-Za-z0-9+/=]", b"", content)
    whole = letters.partition(b"=")[0] if letters.rstrip(b"=").count(b"=") == 0 else letters
    if b"=" not in whole:
        whole = whole[: len(whole) - (len(whole) % 4 == 1)]
        whole += b"=" * (-len(whole) % 4)
    try:
        return binascii.a2b_base64(whole)
    except binascii.Error:
        return b""


def _parameter(value: str, name: str) -> str | None:
    """Also cut in pieces and with its charset (RFC 2231)."""
    message = Message()
    message.set_raw("Content-Type", value)
    try:
        found = message.get_param(name)
    except Exception:  # the standard library fails at odd ones in many ways
        return _plain_parameter(value, name)
    if isinstance(found, tuple):
        charset, _language, text = found
        return text_in(text.encode("latin-1", "replace"), charset or "")
    return None if found is None else header_text(str(found))


def _file_name(value: str, name: str) -> str | None:
    """With all its blanks and brackets: up to the next parameter."""
    place = re.search(rf"(?<![\w*-]){name}\s*=\s*(\"?)", value, re.IGNORECASE)
    if place is None or (place.group(1) and value.isascii()):
        found = _parameter(value, name)
        return found.strip('"') if found else found
    if place.group(1):
        return _plain_parameter(value, name)
    said = value[place.end() :].partition(";")[0].strip()
    return header_text(LAST_COMMENT.sub("", said))


def _plain_parameter(value: str, name: str) -> str | None:
    pattern = rf"(?<![\w*-]){name}\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))"
    found = re.search(pattern, value, re.IGNORECASE)
    return header_text(found.group(1) or found.group(2) or "") if found else None
