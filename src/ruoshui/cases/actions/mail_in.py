"""What a mail means: a new need, the next words in a conversation, or a machine talking."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions.linking import link_cases
from ruoshui.cases.actions.mail_machines import MOST_WORDS, from_a_machine, our_addresses
from ruoshui.cases.actions.mail_out import acknowledge
from ruoshui.cases.actions.opening import open_case
from ruoshui.cases.actions.replying import note_case, reply_as_customer
from ruoshui.cases.files import MAX_FILES, Upload, checked
from ruoshui.cases.mail_threads import case_answered, case_numbered, normal_address, speaks_in
from ruoshui.cases.models import Case, CaseType, Channel, LinkKind, Message
from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.cases.senders import is_sender_of
from ruoshui.cases.subjects import is_answer
from ruoshui.channels.actions import (
    put_letter_off,
    reason_of,
    settle_letter,
    take_due,
)
from ruoshui.channels.mail.automatic import Automatic, MachineSender, machine_of, says_that_it_answers
from ruoshui.channels.mail.folding import folds_of
from ruoshui.channels.mail.letters import Letter, Part, for_another
from ruoshui.channels.mail.reading import CannotRead, read_apart
from ruoshui.channels.mail.trust import Verdict, judge
from ruoshui.channels.models import BlockedFile, BlockedHost, LetterIn, LetterState
from ruoshui.core.actors import SYSTEM
from ruoshui.core.content import digest_of
from ruoshui.core.remembering import remembered
from ruoshui.core.scanning import Infected, scan
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify_sender
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import Customer

LAST_WORDS, CUT = 2_000, "\n\n[…]\n\n"
LONGEST_FOOTER = 300


def take_new_letters(at: datetime) -> int:
    """All that is due, oldest first; what cannot be read is put aside and stops nothing. Returns how many."""
    return take_due(
        LetterIn.objects.select_related("mailbox__unit"),
        lambda letter: take_letter(letter, at=at),
        put_off=put_letter_off,
        put_aside=_put_aside,
        at=at,
    )


def _put_aside(letter: LetterIn, wrong: Exception) -> None:
    settle_letter(letter, LetterState.FAILED, reasons=[reason_of(wrong)])


@verb
def take_letter(letter: LetterIn, *, at: datetime) -> LetterIn:
    """Judge a mail that has come in, and take it in unless it belongs in quarantine."""
    read = read_letter_in(letter)
    judgement = judge(
        read,
        server=letter.mailbox.auth_server,
        blocked_hosts=_blocked_hosts(),
        blocked_files=_blocked_files(),
        infected=_infection(read.parts),
    )
    letter.verdict = judgement.verdict
    if judgement.verdict == Verdict.QUARANTINE:
        return settle_letter(letter, LetterState.QUARANTINED, reasons=judgement.reasons)
    return _understood(letter, read, judgement.reasons, at)


def _infection(parts: Iterable[Part]) -> str:
    """What the virus scanner finds in one of the files; empty when nothing, or when nobody looks."""
    for part in parts:
        try:
            scan(part.content)
        except Infected as found:
            return str(found)
    return ""


@remembered
def _blocked_hosts() -> frozenset[str]:
    return frozenset(BlockedHost.objects.values_list("host", flat=True))


@remembered
def _blocked_files() -> frozenset[str]:
    return frozenset(BlockedFile.objects.values_list("digest", flat=True))


def read_letter_in(letter: LetterIn) -> Letter:
    """Its content; what lists show of it is noted on the row, for the caller to save."""
    with letter.file.open("rb") as file:
        read = read_apart(file.read())
    if read.sender in our_addresses() or not read.sender.rpartition("@")[0].isascii():
        read = for_another(read)  # a form of ours wrote it for somebody, or nobody can write to its address
    letter.message_id, letter.sender, letter.subject = read.message_id[:250], read.sender[:255], read.subject[:500]
    return read


def _understood(letter: LetterIn, read: Letter, doubts: tuple[str, ...], at: datetime) -> LetterIn:
    machine = machine_of(read, ours=our_addresses())
    if not machine.is_person and not _answers_us(read, machine):
        return from_a_machine(letter, read, machine, at)
    earlier = _earlier(letter)
    if earlier is not None:
        state = LetterState.IGNORED if _says_the_same(earlier, read) else LetterState.HELD
        return settle_letter(letter, state, reasons=["duplicate"])
    return from_a_person(letter, read, doubts, at)


def _earlier(letter: LetterIn) -> LetterIn | None:
    """One with its number, from its sender, that was taken in."""
    if not letter.message_id:
        return None
    same = LetterIn.objects.filter(mailbox=letter.mailbox, message_id=letter.message_id, sender=letter.sender)
    return same.filter(state=LetterState.DONE).exclude(pk=letter.pk).order_by("pk").first()


def _says_the_same(earlier: LetterIn, read: Letter) -> bool:
    """The same mail over two ways, with a line of a list below it perhaps. Some programs use a number twice."""
    try:
        with earlier.file.open("rb") as file:
            known = read_apart(file.read())
    except (CannotRead, OSError):
        return False
    words = ["".join(one.words.split()) for one in (known, read)]
    files = [{digest_of(part.content) for part in one.parts} for one in (known, read)]
    is_longer = bool(words[0]) and words[1].startswith(words[0]) and len(words[1]) <= len(words[0]) + LONGEST_FOOTER
    return files[1] <= files[0] and (words[1] in words[0] or is_longer)


def _answers_us(read: Letter, machine: MachineSender) -> bool:
    """Does a customer answer, over a list, from an address that takes no answers, called like a mail server, or with a
    program that writes odd fields?
    """
    is_odd = not machine.is_sure and machine.kind in (Automatic.BULK, Automatic.BOUNCE, Automatic.REPLY)
    if not is_odd or (machine.kind == Automatic.REPLY and says_that_it_answers(read)):
        return False
    answered = case_answered(read)
    return bool(answered and speaks_in(read.sender, answered)) or case_numbered(read) is not None


def from_a_person(letter: LetterIn, read: Letter, doubts: tuple[str, ...] | list[str], at: datetime) -> LetterIn:
    answered = case_answered(read) or case_numbered(read)
    speaker = speaks_in(read.sender, answered) if answered and read.sender else None
    files, left_out = _files(read)
    message: Message | None
    nobody_yet = answered if answered and answered.customer_id is None else None
    if answered is not None and (speaker or (nobody_yet and is_sender_of(nobody_yet, ContactKind.EMAIL, read.sender))):
        by = speaker.actor if speaker else SYSTEM
        body, folds = _words(read, files)
        said = reply_as_customer(answered, body=body, folds=folds, channel=Channel.EMAIL, files=files, by=by, at=at)
        case, message = said.case, said
    else:
        case, message = _new_case(letter, read, files, at)
        if answered is not None:  # somebody else answered what we wrote to our customer: their own matter, side by side
            link_cases(case, answered, kind=LinkKind.RELATED, by=SYSTEM, at=at)
        acknowledge(case, letter, at=at)
    left_out += [words for code, words in _beyond() if code in read.left_out]
    if left_out:
        told = _("Not taken over from the mail: {files}").format(files="; ".join(left_out))
        note_case(case, body=told, by=SYSTEM, at=at)
    return settle_letter(
        letter, LetterState.DONE, reasons=doubts, case=case.pk, message=message.pk if message is not None else None
    )


def _beyond() -> list[tuple[str, str]]:
    return [
        ("sealed", _("an encrypted or sealed part, which cannot be read here; it is attached as a file")),
        ("text", _("the end of a very long text; the original has it")),
        ("parts", _("what comes after 200 parts; the original has it")),
    ]


def _new_case(letter: LetterIn, read: Letter, files: list[Upload], at: datetime) -> tuple[Case, Message | None]:
    mailbox = letter.mailbox
    type = type_of(mailbox.type)
    customer = _customer(letter, read, at)
    body, folds = _words(read, files)
    case = open_case(
        type,
        subject=(read.subject or read.text.strip().split("\n")[0] or _("(no subject)"))[:200],
        body=body,
        # What somebody passes on is what they have to say; only what an answer repeats is folded.
        folds=folds if read.references or is_answer(read.subject) else (),
        customer=customer,
        channel=Channel.EMAIL,
        unit=mailbox.unit,
        files=files,
        is_draft=True,
        by=customer.actor if customer else SYSTEM,
        at=at,
    )
    return case, case.messages.order_by("pk").first()


@remembered
def type_of(code: str) -> CaseType:
    """The case type that a mailbox or a line opens. Raises DoesNotExist when it is not in use."""
    return CaseType.objects.select_related("unit").get(code=code, is_active=True)


def _customer(letter: LetterIn, read: Letter, at: datetime) -> Customer | None:
    """Whose address it is; a new customer where it is nobody's. None: several share it, and somebody must ask."""
    if not normal_address(read.sender):
        return None
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in f"{read.subject}{read.text[:500]}")
    return identify_sender(
        kind=ContactKind.EMAIL,
        value=read.sender,
        name=read.sender_name or read.sender.partition("@")[0],
        is_named=bool(read.sender_name),
        unit=letter.mailbox.unit,
        language="zh-hans" if is_chinese else "en",
        at=at,
    )


def _words(read: Letter, files: list[Upload]) -> tuple[str, Sequence[tuple[int, int]]]:
    """All of it, with what it repeats; of very long ones the beginning and the end, where answers stand, and the whole
    as a file.
    """
    text, folds = read.words, read.folds
    if len(text) > MOST_WORDS and len(files) < MAX_FILES:
        files.append(Upload("mail.txt", text.encode("utf-8")))
    if len(text) > MOST_WORDS:
        text = text[: MOST_WORDS - LAST_WORDS - len(CUT)] + CUT + text[-LAST_WORDS:]
        folds = folds_of(text) if folds else ()
    return text or ("" if files else "—"), folds


def _files(read: Letter) -> tuple[list[Upload], list[str]]:
    """Files that may be attached, and of the others name and reason: nothing disappears without a word."""
    taken: list[Upload] = []
    left: list[str] = []
    for part in read.parts:
        upload = Upload(part.name, part.content, as_it_is=True)
        try:
            if len(taken) >= MAX_FILES - 1:
                raise AttachmentRefused(name=part.name, why=_("at most ten files at a time."))
            if virus := _infection([part]):  # also of a mail that somebody let out of quarantine
                raise AttachmentRefused(name=part.name, why=virus)
            checked(upload)
        except AttachmentRefused as wrong:
            left.append(str(wrong))
        else:
            taken.append(upload)
    return taken, left
