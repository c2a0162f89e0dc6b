from django.db import connection

from ruoshui.core.events import Configured
from ruoshui.core.reactions import Happened, at_once
from ruoshui.customers.events import CustomersMerged
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Permission, Staff
from ruoshui.queues.actions.knowing import move_numbers
from ruoshui.queues.actions.missing import take_absences_back
from ruoshui.queues.events import PromiseDrifted, VisitorIdentified
from ruoshui.queues.models import Appointment, Branch, Ticket

SET_UP_BY = {
    "queues.branch",
    "queues.business",
    "queues.serviceclass",
    "queues.queue",
    "queues.counter",
    "queues.counterduty",
    "organization.unit",
    "organization.calendar",
    "organization.calendarhours",
    "organization.specialday",
    "cases.casetype",
}


@at_once(Configured)
def renew_branches_on_configured(event: Configured, happened: Happened) -> None:
    """Whatever a branch is set up with was changed: no process goes on with what it had read."""
    if event.what in SET_UP_BY:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE queues_branch SET revision = (extract(epoch from clock_timestamp()) * 1000000)::bigint"
            )


@at_once(CustomersMerged)
def move_visits_on_customers_merged(event: CustomersMerged, happened: Happened) -> None:
    """Appointments, and numbers that are not finished."""
    Appointment.objects.filter(customer_id=event.other).update(customer_id=happened.about_id)
    move_numbers(event.other, happened.about_id)


@at_once(VisitorIdentified)
def take_absences_back_on_visitor_identified(event: VisitorIdentified, happened: Happened) -> None:
    if isinstance(happened.about, Ticket):
        take_absences_back(happened.about, at=happened.at)


@at_once(PromiseDrifted)
def tell_supervisors_on_promise_drifted(event: PromiseDrifted, happened: Happened) -> None:
    """The supervisors of the branch and above it."""
    branch = Branch.objects.select_related("unit").get(pk=happened.about_id)
    people = Staff.objects.filter(
        is_active=True,
        memberships__unit_id__in=branch.unit.lineage,
        memberships__role__permissions__contains=[Permission.SUPERVISE],
    ).distinct()
    data = {"unit": [branch.unit.name_zh, branch.unit.name_en], "of": event.of, "kept": round(100 * event.kept)}
    tell_staff(people, "queues.promise_drifted", data, about=branch, at=happened.at)
