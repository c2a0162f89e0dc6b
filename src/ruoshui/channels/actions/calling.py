"""Calls as the exchange tells of them, what is noted about them, numbers that somebody presses."""

import json
import logging
import re
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ruoshui.channels.actions.calling_back import owe_call_back, settle_call_backs
from ruoshui.channels.events import CallMoved, CallNoted
from ruoshui.channels.http import fetch
from ruoshui.channels.models import Call, CallState, Dial, Direction, Exchange, ExchangeKind, Extension
from ruoshui.channels.phone.telling import CallEventKind, CallTold
from ruoshui.channels.refusals import CannotSend, NoExtension
from ruoshui.channels.signing import signature
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.normal_text import visible
from ruoshui.core.refusals import Invalid
from ruoshui.core.trouble import is_passing
from ruoshui.core.verbs import verb
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.customers.phones import MARK, without_extension
from ruoshui.organization.models import Staff

log = logging.getLogger(__name__)
DIALLED = re.compile(r"\+?[0-9*#]{2,20}")
# A press that waited longer is forgotten: nobody wants a telephone to ring for what they have given up.
DIAL_WITHIN = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(hours=6)


@verb
def take_call_told(exchange: Exchange, told: CallTold, *, at: datetime) -> Call | None:
    """Whatever the order and however often it is told: a call that ended stays ended. None: of no call we know."""
    call = _held(exchange, told, at)
    if call is None:
        return None
    if told.kind == CallEventKind.RECORDING:
        call.recording = told.recording
        call.save(update_fields=["recording"])
        return call
    if call.ended_at is not None:
        return call
    if told.kind == CallEventKind.RING:
        if call.state == CallState.RINGING and told.extension and told.extension not in call.ringing:
            call.ringing = [*call.ringing, told.extension][-20:]
    elif told.kind in (CallEventKind.ANSWER, CallEventKind.TRANSFER):
        _now_at(call, told.extension or call.extension, at)
    else:
        _ended(call, at)
    call.recording = told.recording or call.recording
    call.save()
    record(CallMoved(what=told.kind, extension=told.extension), about=call, by=SYSTEM, at=at)
    return call


def _held(exchange: Exchange, told: CallTold, at: datetime) -> Call | None:
    known = Call.objects.select_for_update(of=("self",)).filter(exchange=exchange, key=told.key)
    call = known.first()
    if call is None and told.kind in (CallEventKind.RING, CallEventKind.ANSWER):
        normal = normal_number(told.number)
        made = Call(
            exchange=exchange,
            key=told.key,
            direction=Direction(told.direction),
            number=told.number,
            normal=normal,
            customer=customer_of(normal),
            ringing=[told.extension] if told.extension else [],
            began_at=at,
        )
        Call.objects.bulk_create([made], ignore_conflicts=True)
        call = known.get()
    return call


def end_lost_calls(exchange: Exchange, going_on: set[str], *, at: datetime) -> int:
    """End what the exchange knows no more: it, or we, were away when the receiver was put down. Returns how many."""
    lost = Call.objects.going_on().filter(exchange=exchange).exclude(key__in=going_on)
    keys = list(lost.values_list("key", flat=True))
    for key in keys:
        take_call_told(exchange, CallTold(CallEventKind.HANGUP, key), at=at)
    return len(keys)


def end_forgotten_calls(at: datetime) -> int:
    """Nobody talks for six hours: calls whose end was never told. Returns how many."""
    old = Call.objects.going_on().filter(began_at__lt=at - FORGOTTEN_AFTER).select_related("exchange__unit")
    forgotten = list(old)
    for call in forgotten:
        try:
            take_call_told(call.exchange, CallTold(CallEventKind.HANGUP, call.key), at=at)
        except Exception as wrong:
            if is_passing(wrong):
                raise
            log.exception("call %s could not be ended", call.pk)  # it holds up none of the others
    return len(forgotten)


def _now_at(call: Call, extension: str, at: datetime) -> None:
    owner = Extension.objects.filter(exchange=call.exchange_id, number=extension).select_related("staff").first()
    call.extension, call.state = extension, CallState.TALKING
    call.staff = owner.staff if owner else None
    call.answered_at = call.answered_at or at


def _ended(call: Call, at: datetime) -> None:
    call.ended_at = at
    call.state = CallState.ENDED if call.answered_at else CallState.MISSED
    if call.direction == Direction.OUT:
        settle_call_backs(call, at=at)
    elif call.state == CallState.MISSED and call.normal:
        owe_call_back(unit=call.exchange.unit, number=call.number, customer=call.customer, call=call, by=SYSTEM, at=at)


def normal_number(number: str) -> str:
    """As contacts are compared; empty for a number that was withheld or is none."""
    try:
        return normal_contact(ContactKind.PHONE, number)
    except ValidationError:
        return ""


def customer_of(normal: str) -> Customer | None:
    """Whose number it is, when it is one customer's."""
    known = list(Customer.objects.current().reached_by(normal).distinct()[:2]) if normal else []
    return known[0] if len(known) == 1 else None


@verb
def note_call(call: Call, *, text: str, by: Actor, at: datetime) -> Call:
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if len(text) > 4000:
        raise Invalid({"notes": [_("At most 4,000 letters.")]})
    call.notes = text.replace("\x00", "").strip()
    call.save(update_fields=["notes"])
    record(CallNoted(), about=call, by=by, at=at)
    return call


def bind_call(call: Call, *, case: int, customer: Customer | None) -> Call:
    """The call was about this case. The caller holds the case."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    call.case_id, call.customer = case, call.customer or customer
    call.save(update_fields=["case_id", "customer"])
    return call


@verb
def dial(staff: Staff, number: str, *, at: datetime) -> Dial:
    """Let their telephone ring, and then the other side's."""
    extension = Extension.objects.select_related("exchange").filter(staff=staff, exchange__is_active=True).first()
    if extension is None:
        raise NoExtension
    plain = re.sub(r"[\s().（）/–—-]", "", _dialled(number))
    if not DIALLED.fullmatch(plain):
        raise Invalid({"number": [_("This is not a phone number. Use digits, for example 138 0000 0000.")]})
    return Dial.objects.create(extension=extension, number=plain, made_at=at, next_at=at)


def _dialled(number: str) -> str:
    """A telephone calls the number; whoever answers is asked for the extension."""
    normal = normal_number(number)
    return without_extension(normal) if MARK in normal else visible(number)


@transaction.atomic
def next_dial(exchange: Exchange, *, at: datetime) -> Dial | None:
    """The next number to be dialled here, claimed for the caller."""
    waiting = Dial.objects.select_for_update(of=("self",), skip_locked=True).select_related("extension")
    found = waiting.filter(extension__exchange=exchange, next_at__lte=at).order_by("pk").first()
    if found is None:
        return None
    found.next_at, found.placed_at = None, at
    if at - found.made_at > DIAL_WITHIN:
        found.placed_at, found.error = None, "too late"
    found.save(update_fields=["next_at", "placed_at", "error"])
    return found if not found.error else next_dial(exchange, at=at)


def placed(pk: int, *, error: str, at: datetime) -> None:
    Dial.objects.filter(pk=pk).update(placed_at=None, error=error[:300])


def dial_signed(at: datetime) -> int:
    """Tell the exchanges that take signed calls what to dial. Returns how many."""
    number = 0
    for exchange in Exchange.objects.filter(kind=ExchangeKind.SIGNED, is_active=True).exclude(address=""):
        while (waiting := next_dial(exchange, at=at)) is not None:
            told = {"dial": waiting.number, "extension": waiting.extension.number, "key": str(waiting.pk)}
            body = json.dumps(told).encode()
            headers = {
                "Content-Type": "application/json",
                "X-Ruoshui-Signature": signature(exchange.secret, int(at.timestamp()), body),
            }
            try:
                fetch(exchange.address, body, headers)
            except (CannotSend, OSError) as wrong:
                placed(waiting.pk, error=str(wrong), at=at)
            else:
                number += 1
    return number
