"""A mail as it came, read: never raises, whatever it is made of, and loses no word that can be read."""

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32

from ruoshui.channels.mail.charsets import text_in
from ruoshui.channels.mail.words import split_quote, text_of_html

MOST_PARTS, DEEPEST = 200, 20
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,180}")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail. `is_inline`: a picture that the text shows."""

    name: str
    content_type: str
    content: bytes
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` is what is new in it, `quoted` what it repeats. Addresses are lower case; ids without their brackets."""

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    quoted: str
    parts: tuple[Part, ...]
    headers: Message

    def header(self, name: str) -> str:
        return header_text(next(iter(raw_headers(self.headers, name)), ""))


def read_letter(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=compat32)
    plain, rich, parts = _walked(message)
    text = plain if plain.strip() else text_of_html(rich)
    new, quoted = split_quote(text)
    sender_name, sender = _sender(message)
    return Letter(
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        references=tuple(dict.fromkeys((*_ids(message, "References"), *_ids(message, "In-Reply-To")))),
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(dict.fromkeys(_addresses(message, *RECIPIENTS))),
        subject=" ".join(header_text(next(iter(raw_headers(message, "Subject")), "")).split())[:500],
        sent_at=_date(message),
        text=new,
        quoted=quoted,
        parts=tuple(parts),
        headers=message,
    )


def raw_headers(message: Message, name: str) -> list[str]:
    """As they came: what `get` gives has lost the bytes of headers that are not ASCII."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def header_text(value: object) -> str:
    """A header with its encoded words read, and raw bytes in it guessed."""
    source = str(value or "")
    if "=?" not in source:
        return source if source.isascii() else text_in(source.encode("utf-8", "surrogateescape"))
    try:
        chunks = decode_header(source.encode("utf-8", "surrogateescape").decode("latin-1"))
    except (ValueError, LookupError):
        return text_in(source.encode("utf-8", "surrogateescape"))
    said = []
    for chunk, label in chunks:
        content = chunk.encode("latin-1", "replace") if isinstance(chunk, str) else chunk
        said.append(text_in(content, label or ""))
    return "".join(said)


def _sender(message: Message) -> tuple[str, str]:
    for name in ("From", "Reply-To", "Sender", "Return-Path"):
        for raw in raw_headers(message, name):
            value = " ".join(header_text(raw).split())
            if found := ADDRESS.findall(value):
                shown, _address = email.utils.parseaddr(value)
                return shown.strip("\"' ")[:160], found[-1].lower()
    return "", ""


def _addresses(message: Message, *names: str) -> Iterator[str]:
    for name in names:
        for value in raw_headers(message, name):
            yield from (found.lower() for found in ADDRESS.findall(header_text(value)))


def _ids(message: Message, name: str) -> list[str]:
    found: list[str] = []
    for value in raw_headers(message, name):
        text = header_text(value)
        found += MESSAGE_ID.findall(text) or [word for word in text.split() if "@" in word and len(word) <= 250]
    return found


def _date(message: Message) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(header_text(next(iter(raw_headers(message, "Date")), "")))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _walked(message: Message) -> tuple[str, str, list[Part]]:
    """Plain text, HTML, and everything else as files. A mail within a mail is a file."""
    plain: list[str] = []
    rich: list[str] = []
    parts: list[Part] = []
    for part in _leaves(message, 0):
        kind, name = part.get_content_type().lower(), _filename(part)
        disposition = str(part.get("Content-Disposition", "")).strip().lower()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            content = first.as_bytes() if isinstance(first, Message) else _content(part)
            parts.append(Part(name or "message.eml", kind, content))
        elif kind in ("text/plain", "text/html") and not name and not disposition.startswith("attachment"):
            said = text_in(_content(part), part.get_content_charset("") or _charset(part))
            (plain if kind == "text/plain" else rich).append(said)
        elif content := _content(part):
            inline = bool(part.get("Content-ID")) and kind.startswith("image/")
            parts.append(Part(name or _named_by(kind, len(parts)), kind, content, inline))
    return "\n\n".join(plain), "\n".join(rich), parts


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    stack, count = [(message, depth)], 0
    while stack and count < MOST_PARTS:
        part, depth = stack.pop()
        count += 1
        inner = part.get_payload()
        is_mail = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and isinstance(inner, list) and not is_mail and depth < DEEPEST:
            stack += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _charset(part: Message) -> str:
    """Of a Content-Type that the standard library gives up at."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:+-]+)", str(part.get("Content-Type", "")), re.IGNORECASE)
    return found.group(1) if found else ""


def _filename(part: Message) -> str:
    said = " ".join((*raw_headers(part, "Content-Disposition"), *raw_headers(part, "Content-Type")))
    name = None if not said.isascii() else _parsed_filename(part)
    if name is None:
        found = re.search(r"(?:file)?name\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", said, re.IGNORECASE)
        name = (found.group(1) or found.group(2) or "") if found else ""
    text = header_text(name)
    return " ".join(text.split())[:160]


def _parsed_filename(part: Message) -> str | None:
    try:
        return part.get_filename("")
    except (ValueError, LookupError, TypeError, UnicodeError):
        return None


def _named_by(kind: str, place: int) -> str:
    suffix = {"image/jpeg": "jpg", "text/calendar": "ics", "application/pdf": "pdf"}.get(kind, kind.rpartition("/")[2])
    return f"part-{place + 1}.{re.sub(r'[^a-z0-9]', '', suffix)[:10] or 'bin'}"
