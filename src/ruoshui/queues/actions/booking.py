"""Appointments: book, arrive, cancel."""

from datetime import date, datetime, timedelta

from django.db.models import Count

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import NotFound
from ruoshui.core.verbs import verb
from ruoshui.customers.locking import hold_contacts
from ruoshui.customers.models import Customer
from ruoshui.queues.absences import absences_of, earlier_that_day
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.actions.issuing import issue_ticket
from ruoshui.queues.actions.knowing import scanned_customer
from ruoshui.queues.events import AppointmentBooked, AppointmentCancelled
from ruoshui.queues.models import Appointment, Branch, Business, HeldPlace, NamedBy, Ticket, TicketSource
from ruoshui.queues.refusals import (
    AppointmentBegun,
    AppointmentMissed,
    AppointmentOver,
    BookingPaused,
    BusinessNotOffered,
    SlotFull,
    SlotNotOffered,
    TooEarly,
    TooManyAppointments,
)
from ruoshui.queues.setup import BranchSetup, setup_of

REMIND_BEFORE = timedelta(days=1)
DAYS_AHEAD = 30


def slots_of(setup: BranchSetup, business: Business, day: date, at: datetime) -> list[tuple[datetime, int]]:
    """The times of a day, each with the places left; past and full ones are left out."""
    return [slot for _day, slots in slots_by_day(setup, business, day, 1, at) for slot in slots]


def slots_by_day(
    setup: BranchSetup, business: Business, first: date, days: int, at: datetime
) -> list[tuple[date, list[tuple[datetime, int]]]]:
    """Of so many days from the first, those with times that are left; what is taken is asked once for all of them."""
    offered_on = {first + timedelta(days=ahead): _starts(setup, first + timedelta(days=ahead)) for ahead in range(days)}
    starts = [start for day in offered_on.values() for start in day]
    if not starts or not setup.branch.slot_places:
        return []
    taken = _taken(setup.branch, business, starts[0], starts[-1], at)
    left = {start: setup.branch.slot_places - taken.get(start, 0) for start in starts if start > at}
    found = (
        (day, [(start, left[start]) for start in of_day if left.get(start, 0) > 0])
        for day, of_day in offered_on.items()
    )
    return [(day, slots) for day, slots in found if slots]


def _starts(setup: BranchSetup, day: date) -> list[datetime]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=setup.zone)
    step = timedelta(minutes=setup.branch.slot_minutes)
    starts: list[datetime] = []
    for opens, closes in setup.hours_of_day(noon):
        moment = opens
        while moment + step <= closes:
            starts.append(moment)
            moment += step
    return starts


def _taken(branch: Branch, business: Business, first: datetime, last: datetime, at: datetime) -> dict[datetime, int]:
    """By time, the places that are booked, or held while somebody looks for the code they were sent."""
    taken: dict[datetime, int] = {}
    for rows in (Appointment.objects.standing(), HeldPlace.objects.held(at)):
        there = rows.filter(branch=branch, business=business, starts_at__gte=first, starts_at__lte=last)
        for start, number in there.values_list("starts_at").annotate(Count("pk")):
            taken[start] = taken.get(start, 0) + number
    return taken


@verb
def book_appointment(
    branch: Branch,
    *,
    business: Business,
    customer: Customer,
    starts_at: datetime,
    language: str = "zh-hans",
    contact: str = "",
    code: str = "",
    despite_absences: bool = False,
    by: Actor,
    at: datetime,
) -> Appointment:
    """A place at one of the times offered. The same customer asking for the same time again gets the same place.

    `contact`: one that the customer has proven, in its normal form. `despite_absences`: also where online booking is
    paused because appointments were missed; for staff.
    """
    setup = offered(branch, business, starts_at, at)
    # One customer's bookings come one after the other, in whichever branches: two at once cannot both be the only one.
    hold_contacts([("appointments", str(customer.pk)), *([("appointments", contact)] if contact else [])])
    locked_branch(branch.pk)
    earlier = list(earlier_that_day(setup, business, customer, contact, starts_at))
    for one in earlier:
        # Somebody else's with the same contact is theirs: two people need two places.
        is_theirs = customer.pk in (one.customer_id, one.customer.merged_into_id)
        if is_theirs and (one.branch_id, one.starts_at) == (branch.pk, starts_at):
            return one
    must_be_free(setup, business, starts_at, at)
    most = setup.branch.appointments_a_day
    if most and len(earlier) >= most:
        raise TooManyAppointments(most=most, earlier=earlier)
    absences = absences_of(setup.branch, customer, at, contact=contact)
    if absences.paused_until is not None and not despite_absences:
        until = absences.paused_until.astimezone(setup.zone)
        raise BookingPaused(times=absences.counted_at_last, until=f"{until:%Y-%m-%d}")
    remind_at = starts_at - REMIND_BEFORE
    appointment = Appointment(
        branch=branch,
        business=business,
        customer=customer,
        contact=contact,
        starts_at=starts_at,
        language=language,
        booked_at=at,
        remind_at=remind_at if remind_at > at else None,
    )
    appointment.code = code or appointment.code
    appointment.save(force_insert=True)
    booked = AppointmentBooked(branch=branch.pk, business=business.pk, starts_at=starts_at.isoformat())
    record(booked, about=appointment, by=by, at=at)
    return appointment


def offered(branch: Branch, business: Business, starts_at: datetime, at: datetime) -> BranchSetup:
    """How the branch is set up, if it offers this business."""
    must_be_near("starts_at", starts_at, at=at)
    setup = setup_of(branch.pk)
    if business.pk not in {one.pk for one in setup.businesses}:
        raise BusinessNotOffered(branch=setup.branch.name)
    return setup


def must_be_free(setup: BranchSetup, business: Business, starts_at: datetime, at: datetime) -> None:
    """For who has locked the branch."""
    local = starts_at.astimezone(setup.zone)
    if not at < starts_at < at + timedelta(days=DAYS_AHEAD + 1):
        raise SlotNotOffered
    if starts_at in dict(slots_of(setup, business, local.date(), at)):
        return
    if _taken(setup.branch, business, starts_at, starts_at, at):
        raise SlotFull
    raise SlotNotOffered


@verb
def cancel_appointment(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    locked_branch(appointment.branch_id)
    appointment.refresh_from_db()
    if appointment.arrived_at is not None:
        raise AppointmentOver
    if appointment.missed_at is not None:
        raise AppointmentMissed
    if appointment.cancelled_at is not None:
        return appointment
    if not appointment.may_be_cancelled(at):
        raise AppointmentBegun
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
    if appointment.missed_at is not None:
        raise AppointmentMissed
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
    """Today's appointment of that code, missed or not, or the next one of the customer whose code was scanned. A phone
    number, which others know, would say that somebody has one, and use it up.
    """
    zone = setup_of(branch.pk).zone
    today = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    todays = Appointment.objects.filter(
        branch=branch, starts_at__gte=today, starts_at__lt=today + timedelta(days=1), arrived_at__isnull=True
    )
    coded = todays.coded(text).filter(cancelled_at__isnull=True).first()
    if coded is not None:
        return coded
    customer = scanned_customer(text)
    return todays.to_come().of(customer).order_by("starts_at").first() if customer else None


def owned_appointment(code: str) -> Appointment:
    """By its code, for whoever knows it."""
    found = Appointment.objects.select_related("branch__unit", "business", "customer").coded(code).first()
    if found is None:
        raise NotFound
    return found
