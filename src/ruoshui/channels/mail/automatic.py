"""Which mails no person wrote, so that two machines never talk to each other (RFC 3834, RFC 3464, RFC 2919)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ruoshui.channels.mail.letters import ID_LINE, Letter

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
    report = letter.report
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


def _returned(letter: Letter) -> tuple[str, ...]:
    """The ids in the mail that came back, wherever the report keeps it."""
    said = ID_LINE.findall(letter.text) + ID_LINE.findall(letter.quoted)
    return tuple(dict.fromkeys((*letter.references, *letter.returned, *said)))
