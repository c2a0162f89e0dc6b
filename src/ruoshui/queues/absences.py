"""What a customer has booked that day, and how often they did not come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from ruoshui.customers.models import Customer
from ruoshui.queues.models import Appointment, Branch, Business
from ruoshui.queues.setup import BranchSetup, day_of


@dataclass(frozen=True, slots=True)
class Absences:
    """`times` not come within the branch's days until now; `counted_at_last`: within its days until the last time.

    `paused_until`: until then the customer cannot book online.
    """

    times: int = 0
    counted_at_last: int = 0
    paused_until: datetime | None = None


def earlier_that_day(
    setup: BranchSetup, business: Business, customer: Customer, contact: str, starts_at: datetime
) -> QuerySet[Appointment]:
    """Those still to come, for this business, in whichever branch."""
    begin, end = day_of(starts_at, setup.zone)
    theirs = Appointment.objects.of(customer, contact).to_come().select_related("customer", "branch__unit")
    return theirs.filter(business=business, starts_at__gte=begin, starts_at__lt=end).order_by("starts_at", "pk")


def absences_of(branch: Branch, customer: Customer, at: datetime, *, contact: str = "") -> Absences:
    """In whichever branch; counted and judged as this one is set up."""
    since = at - timedelta(days=branch.missed_days + branch.paused_days)
    missed = Appointment.objects.of(customer, contact).filter(missed_at__isnull=False, excused_at__isnull=True)
    return judged(branch, missed.filter(starts_at__gt=since).values_list("starts_at", flat=True), at)


def absences_of_all(branch: Branch, customers: Iterable[int], at: datetime) -> dict[int, Absences]:
    """Of several at once, by their ids; who has missed nothing is left out."""
    since = at - timedelta(days=branch.missed_days + branch.paused_days)
    missed = Appointment.objects.filter(missed_at__isnull=False, excused_at__isnull=True, starts_at__gt=since)
    times: dict[int, list[datetime]] = {}
    for customer, start in missed.filter(customer__in=set(customers)).values_list("customer_id", "starts_at"):
        times.setdefault(customer, []).append(start)
    return {customer: judged(branch, starts, at) for customer, starts in times.items()}


def judged(branch: Branch, missed: Iterable[datetime], at: datetime) -> Absences:
    times = sorted(missed)
    if not times:
        return Absences()
    counted, last = timedelta(days=branch.missed_days), times[-1]
    at_last = sum(1 for one in times if one > last - counted)
    ends = last + timedelta(days=branch.paused_days)
    is_paused = bool(branch.missed_most) and at_last >= branch.missed_most and at < ends
    return Absences(sum(1 for one in times if one > at - counted), at_last, ends if is_paused else None)
