"""Appointments, for programs."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Scope, Staff
from ruoshui.queues import actions
from ruoshui.queues.actions.booking import owned_appointment, slots_of
from ruoshui.queues.models import Appointment, Branch, TicketSource
from ruoshui.queues.queries import attendance
from ruoshui.queues.setup import setup_of
from ruoshui.web.api.auth import Token, must_carry, staff_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.numbers import said
from ruoshui.web.api.once import once
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.queue_types import (
    AppointmentIn,
    AppointmentOut,
    AttendanceOut,
    SlotOut,
    TicketOut,
)
from ruoshui.web.api.queues import business_named
from ruoshui.web.api.types import Code, CustomerIn
from ruoshui.web.branch_access import (
    must_look_after,
    must_supervise,
    must_work_in,
    visible_branch,
)
from ruoshui.web.shown_numbers import numbers_of

READ, WRITE = Token(Scope.QUEUES_READ), Token(Scope.QUEUES_WRITE)
router = Router(tags=["queues"])


@router.get(
    "/branches/{code}/slots", auth=READ, response={200: list[SlotOut], **ERRORS}, operation_id="list_appointment_slots"
)
def slots(
    request: HttpRequest,
    code: Code,
    business: Code,
    day: date,
) -> Any:
    """Times of a day that can still be booked."""
    branch = visible_branch(staff_of(request), code)
    now = timezone.now()
    if abs((day - now.date()).days) > 400:
        return []
    found = slots_of(setup_of(branch.pk, branch.revision), business_named(branch, business), day, now)
    return [{"starts_at": start, "places": places} for start, places in found]


@router.post(
    "/branches/{code}/appointments",
    auth=WRITE,
    response={201: AppointmentOut, **ERRORS},
    operation_id="book_appointment",
)
def book(request: HttpRequest, code: Code, body: AppointmentIn, key: Key = None) -> Any:
    return once(request, key, lambda: _booked(request, code, body))


@verb
def _booked(request: HttpRequest, code: str, body: AppointmentIn) -> AppointmentOut:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    must_work_in(staff, branch)
    made = actions.book_appointment(
        branch,
        business=business_named(branch, body.business),
        customer=_customer(staff, branch, body.customer, request),
        starts_at=_aware(body.starts_at),
        language=body.language,
        despite_absences=body.despite_absences,
        **said(request),
    )
    made.branch = branch
    return AppointmentOut.of(made)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Invalid({"starts_at": ["Say the time zone too."]})
    return moment


def _customer(staff: Staff, branch: Branch, given: int | CustomerIn, request: HttpRequest) -> Customer:
    if isinstance(given, CustomerIn):
        must_carry(request, Scope.CUSTOMERS_WRITE)
        contacts = [(one.kind, one.value) for one in given.contacts]
        known = customers_visible_to(staff)
        return identify(name=given.name, contacts=contacts, unit=branch.unit, among=known, **said(request))
    found = customers_visible_to(staff).current().filter(pk=given).first()
    if found is None:
        raise Invalid({"customer": [f"There is no customer {given}."]})
    return found


def _reached(request: HttpRequest, code: str) -> Appointment:
    one = owned_appointment(code)
    if not staff_of(request).reaches(one.branch.unit):
        raise NotFound
    return one


def _appointment(request: HttpRequest, code: str) -> Appointment:
    staff, one = staff_of(request), _reached(request, code)
    if not staff.may(Permission.WORK, one.branch.unit):
        raise NotAllowed
    return one


@router.delete(
    "/appointments/{code}", auth=WRITE, response={200: AppointmentOut, **ERRORS}, operation_id="cancel_appointment"
)
def cancel(request: HttpRequest, code: Code) -> Any:
    """Until its time; after it, it is kept or missed (`appointment-begun`)."""
    one = _appointment(request, code)
    actions.cancel_appointment(one, **said(request))
    return AppointmentOut.of(owned_appointment(code))


@router.post(
    "/appointments/{code}/excuse", auth=WRITE, response={200: AppointmentOut, **ERRORS}, operation_id="excuse_absence"
)
def excuse(request: HttpRequest, code: Code) -> Any:
    """Nobody came for it, and it shall not count: for those who look after the hall."""
    one = _reached(request, code)
    must_look_after(staff_of(request), one.branch)
    actions.excuse_absence(one, **said(request))
    return AppointmentOut.of(owned_appointment(code))


@router.post("/appointments/{code}/arrival", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="arrive")
def arrival(request: HttpRequest, code: Code) -> Any:
    """The customer is here: a number at the place their appointment gives them."""
    ticket = actions.arrive(_appointment(request, code), source=TicketSource.API, **said(request))
    return TicketOut.of(numbers_of([ticket.pk])[ticket.pk])


@router.get(
    "/branches/{code}/attendance",
    auth=READ,
    response={200: AttendanceOut, **ERRORS},
    operation_id="attendance_at_appointments",
)
def attended(request: HttpRequest, code: Code, days: int = Query(7, ge=1, le=3660)) -> Any:  # type: ignore[type-arg]
    """How many came for their appointments, of those whose time was within so many days."""
    branch = visible_branch(staff_of(request), code)
    must_supervise(staff_of(request), branch)
    now = timezone.now()
    found = attendance(branch, now - timedelta(days=days), now)
    return AttendanceOut(
        booked=found.booked,
        came=found.came,
        cancelled=found.cancelled,
        excused=found.excused,
        unknown=found.unknown,
        missed=found.missed.hits,
        missed_share=found.missed.value,
        missed_low=found.missed.low,
        missed_high=found.missed.high,
    )
