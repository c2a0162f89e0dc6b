"""Mails of machines: noted on the case they are about. What is about none, and may be from a person, is held."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ruoshui.cases.actions.replying import note_case
from ruoshui.cases.mail_threads import case_answered, case_numbered
from ruoshui.cases.models import Case
from ruoshui.cases.subjects import numbers_in
from ruoshui.channels.actions import mark_bounced, mark_bounced_to, settle_letter
from ruoshui.channels.mail.addresses import ADDRESS
from ruoshui.channels.mail.automatic import Automatic, MachineSender, says_that_it_answers
from ruoshui.channels.mail.letters import Letter
from ruoshui.channels.models import LetterIn, LetterOut, LetterState, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.remembering import remembered

MOST_WORDS, COMES_BACK = 40_000, timedelta(days=7)


@remembered
def our_addresses() -> frozenset[str]:
    return frozenset(address.lower() for address in Mailbox.objects.values_list("address", flat=True))


def from_a_machine(letter: LetterIn, read: Letter, machine: MachineSender, at: datetime) -> LetterIn:
    """What is about a case is noted there and does not wake it. What is not, and may be from a person, is held."""
    reason = str(machine.kind)
    if not machine.is_sure and _may_be_lost(read, machine):
        return settle_letter(letter, LetterState.HELD, reasons=[reason])
    case, text = _case_and_words(letter, read, machine, at)
    if case is None:
        state = LetterState.IGNORED if machine.is_sure else LetterState.HELD
        return settle_letter(letter, state, reasons=[reason])
    note = note_case(case, body=f"{text}\n\n{read.text[:MOST_WORDS]}", by=SYSTEM, at=at)
    return settle_letter(letter, LetterState.IGNORED, reasons=[reason], case=case.pk, message=note.pk)


def _may_be_lost(read: Letter, machine: MachineSender) -> bool:
    """Would words that a person may have written stand in a note that nobody waits for? Nor is anything of ours called
    lost on the word of who is not surely a mail server.
    """
    if machine.kind == Automatic.ABUSE:
        return read.words.strip() != ""
    return machine.kind == Automatic.BOUNCE or (machine.kind == Automatic.REPLY and not says_that_it_answers(read))


def _case_and_words(letter: LetterIn, read: Letter, machine: MachineSender, at: datetime) -> tuple[Case | None, str]:
    """Which case it is about, and how to say it there."""
    if machine.kind in (Automatic.BOUNCE, Automatic.ABUSE):
        ours = _ours_returned(letter, read, machine, at) if machine.kind == Automatic.BOUNCE else None
        about = ours.case_id if ours else _case_of(machine.about)
        named = next(iter(numbers_in(f"{read.subject} {read.words[:5000]}")), 0)
        return Case.objects.filter(pk=about or named).first(), _came_back(machine, ours)
    if machine.kind == Automatic.REPLY:
        return case_answered(read) or case_numbered(read), _("An automatic answer came from {address}.").format(
            address=letter.sender
        )
    return None, ""


def _came_back(machine: MachineSender, ours: LetterOut | None) -> str:
    if machine.kind == Automatic.ABUSE:
        return _("A mail of ours was reported as unwanted.")
    return _("Our mail to {address} came back.").format(address=ours.to) if ours else _("A mail of ours came back.")


def _ours_returned(letter: LetterIn, read: Letter, machine: MachineSender, at: datetime) -> LetterOut | None:
    """By its number; by whom it was for where the provider tells no more."""
    why = read.text.strip() or read.subject
    named = read.failed or [address.lower() for address in ADDRESS.findall(read.text[:10_000])]
    return mark_bounced(machine.about, why=why, at=at) or mark_bounced_to(
        letter.mailbox, set(named[:50]) - our_addresses(), since=at - COMES_BACK, why=why, at=at
    )


def _case_of(ids: Iterable[str]) -> int | None:
    found = LetterOut.objects.filter(message_id__in=list(ids), case_id__isnull=False)
    return found.values_list("case_id", flat=True).first()
