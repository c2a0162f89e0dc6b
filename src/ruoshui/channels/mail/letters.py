"""A mail as it came, read into plain values: never raises, whatever it is made of, and loses no word that can be read.

Every text of a `Letter` is fit to be stored. Reading costs time in proportion to the size; still it is done apart
(`reading`), since what strangers send meets much code that is not ours.
"""

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ruoshui.channels.mail.charsets import cut, text_in
from ruoshui.channels.mail.heads import Head, header_text, split_head
from ruoshui.channels.mail.parts import HEADS_ONLY, MAILS, MOST_PARTS, Leaf, leaves
from ruoshui.channels.mail.words import split_quote, text_of_html
from ruoshui.core.plain_text import storable

MOST_TEXT, MOST_HTML = 400_000, 4_000_000  # bytes
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,180}")
MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
ID_LINE = re.compile(r"(?im)^message-id:[ \t]*<([^<>\s]{1,250})>")
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
MOST_RECIPIENTS, MOST_REFERENCES = 1000, 200
# A name for people to read; longer ones are somebody's game.
LONGEST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail. `is_inline`: a picture that the text shows."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` is what is new in it, `quoted` what it repeats, `left_out` what was too much of a good thing: codes.

    Addresses are lower case, ids without their brackets. `fields`: the head, names in lower case. `report` is what a
    machine's report is about, `returned` the ids of the mails that it brings back.
    """

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
    fields: tuple[tuple[str, str], ...] = ()
    report: str = ""
    returned: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name.lower()]


@dataclass(slots=True)
class _Found:
    """What the parts of a mail hold, while they are gone through."""

    said: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_letter(raw: bytes) -> Letter:
    head, body = split_head(raw)
    found = _walked(head, body)
    new, quoted = split_quote(_text(found))
    sender_name, sender = _sender(head)
    references = (*_ids(head, "References"), *_ids(head, "In-Reply-To"))
    is_report = head.kind() == "multipart/report"
    return Letter(
        message_id=next(iter(_ids(head, "Message-ID")), ""),
        references=tuple(dict.fromkeys(references))[-MOST_REFERENCES:],
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(dict.fromkeys(_addresses(head, *RECIPIENTS)))[:MOST_RECIPIENTS],
        subject=_line(header_text(head.first("Subject")))[:500],
        sent_at=_date(head),
        text=new,
        quoted=quoted,
        parts=tuple(found.parts),
        fields=tuple((name, header_text(value)) for name, value in head.fields),
        report=(head.parameter("Content-Type", "report-type") or "").lower()[:60] if is_report else "",
        returned=tuple(found.returned),
        left_out=tuple(found.left_out),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _sender(head: Head) -> tuple[str, str]:
    for name in ("From", "Reply-To", "Sender", "Return-Path"):
        for raw in head.all(name):
            value = _line(header_text(raw))
            if found := ADDRESS.findall(value):
                return _shown(value), found[-1].lower()
    return "", ""


def _shown(value: str) -> str:
    try:
        shown, _address = email.utils.parseaddr(value[:LONGEST_SHOWN])
    except Exception:  # the standard library fails at odd ones in many ways
        return ""
    return storable(shown).strip("\"' ")[:160]


def _addresses(head: Head, *names: str) -> Iterator[str]:
    for name in names:
        for value in head.all(name):
            yield from (found.lower() for found in ADDRESS.findall(header_text(value)))


def _ids(head: Head, name: str) -> list[str]:
    found: list[str] = []
    for value in head.all(name):
        text = header_text(value)
        found += MESSAGE_ID.findall(text) or [word for word in text.split() if "@" in word and len(word) <= 250]
    return found


def _date(head: Head) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(header_text(head.first("Date")[:100]))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except Exception:  # the standard library fails at odd ones in many ways
        return None


def _walked(head: Head, body: bytes) -> _Found:
    """Plain text, HTML, and everything else as files. A mail within a mail is a file."""
    found = _Found()
    number = 0
    for leaf in leaves(head, body):
        number += 1
        _take(found, leaf)
    if number >= MOST_PARTS:
        found.left_out.append("parts")
    return found


def _take(found: _Found, leaf: Leaf) -> None:
    kind, name, content = leaf.kind, _filename(leaf.head), leaf.content()
    disposition = leaf.head.first("Content-Disposition").strip().lower()
    if kind in (*MAILS, *HEADS_ONLY):
        found.returned += _ids_of_a_mail(content)
    if kind in ("text/plain", "text/html") and not name and not disposition.startswith("attachment"):
        most = MOST_TEXT if kind == "text/plain" else MOST_HTML
        if len(content) > most and "text" not in found.left_out:
            found.left_out.append("text")
        found.said.append((kind, text_in(cut(content, most), leaf.head.parameter("Content-Type", "charset") or "")))
    elif kind in MAILS:
        found.parts.append(Part(name or "message.eml", kind, content))
    elif content and kind not in ("message/delivery-status", "message/disposition-notification"):
        is_inline = bool(leaf.head.first("Content-ID")) and kind.startswith("image/")
        found.parts.append(Part(name or _named_by(kind, len(found.parts)), kind, content, is_inline))


def _text(found: _Found) -> str:
    plain = "\n\n".join(text for kind, text in found.said if kind == "text/plain")
    if plain.strip():
        return plain[:MOST_TEXT]
    return text_of_html("\n".join(text for kind, text in found.said if kind == "text/html")[:MOST_HTML])[:MOST_TEXT]


def _ids_of_a_mail(content: bytes) -> list[str]:
    head, _body = split_head(content)
    return _ids(head, "Message-ID") or ID_LINE.findall(text_in(cut(content, MOST_TEXT)))[:MOST_REFERENCES]


def _filename(head: Head) -> str:
    name = head.parameter("Content-Disposition", "filename") or head.parameter("Content-Type", "name") or ""
    return _line(name)[:160]


def _named_by(kind: str, place: int) -> str:
    suffix = {"image/jpeg": "jpg", "text/calendar": "ics", "application/pdf": "pdf"}.get(kind, kind.rpartition("/")[2])
    return f"part-{place + 1}.{re.sub(r'[^a-z0-9]', '', suffix)[:10] or 'bin'}"
