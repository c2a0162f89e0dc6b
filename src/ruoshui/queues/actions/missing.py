"""Nobody came: appointments whose time has passed are put on record, and those that should not count are excused."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Greatest

from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.actions.holding import let_places_go
from ruoshui.queues.events import AbsenceExcused, AppointmentKept, AppointmentNotCome
from ruoshui.queues.models import Appointment, Ticket
from ruoshui.queues.models.appointments import LOOK_BACK
from ruoshui.queues.refusals import NotMissed
from ruoshui.queues.setup import day_of, setup_of

AT_ONCE = 500
OVER_AT = ExpressionWrapper(
    F("starts_at") + Greatest("branch__missed_minutes", "branch__late_minutes") * Value(timedelta(minutes=1)),
    output_field=DateTimeField(),
)


def settle_appointments(at: datetime) -> int:
    """Those nobody came for, and the places held for codes that nobody typed. Returns how many."""
    due = Appointment.objects.to_come().filter(
        starts_at__lte=at, starts_at__gt=at - LOOK_BACK, branch__is_active=True, branch__unit__is_active=True
    )
    late = due.annotate(over_at=OVER_AT).filter(over_at__lte=at).order_by("starts_at")
    settled = sum(mark_missed(pk, at=at) for pk in late.values_list("pk", flat=True)[:AT_ONCE])
    return settled + let_places_go(at)


@verb
def mark_missed(pk: int, *, at: datetime) -> bool:
    """Not come, unless a number they took that day, after they booked, says that they were there. A day on which the
    branch was closed is nobody's fault. The place is free from now on.
    """
    appointment = Appointment.objects.select_related("branch").get(pk=pk)
    locked_branch(appointment.branch_id)
    appointment.refresh_from_db(fields=["arrived_at", "cancelled_at", "missed_at"])
    if not appointment.is_standing:
        return False
    setup = setup_of(appointment.branch_id)
    day = appointment.starts_at.astimezone(setup.zone).date()
    visits = Ticket.objects.filter(branch=appointment.branch_id, day=day, joined_at__gte=appointment.booked_at)
    theirs = visits.filter(Q(customer=appointment.customer_id) | Q(customer__merged_into=appointment.customer_id))
    if (visit := theirs.order_by("joined_at").first()) is not None:
        _keep(appointment, visit, at=at)
        return True
    counts = appointment.may_count and setup.is_open(appointment.starts_at)
    appointment.missed_at, appointment.excused_at = at, None if counts else at
    appointment.save(update_fields=["missed_at", "excused_at"])
    missed = AppointmentNotCome(branch=appointment.branch_id, business=appointment.business_id, counts=counts)
    record(missed, about=appointment, by=SYSTEM, at=at)
    return True


def take_absences_back(ticket: Ticket, *, at: datetime) -> None:
    """It becomes known whose number this is: they were there, and have missed nothing in that branch that day.
    In the caller's transaction.
    """
    turn = locked_branch(ticket.branch_id)
    begin, end = day_of(ticket.joined_at, turn.setup.zone)
    missed = Appointment.objects.filter(customer=ticket.customer_id, branch=ticket.branch_id, missed_at__isnull=False)
    for one in missed.filter(starts_at__gte=begin, starts_at__lt=end, booked_at__lte=ticket.joined_at):
        _keep(one, ticket, at=at)


def _keep(appointment: Appointment, visit: Ticket, *, at: datetime) -> None:
    appointment.arrived_at, appointment.missed_at, appointment.excused_at = visit.joined_at, None, None
    appointment.save(update_fields=["arrived_at", "missed_at", "excused_at"])
    record(AppointmentKept(branch=appointment.branch_id, number=visit.number), about=appointment, by=SYSTEM, at=at)


@verb
def excuse_absence(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    """It was our fault, or they had a good reason: it does not count."""
    locked_branch(appointment.branch_id)
    appointment.refresh_from_db(fields=["missed_at", "excused_at"])
    if appointment.missed_at is None:
        raise NotMissed
    if appointment.excused_at is None:
        appointment.excused_at = at
        appointment.save(update_fields=["excused_at"])
        record(AbsenceExcused(branch=appointment.branch_id), about=appointment, by=by, at=at)
    return appointment
