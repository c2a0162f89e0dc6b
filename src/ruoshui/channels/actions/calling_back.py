"""Who was missed, or asks for it, is called back."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ruoshui.channels.events import CallBackEnded, CallBackTakenUp, CallBackWanted
from ruoshui.channels.models import Call, CallBack, CallBackState
from ruoshui.channels.refusals import CallBackTaken
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.organization.acting import person_behind
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Staff, Unit

AGAIN_AFTER = timedelta(minutes=30)
MOST_TRIES = 5


@verb
def owe_call_back(
    *,
    unit: Unit,
    number: str,
    customer: Customer | None = None,
    call: Call | None = None,
    case: int | None = None,
    reason: str = "",
    not_before: datetime | None = None,
    by: Actor,
    at: datetime,
) -> CallBack:
    """One a number at a time: who calls three times in vain is called back once.

    Where that one is kept from the person who asks, it stays as it is, and they get back what they said.
    """
    must_be_near("not_before", not_before, at=at)
    normal = _normal(number)
    made = CallBack(
        unit=unit,
        number=number.strip()[:40],
        normal=normal,
        customer=customer,
        call=call,
        case_id=case,
        reason=reason.strip()[:300],
        wanted_at=at,
        not_before=not_before or at,
    )
    CallBack.objects.bulk_create([made], ignore_conflicts=True)
    owed = CallBack.objects.select_for_update(of=("self",)).owed().get(unit=unit, normal=normal)
    if _is_kept_from(person_behind(by), owed):
        made.pk = owed.pk
        return made
    owed.call, owed.case_id = call or owed.call, case or owed.case_id
    owed.reason, owed.not_before = made.reason or owed.reason, not_before or owed.not_before
    owed.save(update_fields=["call", "case_id", "reason", "not_before"])
    if owed.wanted_at == at:
        record(CallBackWanted(), about=owed, by=by, at=at)
    return owed


def _normal(number: str) -> str:
    try:
        return normal_contact(ContactKind.PHONE, number)
    except ValidationError as wrong:
        raise Invalid({"number": list(wrong.messages)}) from wrong


def _is_kept_from(person: Staff | None, owed: CallBack) -> bool:
    """It belongs to a confidential case."""
    if person is None:
        return False
    return not CallBack.objects.filter(not_hidden(person, "case_id", "call__case_id"), pk=owed.pk).exists()


@verb
def take_call_back(owed: CallBack, *, by: Staff, at: datetime) -> CallBack:
    """They call now; nobody else does meanwhile."""
    owed = CallBack.objects.select_for_update(of=("self",)).get(pk=owed.pk)
    if owed.state != CallBackState.WAITING and owed.taken_by_id != by.pk:
        raise CallBackTaken
    if owed.state in (CallBackState.WAITING, CallBackState.TAKEN):
        if owed.state == CallBackState.WAITING:
            record(CallBackTakenUp(), about=owed, by=by.actor, at=at)
        owed.state, owed.taken_by = CallBackState.TAKEN, by
        owed.save(update_fields=["state", "taken_by"])
    return owed


@verb
def end_call_back(owed: CallBack, *, reached: bool, note: str = "", by: Actor, at: datetime) -> CallBack:
    """Reached; or not, and then it comes again in half an hour, five times at most."""
    owed = CallBack.objects.select_for_update(of=("self",)).get(pk=owed.pk)
    if owed.state not in (CallBackState.WAITING, CallBackState.TAKEN):
        raise CallBackTaken
    if len(note) > 500:
        raise Invalid({"note": [_("At most 500 letters.")]})
    owed.note = note.strip() or owed.note
    if reached:
        owed.state, owed.done_at = CallBackState.DONE, at
    else:
        owed.tries += 1
        given_up = owed.tries >= MOST_TRIES
        owed.state = CallBackState.GIVEN_UP if given_up else CallBackState.WAITING
        owed.done_at, owed.not_before, owed.taken_by = (at if given_up else None), at + AGAIN_AFTER, None
    owed.save()
    record(CallBackEnded(state=owed.state, tries=owed.tries), about=owed, by=by, at=at)
    return owed


def settle_call_backs(call: Call, *, at: datetime) -> None:
    """We called somebody who wanted it: reached when they answered."""
    for owed in CallBack.objects.owed().filter(normal=call.normal, state=CallBackState.TAKEN):
        end_call_back(owed, reached=call.answered_at is not None, by=call.staff.actor if call.staff else SYSTEM, at=at)
