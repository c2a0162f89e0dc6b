"""Mails that were kept back: somebody has looked at one, and lets it in or leaves it out."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from ruoshui.cases.actions.mail_in import from_a_person, read_letter_in
from ruoshui.cases.actions.mail_machines import our_addresses
from ruoshui.cases.refusals import LetterIsOurs, LetterSettled, LetterUnreadable
from ruoshui.channels.actions import settle_letter
from ruoshui.channels.events import LetterHeldAgain, LetterLeftOut, LetterLetIn
from ruoshui.channels.mail.automatic import Automatic, machine_of
from ruoshui.channels.mail.reading import CannotRead
from ruoshui.channels.models import LetterIn, LetterState
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff

KEPT_BACK = (LetterState.HELD, LetterState.QUARANTINED, LetterState.FAILED, LetterState.IGNORED)
OVER = ("later", "fault", "gave-up", "unreadable", "costly")


@verb
def release_letter(letter: LetterIn, *, by: Staff, at: datetime) -> LetterIn:
    """It is taken in as from a person, whatever was thought of it."""
    letter = _kept_back(letter)
    held_as = letter.state
    try:
        read = read_letter_in(letter)
    except CannotRead as wrong:
        raise LetterUnreadable from wrong
    if read.sender in our_addresses():
        raise LetterIsOurs
    letter = from_a_person(letter, read, _doubts(letter), at)
    record(LetterLetIn(held_as=held_as), about=letter, by=by.actor, at=at)
    return letter


@verb
def reject_letter(letter: LetterIn, *, by: Staff, at: datetime) -> LetterIn:
    letter = _kept_back(letter)
    held_as = letter.state
    letter = settle_letter(letter, LetterState.REJECTED, reasons=letter.reasons)
    record(LetterLeftOut(held_as=held_as), about=letter, by=by.actor, at=at)
    return letter


def judged_again(since: datetime) -> Iterator[tuple[LetterIn, bool | None]]:
    """Mails that were left out without a case since then, newest first, each with whether the present rules would take
    it in or hold it; None: it cannot be read. What gives our own address as its sender stays out.
    """
    for letter in _left_out().filter(received_at__gte=since).select_related("mailbox").order_by("-pk").iterator(200):
        try:
            machine = machine_of(read_letter_in(letter), ours=our_addresses())
        except (CannotRead, OSError):
            yield letter, None
            continue
        yield letter, machine.kind != Automatic.OURS and (machine.is_person or not machine.is_sure)


def left_out_before(since: datetime) -> int:
    return _left_out().filter(received_at__lt=since).count()


def _left_out() -> QuerySet[LetterIn]:
    kinds = [kind.value for kind in Automatic if kind not in (Automatic.NO, Automatic.OURS)]
    return LetterIn.objects.filter(state=LetterState.IGNORED, case_id=None, reasons__overlap=kinds)


@verb
def hold_ignored_letter(letter: LetterIn, *, by: Actor, at: datetime) -> LetterIn:
    """It waits for somebody to look at it, with the reason for which it was left out."""
    locked = LetterIn.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state != LetterState.IGNORED or locked.case_id is not None:
        return locked
    held = settle_letter(locked, LetterState.HELD, reasons=locked.reasons)
    record(LetterHeldAgain(), about=held, by=by, at=at)
    return held


def _kept_back(letter: LetterIn) -> LetterIn:
    locked = LetterIn.objects.select_for_update(of=("self",)).select_related("mailbox__unit").get(pk=letter.pk)
    if locked.state not in KEPT_BACK:
        raise LetterSettled
    return locked


def _doubts(letter: LetterIn) -> list[str]:
    """Why it was held, but not what is over now: a fault that had put it aside."""
    return [reason for reason in letter.reasons if reason.partition(":")[0] not in OVER]
