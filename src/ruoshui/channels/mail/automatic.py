"""Which mails no person wrote, so that two machines never talk to each other (RFC 3834, RFC 3464, RFC 2919)."""

import re
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from ruoshui.channels.mail.letters import MESSAGE_ID, Letter, header_text

OURS = "X-Ruoshui"
SUBJECT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|abwesenheit"
    r"|自动回复|自動回覆|自动答复|休假自动)",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"^\s*(?:undeliver|delivery (?:status|failure|has failed)|returned mail|mail delivery|failure notice"
    r"|退信|系统退信)",
    re.IGNORECASE,
)
MACHINES = {"mailer-daemon", "postmaster", "mail-daemon", "noreply", "no-reply", "donotreply", "bounce", "bounces"}


class Automatic(StrEnum):
    NO = ""
    OURS = "ours"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    REPLY = "reply"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Machine:
    """What kind of machine sent it, and which of our mails it is about."""

    kind: Automatic
    about: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        return self.kind == Automatic.NO


def machine_of(letter: Letter) -> Machine:
    if letter.header(OURS):
        return Machine(Automatic.OURS)
    report = _report_type(letter.headers)
    name = letter.sender.partition("@")[0]
    if report == "delivery-status" or (name in ("mailer-daemon", "mail-daemon") or FAILED.match(letter.subject)):
        return Machine(Automatic.BOUNCE, _returned(letter))
    if report == "disposition-notification":
        return Machine(Automatic.RECEIPT, letter.references)
    submitted = letter.header("Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return Machine(Automatic.REPLY, letter.references)
    precedence = letter.header("Precedence").strip().lower()
    if precedence == "auto_reply" or letter.header("X-Autoreply") or letter.header("X-Autorespond"):
        return Machine(Automatic.REPLY, letter.references)
    if SUBJECT.match(letter.subject) or letter.header("Return-Path").strip() == "<>":
        return Machine(Automatic.REPLY, letter.references)
    if letter.header("List-Id") or letter.header("List-Unsubscribe") or precedence in ("bulk", "junk", "list"):
        return Machine(Automatic.BULK)
    return Machine(Automatic.BULK if name in MACHINES else Automatic.NO, letter.references)


def _report_type(headers: Message) -> str:
    if headers.get_content_type() != "multipart/report":
        return ""
    return str(headers.get_param("report-type", "")).lower()


def _returned(letter: Letter) -> tuple[str, ...]:
    """The ids in the mail that came back, wherever the report keeps it."""
    found = list(letter.references)
    for part in letter.headers.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            inner = part.get_payload()
            source = inner[0] if isinstance(inner, list) and inner else part
            said = header_text(source.get("Message-ID")) if isinstance(source, Message) else ""
            text = said or (str(inner) if not isinstance(inner, list) else "")
            found += MESSAGE_ID.findall(text)
    found += re.findall(r"(?im)^message-id:\s*<([^<>\s]{1,250})>", f"{letter.text}\n{letter.quoted}")
    return tuple(dict.fromkeys(found))
