"""Appointments: book, be reminded, arrive, cancel."""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import NotFound
from ruoshui.core.trouble import Trouble, trouble_of
from ruoshui.core.verbs import verb
from ruoshui.customers.models import ContactKind, Customer
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.actions.issuing import issue_ticket
from ruoshui.queues.actions.knowing import scanned_customer
from ruoshui.queues.events import AppointmentBooked, AppointmentCancelled, AppointmentReminded
from ruoshui.queues.models import Appointment, Branch, Business, NamedBy, Ticket, TicketSource
from ruoshui.queues.refusals import AppointmentOver, BusinessNotOffered, SlotFull, SlotNotOffered, TooEarly
from ruoshui.queues.setup import BranchSetup, setup_of

log = logging.getLogger(__name__)
REMIND_BEFORE = timedelta(days=1)
REMIND_AGAIN = timedelta(minutes=5)
DAYS_AHEAD = 30


def slots_of(setup: BranchSetup, business: Business, day: date, at: datetime) -> list[tuple[datetime, int]]:
    """The times of a day, each with the places left; past and full ones are left out."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=setup.zone)
    step = timedelta(minutes=setup.branch.slot_minutes)
    starts: list[datetime] = []
    for opens, closes in setup.hours_of_day(noon):
        moment = opens
        while moment + step <= closes:
            starts.append(moment)
            moment += step
    if not starts or not setup.branch.slot_places:
        return []
    taken = _taken(setup.branch, business, starts[0], starts[-1])
    free = [(start, setup.branch.slot_places - taken.get(start, 0)) for start in starts if start > at]
    return [(start, places) for start, places in free if places > 0]


def _taken(branch: Branch, business: Business, first: datetime, last: datetime) -> dict[datetime, int]:
    standing = Appointment.objects.standing().filter(branch=branch, business=business)
    rows = standing.filter(starts_at__gte=first, starts_at__lte=last).values_list("starts_at")
    return dict(rows.annotate(Count("pk")))


@verb
def book_appointment(
    branch: Branch,
    *,
    business: Business,
    customer: Customer,
    starts_at: datetime,
    language: str = "zh-hans",
    by: Actor,
    at: datetime,
) -> Appointment:
    """A place at one of the times offered. The same customer asking for the same time again gets the same place."""
    must_be_near("starts_at", starts_at, at=at)
    setup = setup_of(branch.pk)
    if business.pk not in {one.pk for one in setup.businesses}:
        raise BusinessNotOffered(branch=setup.branch.name)
    locked_branch(branch.pk)
    mine = Appointment.objects.standing().filter(
        branch=branch, business=business, customer=customer, starts_at=starts_at, arrived_at__isnull=True
    )
    if (earlier := mine.first()) is not None:
        return earlier
    _must_be_offered(setup, business, starts_at, at)
    remind_at = starts_at - REMIND_BEFORE
    appointment = Appointment.objects.create(
        branch=branch,
        business=business,
        customer=customer,
        starts_at=starts_at,
        language=language,
        booked_at=at,
        remind_at=remind_at if remind_at > at else None,
    )
    booked = AppointmentBooked(branch=branch.pk, business=business.pk, starts_at=starts_at.isoformat())
    record(booked, about=appointment, by=by, at=at)
    return appointment


def _must_be_offered(setup: BranchSetup, business: Business, starts_at: datetime, at: datetime) -> None:
    local = starts_at.astimezone(setup.zone)
    if not at < starts_at < at + timedelta(days=DAYS_AHEAD + 1):
        raise SlotNotOffered
    if starts_at in dict(slots_of(setup, business, local.date(), at)):
        return
    if _taken(setup.branch, business, starts_at, starts_at):
        raise SlotFull
    raise SlotNotOffered


@verb
def cancel_appointment(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    locked_branch(appointment.branch_id)
    appointment.refresh_from_db()
    if appointment.arrived_at is not None:
        raise AppointmentOver
    if appointment.cancelled_at is not None:
        return appointment
    appointment.cancelled_at = at
    appointment.save(update_fields=["cancelled_at"])
    record(AppointmentCancelled(branch=appointment.branch_id), about=appointment, by=by, at=at)
    return appointment


@verb
def arrive(
    appointment: Appointment,
    *,
    source: str = TicketSource.KIOSK,
    named_by: str = NamedBy.APPOINTMENT,
    by: Actor,
    at: datetime,
) -> Ticket:
    """They are here: a number whose place the appointment decides. Arriving twice gives the same number.

    Anybody can book in the name of anybody: only whose code was scanned, too, gets the class of the customer.
    """
    locked_branch(appointment.branch_id)
    appointment.refresh_from_db()
    if (ticket := Ticket.objects.filter(appointment=appointment).first()) is not None:
        return ticket
    if appointment.cancelled_at is not None:
        raise AppointmentOver
    zone = setup_of(appointment.branch_id).zone
    if appointment.starts_at.astimezone(zone).date() != at.astimezone(zone).date():
        raise TooEarly
    ticket = issue_ticket(
        appointment.branch,
        business=appointment.business,
        customer=appointment.customer,
        appointment=appointment,
        source=source,
        language=appointment.language,
        draft=appointment.draft,
        named_by=named_by,
        by=by,
        at=at,
    )
    appointment.arrived_at = at
    appointment.save(update_fields=["arrived_at"])
    return ticket


def find_appointment(branch: Branch, text: str, at: datetime) -> Appointment | None:
    """Today's standing appointment of that code, or of the customer whose code was scanned. A phone number, which
    others know, would say that somebody has one, and use it up.
    """
    zone = setup_of(branch.pk).zone
    today = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    standing = Appointment.objects.standing().filter(
        branch=branch, starts_at__gte=today, starts_at__lt=today + timedelta(days=1), arrived_at__isnull=True
    )
    coded = standing.filter(code=text.strip().upper()).first()
    if coded is not None:
        return coded
    customer = scanned_customer(text)
    return standing.filter(customer=customer).order_by("starts_at").first() if customer else None


def remind_all(at: datetime) -> int:
    """Remind by e-mail those whose appointment is tomorrow. What a mail server does not take is tried again until the
    appointment begins, and holds up nobody else.
    """
    return sum(remind(pk, at=at) for pk in _to_remind(at).order_by("remind_at").values_list("pk", flat=True)[:200])


def _to_remind(at: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.standing().filter(remind_at__lte=at, reminded_at__isnull=True, starts_at__gt=at)


@verb
def remind(pk: int, *, at: datetime) -> bool:
    """Sent while the row is held: of two workers one sends it, and what was not sent is not marked as given."""
    related = ("branch__unit", "business", "customer")
    rows = _to_remind(at).select_related(*related).select_for_update(of=("self",), skip_locked=True)
    if (appointment := rows.filter(pk=pk).first()) is None:
        return False
    try:
        _send_reminder(appointment)
    except Exception as wrong:
        if trouble_of(wrong) is Trouble.DATABASE:
            raise
        log.warning("appointment %s: its reminder could not be sent: %s", appointment.pk, wrong)
        Appointment.objects.filter(pk=pk).update(remind_at=at + REMIND_AGAIN)
        return False
    Appointment.objects.filter(pk=pk).update(reminded_at=at)
    record(AppointmentReminded(branch=appointment.branch_id), about=appointment, by=SYSTEM, at=at)
    return True


def _send_reminder(appointment: Appointment) -> None:
    known = appointment.customer.contacts.filter(kind=ContactKind.EMAIL)
    addresses = known.exclude(customer__wish__refused__contains=["email"]).order_by("-is_primary", "pk")
    if (address := addresses.first()) is None:
        return
    with translation.override(appointment.language):
        local = timezone.localtime(appointment.starts_at, setup_of(appointment.branch_id).zone)
        link = settings.PUBLIC_URL + reverse("branch:appointment", args=[appointment.code])
        subject = _("Your appointment: {branch}, {time}").format(
            branch=appointment.branch.name, time=f"{local:%Y-%m-%d %H:%M}"
        )
        body = _(
            "We expect you for “{business}” at {branch}.\nYour code: {code}\n\nTo look at it or to cancel it:\n{link}\n"
        ).format(business=appointment.business.name, branch=appointment.branch.name, code=appointment.code, link=link)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address.value]).send()


def owned_appointment(code: str) -> Appointment:
    """By its code, for whoever knows it."""
    found = Appointment.objects.select_related("branch__unit", "business", "customer").filter(code=code.upper()).first()
    if found is None:
        raise NotFound
    return found
