"""Appointments for the staff of a branch: who is expected that day, who did not come, and booking for somebody."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import day_near, key_in, moment_in
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Staff
from ruoshui.queues import actions
from ruoshui.queues.absences import absences_of, absences_of_all
from ruoshui.queues.actions.booking import DAYS_AHEAD, slots_of
from ruoshui.queues.models import Appointment, Branch, Business, NamedBy, TicketSource
from ruoshui.queues.setup import BranchSetup, day_of, setup_of
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch.clocks import render_there
from ruoshui.web.branch_access import must_look_after, must_work_in, visible_branch
from ruoshui.web.live import follows

MOST = 500


@staff_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    if not staff.may(Permission.WORK, branch.unit):
        must_look_after(staff, branch)
    if request.method == "POST":
        must_work_in(staff, branch)
        return _book(request, staff, branch)
    return _page(request, staff, branch, {name: str(value) for name, value in request.GET.items()})


def _page(
    request: HttpRequest,
    staff: Staff,
    branch: Branch,
    asked: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    setup = setup_of(branch.pk, branch.revision)
    today = now.astimezone(setup.zone).date()
    day = day_near(asked.get("day", ""), today) or today
    contact = asked.get("contact", "").strip()
    found = _found(staff, contact, asked)
    context = {
        "branch": branch,
        "rows": _expected(setup, day, now),
        "is_today": day == today,
        "may_book": staff.may(Permission.WORK, branch.unit),
        "may_excuse": staff.may(Permission.LOBBY, branch.unit) or staff.may(Permission.SUPERVISE, branch.unit),
        "asked": asked,
        "errors": errors or {},
        "other_errors": (errors or {}).get("", []),
        "contact": contact,
        "is_nobody": bool(contact) and found is None,
        **_choice(setup, asked, day, now),
        **_of_customer(branch, found, now),
        "place": "branch",
        "tab": "appointments",
        **follows(f"branch:{branch.pk}", reader=staff.pk),
    }
    template = "branch/parts/appointments.html" if getattr(request, "htmx", False) else "branch/appointments.html"
    return render_there(request, branch, template, context, status=status)


def _choice(setup: BranchSetup, asked: dict[str, str], day: date, now: datetime) -> dict[str, Any]:
    """The business and the times of the day that are left for it."""
    businesses = setup.businesses
    first = businesses[0] if businesses else None
    business = next((one for one in businesses if one.code == asked.get("business")), first)
    is_near = abs((day - now.date()).days) <= DAYS_AHEAD + 1
    slots = slots_of(setup, business, day, now) if business and is_near else []
    return {
        "businesses": businesses,
        "business": business,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "slots": [(start.astimezone(setup.zone), places) for start, places in slots],
    }


def _found(staff: Staff, contact: str, asked: dict[str, str]) -> Customer | None:
    """Whom the contact points to, or who was found before; only those one may see."""
    visitor = actions.find_visitor(contact) if contact else None
    pk = visitor.pk if visitor else key_in(asked.get("customer"))
    return customers_visible_to(staff).current().filter(pk=pk).first() if pk else None


def _of_customer(branch: Branch, customer: Customer | None, now: datetime) -> dict[str, Any]:
    if customer is None:
        return {"customer": None}
    to_come = Appointment.objects.of(customer).to_come().filter(starts_at__gt=now - timedelta(days=1))
    return {
        "customer": customer,
        "absences": absences_of(branch, customer, now),
        "to_come": to_come.select_related("branch__unit", "business").order_by("starts_at")[:20],
    }


def _expected(setup: BranchSetup, day: date, now: datetime) -> list[dict[str, Any]]:
    begin, end = day_of(datetime(day.year, day.month, day.day, 12, tzinfo=setup.zone), setup.zone)
    there = Appointment.objects.filter(branch=setup.branch, starts_at__gte=begin, starts_at__lt=end)
    found = list(there.select_related("business", "customer", "ticket").order_by("starts_at", "pk")[:MOST])
    absences = absences_of_all(setup.branch, [one.customer_id for one in found], now)
    return [
        {
            "one": one,
            "local": one.starts_at.astimezone(setup.zone),
            "ticket": getattr(one, "ticket", None),
            "absences": absences.get(one.customer_id),
            "may_cancel": one.may_be_cancelled(now),
            "is_unknown": one.is_unknown(now),
        }
        for one in found
    ]


def _book(request: HttpRequest, staff: Staff, branch: Branch) -> HttpResponse:
    posted = {name: str(value) for name, value in request.POST.items()}
    business = next((one for one in setup_of(branch.pk).businesses if one.code == posted.get("business")), None)
    try:
        made = _booked(staff, branch, business, posted)
    except Invalid as wrong:
        return _page(request, staff, branch, posted, wrong.errors, status=wrong.status)
    except Refusal as refusal:
        return _page(request, staff, branch, posted, {"": [str(refusal)]}, status=refusal.status)
    local = made.starts_at.astimezone(setup_of(branch.pk).zone)
    told = {"name": made.customer.name, "time": f"{local:%Y-%m-%d %H:%M}", "code": made.code}
    messages.success(request, _("Booked for {name}: {time}. The code is {code}.").format(**told))
    return _to(branch, local.date())


@verb
def _booked(staff: Staff, branch: Branch, business: Business | None, posted: dict[str, str]) -> Appointment:
    """Staff see how often somebody did not come, and decide: a pause holds for online booking only."""
    starts_at, now = moment_in(posted.get("starts_at", "").replace(" ", "+")), timezone.now()
    errors: dict[str, list[str]] = {}
    customer = _found(staff, "", posted)
    name, phone = posted.get("name", "").strip(), posted.get("phone", "").strip()
    if customer is None and not name:
        errors["name"] = [_("Find the customer first, or type the name.")]
    if customer is None and not phone:
        errors["phone"] = [_("Type a phone number at which the customer can be reached.")]
    if starts_at is None or business is None:
        errors["starts_at"] = [_("Please choose a time.")]
    if errors:
        raise Invalid(errors)
    assert business is not None
    assert starts_at is not None
    by = staff.actor
    if customer is None:
        known = customers_visible_to(staff)
        contacts = [(ContactKind.PHONE, phone)]
        customer = identify(name=name, contacts=contacts, unit=branch.unit, among=known, by=by, at=now)
    return actions.book_appointment(
        branch,
        business=business,
        customer=customer,
        starts_at=starts_at,
        language=customer.language,
        despite_absences=True,
        by=by,
        at=now,
    )


@staff_only
@require_POST
def act(request: HttpRequest, code: str, pk: int, verb_name: str) -> HttpResponse:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    if verb_name not in VERBS:
        raise NotFound
    (must_look_after if verb_name == "excuse" else must_work_in)(staff, branch)
    appointment = Appointment.objects.select_related("branch__unit", "business", "customer").filter(
        pk=pk, branch=branch
    )
    if (one := appointment.first()) is None:
        raise NotFound
    try:
        messages.success(request, VERBS[verb_name](staff, one))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _to(branch, one.starts_at.astimezone(setup_of(branch.pk).zone).date())


def _to(branch: Branch, day: date) -> HttpResponse:
    return redirect(f"{reverse('branch:appointments', args=[branch.unit.code])}?{urlencode({'day': day.isoformat()})}")


def _cancel(staff: Staff, one: Appointment) -> str:
    actions.cancel_appointment(one, by=staff.actor, at=timezone.now())
    return _("The appointment is cancelled.")


def _arrive(staff: Staff, one: Appointment) -> str:
    given = {"source": TicketSource.LOBBY, "named_by": NamedBy.STAFF}
    ticket = actions.arrive(one, **given, by=staff.actor, at=timezone.now())
    return _("Number {number} was taken.").format(number=ticket.number)


def _excuse(staff: Staff, one: Appointment) -> str:
    actions.excuse_absence(one, by=staff.actor, at=timezone.now())
    return _("It is excused and does not count.")


VERBS = {"cancel": _cancel, "arrive": _arrive, "excuse": _excuse}
