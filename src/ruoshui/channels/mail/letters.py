"""A mail as it came, read into plain values: never raises, whatever it is made of, and loses no word that can be read.

Every text of a `Letter` is fit to be stored. Reading costs time in proportion to the size; still it is done apart
(`reading`), since what strangers send meets much code that is not ours.
"""

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ruoshui.channels.mail.addresses import Person, people_in
from ruoshui.channels.mail.folding import Fold, folds_of, is_forwarding, parted
from ruoshui.channels.mail.heads import Head, header_text, ids_in, split_head
from ruoshui.channels.mail.said import MOST_HOSTS, MOST_REFERENCES, Part, found_in, words_of

__all__ = ["Letter", "Part", "read_letter"]
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
MOST_RECIPIENTS = 1000
NO_REPLY = re.compile(r"(?:.{1,40}[._+-])?(?:do[._-]?not|no)[._-]?reply(?:[._+-].{0,60}|\d{0,9})@|bounces?@")
VIA = re.compile(r"\S\s{1,3}(?:via|通过|經由)\s{1,3}\S")


@dataclass(frozen=True, slots=True)
class Letter:
    """`words` is all that it says. Of that `folds` (first line, how many) repeat what was said before: `text` is what
    is new, `quoted` what is not. `left_out`: codes of what could not be taken over.

    Addresses are lower case, ids without their brackets. `sender` is who answers go to: where a form or a list wrote
    for somebody, that one (`is_for_another`). `reply_to` is where a sender wants answers, when that is elsewhere.
    `fields`: the head, names in lower case. `report` is what a machine's report is about, `returned` the ids of the
    mails that it brings back, `failed` whom they did not reach, `actions` what became of them. `hosts` is where its
    links lead, `kinds` the types of its parts.
    """

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    words: str
    folds: tuple[Fold, ...]
    parts: tuple[Part, ...]
    reply_to: str = ""
    reply_name: str = ""
    is_for_another: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    report: str = ""
    returned: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(words for is_folded, words in parted(self.words, self.folds) if not is_folded)

    @property
    def quoted(self) -> str:
        return "\n\n".join(words for is_folded, words in parted(self.words, self.folds) if is_folded)

    def header(self, name: str) -> str:
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name.lower()]


def read_letter(raw: bytes) -> Letter:
    head, body = split_head(raw)
    found = found_in(head, body)
    words, subject = words_of(found), _line(header_text(head.first("Subject")))[:500]
    sender, answers = _first(head, "From", "Reply-To", "Sender", "Return-Path"), _first(head, "Reply-To")
    is_for_another = _writes_for(sender, answers)
    sender, answers = (answers, sender) if is_for_another else (sender, answers)
    elsewhere = answers if answers.address != sender.address and not is_for_another else Person("", "")
    references = (*ids_in(head, "References"), *ids_in(head, "In-Reply-To"))
    is_report = head.kind() == "multipart/report"
    return Letter(
        message_id=next(iter(ids_in(head, "Message-ID")), ""),
        references=tuple(dict.fromkeys(references))[-MOST_REFERENCES:],
        sender=sender.address,
        sender_name=sender.name,
        recipients=tuple(dict.fromkeys(_addresses(head, *RECIPIENTS)))[:MOST_RECIPIENTS],
        subject=subject,
        sent_at=_date(head),
        words=words,
        folds=folds_of(words, is_forward=is_forwarding(subject)),
        parts=tuple(found.parts),
        reply_to=elsewhere.address,
        reply_name=elsewhere.name,
        is_for_another=is_for_another,
        fields=tuple((name, header_text(value)) for name, value in head.fields),
        report=(head.parameter("Content-Type", "report-type") or "").lower()[:60] if is_report else "",
        returned=tuple(dict.fromkeys(found.returned)),
        left_out=tuple(found.left_out),
        failed=tuple(dict.fromkeys((*found.failed, *_addresses(head, "X-Failed-Recipients"))))[:MOST_RECIPIENTS],
        actions=tuple(dict.fromkeys(found.actions)),
        hosts=tuple(dict.fromkeys(found.hosts))[:MOST_HOSTS],
        kinds=tuple(sorted(found.kinds)),
    )


def for_another(letter: Letter) -> Letter:
    """As from whom its answers go to: an address of ours wrote it for somebody."""
    if not letter.reply_to:
        return letter
    return replace(letter, sender=letter.reply_to, sender_name=letter.reply_name, reply_to="", is_for_another=True)


def is_no_reply(address: str) -> bool:
    return NO_REPLY.match(address) is not None


def _writes_for(sender: Person, answers: Person) -> bool:
    """A form on a page, or a list that puts its own address before the one who wrote."""
    if not answers.address or answers.address == sender.address or is_no_reply(answers.address):
        return False
    return is_no_reply(sender.address) or VIA.search(sender.name) is not None


def _line(text: str) -> str:
    return " ".join(text.split())


def _first(head: Head, *names: str) -> Person:
    """Who stands first in the first of these fields that names somebody."""
    for name in names:
        for value in head.all(name):
            if found := next(people_in(value), None):
                return found
    return Person("", "")


def _addresses(head: Head, *names: str) -> Iterator[str]:
    for name in names:
        for value in head.all(name):
            yield from (found.address for found in people_in(value))


def _date(head: Head) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(header_text(head.first("Date")[:100]))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except Exception:  # the standard library fails at odd ones in many ways
        return None
