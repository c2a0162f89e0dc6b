"""A place is held while somebody on the portal looks for the code they were sent; who types it has booked.

Anybody can type anybody's phone number: until the code shows whose it is, nobody is looked up, and all hear the same.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ruoshui.channels.actions import give_text
from ruoshui.channels.models import Line
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.trouble import Trouble, trouble_of
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify
from ruoshui.customers.actions.registering import checked
from ruoshui.customers.locking import hold_contacts
from ruoshui.customers.models import ContactKind
from ruoshui.customers.phones import without_extension
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.actions.booking import book_appointment, must_be_free, offered
from ruoshui.queues.events import PlaceHeld
from ruoshui.queues.models import Appointment, Branch, Business, HeldPlace
from ruoshui.queues.refusals import NoPlaceHeld, TooManyHeld
from ruoshui.queues.setup import setup_of

log = logging.getLogger(__name__)
HELD_FOR = timedelta(minutes=15)
SEND_AGAIN = timedelta(minutes=1)
CODES_MOST, CODES_WITHIN = 4, timedelta(hours=1)  # to one contact, whoever asks


@verb
def hold_place(
    branch: Branch,
    *,
    business: Business,
    starts_at: datetime,
    name: str,
    contacts: Sequence[tuple[str, str]],
    language: str = "zh-hans",
    line: Line | None = None,
    network: str = "",
    most: int = 0,
    at: datetime,
) -> HeldPlace:
    """For a quarter of an hour, for whoever has the first of these contacts: a code is sent there.

    What is answered does not depend on whose contact it is. `line`: by which a phone gets its code; `most`: so many at
    a time for one `network`.
    """
    setup = offered(branch, business, starts_at, at)
    (kind, contact, normal), *others = checked(contacts)
    if kind == ContactKind.PHONE and (number := without_extension(normal)) != normal:
        contact = normal = number  # no message reaches an extension: with any of them it is one contact
    hold_contacts([("codes", normal), *([("network", network)] if network else [])])
    locked_branch(branch.pk)
    must_be_free(setup, business, starts_at, at)
    if network and HeldPlace.objects.held(at).filter(network=network).count() >= most:
        raise TooManyHeld(minutes=int(HELD_FOR.total_seconds() // 60))
    lately = HeldPlace.objects.filter(normal=normal, asked_at__gt=at - CODES_WITHIN).count()
    place = HeldPlace(
        branch=branch,
        business=business,
        starts_at=starts_at,
        language=language,
        name=name.strip(),
        kind=kind,
        contact=contact,
        normal=normal,
        others=[[other, value] for other, value, _normal in others],
        network=network,
        asked_at=at,
        held_until=min(at + HELD_FOR, starts_at),
    )
    try:
        place.clean_fields(exclude=["others", "network", "appointment", "send_at"])  # may be empty
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    place.save(force_insert=True)
    is_sent = lately < CODES_MOST and _give_code(place, line, at)
    held = PlaceHeld(branch=branch.pk, business=business.pk, starts_at=starts_at.isoformat(), is_sent=is_sent)
    record(held, about=place, by=SYSTEM, at=at)
    return place


def _give_code(place: HeldPlace, line: Line | None, at: datetime) -> bool:
    """Codes have a limit of their own: a stranger who asks for them must not use up what notices may be sent."""
    if place.kind == ContactKind.EMAIL:
        place.send_at = at
        place.save(update_fields=["send_at"])
        return True
    if line is None or place.kind != ContactKind.PHONE:
        return False
    give_text(line, to=place.normal, text=code_in_words(place)[1], at=at)
    return True


@verb
def confirm_place(place: HeldPlace, *, at: datetime) -> Appointment:
    """Who knows the code has the contact it went to: now the customer is looked up, and the appointment booked.

    Twice gives the same appointment. A refusal leaves the place held, so that an earlier one can be cancelled for it.
    """
    related = ("branch__unit", "business", "appointment")
    place = HeldPlace.objects.select_for_update(of=("self",)).select_related(*related).get(pk=place.pk)
    if place.appointment is not None:
        return place.appointment
    if place.held_until <= at:
        raise NoPlaceHeld
    customer = identify(
        name=place.name,
        contacts=[(place.kind, place.contact)],
        also=[(kind, value) for kind, value in place.others],
        unit=place.branch.unit,
        language=place.language,
        at=at,
    )
    place.held_until, place.send_at = at, None  # what it held is free for its own appointment
    place.save(update_fields=["held_until", "send_at"])
    place.appointment = book_appointment(
        place.branch,
        business=place.business,
        customer=customer,
        starts_at=place.starts_at,
        language=place.language,
        contact=place.normal,
        code=place.code,
        by=customer.actor,
        at=at,
    )
    place.save(update_fields=["appointment"])
    return place.appointment


def held_place(code: str, at: datetime) -> HeldPlace:
    """By its code, for whoever was sent it."""
    found = HeldPlace.objects.held(at).select_related("branch__unit", "business").filter(code=code.strip().upper())
    if (place := found.first()) is None:
        raise NoPlaceHeld
    return place


def send_codes(at: datetime) -> int:
    """By e-mail, those that are due. What a mail server does not take is tried again while the place is held."""
    due = HeldPlace.objects.held(at).filter(send_at__lte=at).order_by("send_at")
    return sum(send_code(pk, at=at) for pk in due.values_list("pk", flat=True)[:200])


@verb
def send_code(pk: int, *, at: datetime) -> bool:
    """Sent while the row is held: of two workers one sends it."""
    rows = HeldPlace.objects.held(at).filter(send_at__lte=at).select_related("branch__unit", "business")
    place = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if place is None:
        return False
    place.send_at = None
    try:
        _send(place)
    except Exception as wrong:
        if trouble_of(wrong) is Trouble.DATABASE:
            raise
        log.warning("place %s: its code could not be sent: %s", place.pk, wrong)
        place.send_at = at + SEND_AGAIN
    place.save(update_fields=["send_at"])
    return place.send_at is None


def _send(place: HeldPlace) -> None:
    subject, body = code_in_words(place)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [place.contact]).send()


def code_in_words(place: HeldPlace) -> tuple[str, str]:
    """Subject and text, in the language in which the place was asked for."""
    zone = setup_of(place.branch_id).zone
    with translation.override(place.language):
        return _("Confirm your appointment: {code}").format(code=place.code), _(
            "You asked for an appointment at {branch}: {business}, {time}.\nIt is booked when you type the code {code} "
            "or confirm here by {until}:\n{link}\nIf it was not you, nothing needs to be done."
        ).format(
            branch=place.branch.name,
            business=place.business.name,
            time=f"{timezone.localtime(place.starts_at, zone):%Y-%m-%d %H:%M}",
            code=place.code,
            until=f"{timezone.localtime(place.held_until, zone):%H:%M}",
            link=settings.PUBLIC_URL + reverse("branch:appointment", args=[place.code]),
        )


def let_places_go(at: datetime) -> int:
    """What was typed for a place is forgotten, once it no longer says how many codes a contact was sent; where its code
    is a second one of an appointment, after the day of that.
    """
    over = HeldPlace.objects.filter(held_until__lt=at - CODES_WITHIN)
    is_second = Q(appointment__isnull=False) & ~Q(code=F("appointment__code"))
    gone, _each = over.exclude(is_second & Q(starts_at__gt=at - timedelta(days=1))).delete()
    return gone
