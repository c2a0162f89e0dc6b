"""Customers: find, see whole, note, merge."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.assets.models import Asset
from ruoshui.cases.models import Case
from ruoshui.cases.queries import customers_visible_to
from ruoshui.channels.models import Call
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.core.typed import is_whole, key_in
from ruoshui.customers.actions import (
    add_contact,
    identify,
    merge_customers,
    note_customer,
    revise_customer,
    wish,
)
from ruoshui.customers.contacts import ContactKind, guess_kind
from ruoshui.customers.guarding import must_look_after_customer
from ruoshui.customers.models import Customer, CustomerKind, CustomerNote, Tier
from ruoshui.customers.queries import find, likely_duplicates
from ruoshui.feedback.models import Answer
from ruoshui.informing.actions import inform_by_hand
from ruoshui.informing.models import CustomerNotice, Moment, NoticeState, NoticeTemplate
from ruoshui.informing.refusals import NoSuchNotice
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Calendar, Permission, Staff
from ruoshui.web.access import needs, staff_of, staff_only, unit_to_register_in
from ruoshui.web.timeline import Names, customer_timeline
from ruoshui.web.wishing import shown_wish, wishes_in
from ruoshui.web.workspace.assets import listed, may_register

PAGE = 50


def visible_customer(staff: Staff, pk: int) -> Customer:
    customer = (
        customers_visible_to(staff).select_related("tier", "manager", "unit", "merged_into").filter(pk=pk).first()
    )
    if customer is None:
        raise NotFound
    return customer


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    text = request.GET.get("q", "").strip()[:200]
    customers = customers_visible_to(staff).current()
    if text:
        customers = find(customers_visible_to(staff), text)
    after = request.GET.get("after", "")
    if is_whole(after):
        customers = customers.filter(pk__lt=int(after))
    rows = list(
        customers.select_related("tier", "manager", "unit").prefetch_related("contacts").order_by("-pk")[: PAGE + 1]
    )
    return render(
        request,
        "workspace/customers.html",
        {
            "customers": rows[:PAGE],
            "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
            "text": text,
            "place": "customers",
            "kinds": CustomerKind.choices,
        },
    )


@needs(Permission.WORK)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    contact = request.POST.get("contact", "").strip()
    customer = identify(
        name=request.POST.get("name", ""),
        kind=request.POST.get("kind") or CustomerKind.PERSON,
        contacts=[(guess_kind(contact), contact)] if contact else [],
        unit=unit_to_register_in(staff),
        among=customers_visible_to(staff),
        by=staff.actor,
        at=timezone.now(),
    )
    return redirect("workspace:customer", customer.pk)


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    if customer.merged_into_id:
        return redirect("workspace:customer", customer.merged_into_id)
    if request.method == "POST":
        return _revise(request, staff, customer)
    seen = Case.objects.visible_to(staff).filter(customer=customer)
    cases = seen.select_related("type", "unit", "assignee", "customer", "team").order_by("-pk")[:30]
    asked = Answer.objects.filter(invitation__case__in=seen)
    context = {
        "customer": customer,
        "contacts": customer.contacts.order_by("-is_primary", "pk"),
        "cases": list(cases),
        "equipment": list(listed(Asset.objects.visible_to(staff).kept().filter(customer=customer))[:50]),
        "may_register": may_register(staff),
        "today": timezone.localdate(),
        "notes": _notes(customer),
        "timeline": customer_timeline(customer),
        "place": "customers",
        "duplicates": [c for c in likely_duplicates(customer) if customers_visible_to(staff).filter(pk=c.pk).exists()],
        "tiers": Tier.objects.all(),
        "calendars": Calendar.objects.all(),
        "managers": _managers(staff, customer).order_by("username")[:300],
        "contact_kinds": ContactKind.choices,
        "answers": asked.order_by("-at")[:5],
    }
    return render(request, "workspace/customer.html", context | _reached(staff, customer))


def _notes(customer: Customer) -> list[tuple[CustomerNote, str]]:
    """Each with the name of who wrote it."""
    notes, names = list(customer.notes.order_by("-at")[:50]), Names()
    for note in notes:
        names.want_actor(note.by)
    names.load()
    return [(note, names.actor(note.by)) for note in notes]


def _reached(staff: Staff, customer: Customer) -> dict[str, Any]:
    """How they are reached, what they were told, and their calls."""
    calls = Call.objects.visible_to(staff).filter(customer=customer).select_related("staff", "exchange")
    told = CustomerNotice.objects.filter(not_hidden(staff, "case_id"), customer=customer).select_related("template")
    return {
        "calls": calls.order_by("-pk")[:5],
        "told": list(told.order_by("-pk")[:5]),
        "by_hand": NoticeTemplate.objects.filter(moment=Moment.BY_HAND, is_active=True),
        **shown_wish(customer),
    }


def _managers(staff: Staff, customer: Customer) -> QuerySet[Staff]:
    """People of the units where one edits customers, and who it is now."""
    people = Staff.objects.working_in(staff.units_with(Permission.CUSTOMERS)).filter(is_service=False)
    return people | Staff.objects.filter(pk=customer.manager_id or 0).distinct()


def _revise(request: HttpRequest, staff: Staff, customer: Customer) -> HttpResponse:
    must_look_after_customer(staff, customer, Permission.CUSTOMERS)
    values: dict[str, object] = {"name": request.POST.get("name", customer.name).strip()}
    if "tier" in request.POST:
        values["tier"] = Tier.objects.filter(pk=key_in(request.POST["tier"])).first()
    if "manager" in request.POST:
        values["manager"] = _managers(staff, customer).filter(pk=key_in(request.POST["manager"])).first()
    if "calendar" in request.POST:
        values["calendar"] = Calendar.objects.filter(pk=key_in(request.POST["calendar"])).first()
    revise_customer(customer, values, by=staff.actor, at=timezone.now())
    messages.success(request, _("The customer's data are changed."))
    return redirect("workspace:customer", customer.pk)


@needs(Permission.WORK)
@require_POST
def add_contact_view(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    must_look_after_customer(staff, customer, Permission.WORK)
    add_contact(
        customer,
        kind=request.POST.get("kind", ""),
        value=request.POST.get("value", ""),
        by=staff.actor,
        at=timezone.now(),
    )
    return redirect("workspace:customer", pk)


@needs(Permission.WORK)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    note_customer(visible_customer(staff, pk), body=request.POST.get("body", ""), by=staff.actor, at=timezone.now())
    return redirect("workspace:customer", pk)


@needs(Permission.WORK)
@require_POST
def wishes(request: HttpRequest, pk: int) -> HttpResponse:
    """How they want to be told things, as they say it to us."""
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    must_look_after_customer(staff, customer, Permission.WORK)
    wish(customer, wishes_in(request.POST), by=staff.actor, at=timezone.now())
    messages.success(request, _("We keep to it from now on."))
    return redirect("workspace:customer", pk)


@needs(Permission.CUSTOMERS)
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Send them one of the notices that go out by hand."""
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    must_look_after_customer(staff, customer, Permission.CUSTOMERS)
    template = NoticeTemplate.objects.filter(pk=key_in(request.POST.get("template"))).first()
    if template is None:
        raise NoSuchNotice
    notice = inform_by_hand(template, customer, unit=staff.unit, by=staff.actor, at=timezone.now())
    if notice.state == NoticeState.WITHHELD:
        messages.error(request, _("They refuse such notices; nothing is sent."))
    else:
        messages.success(request, _("They will be told."))
    return redirect("workspace:customer", pk)


@needs(Permission.CUSTOMERS)
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    other = request.POST.get("other", "")
    if not is_whole(other):
        raise Invalid({"other": [_("Choose the customer to merge.")]})
    survivor, gone = visible_customer(staff, pk), visible_customer(staff, int(other))
    for one in (survivor, gone):
        must_look_after_customer(staff, one, Permission.CUSTOMERS)
    merge_customers(survivor, gone, by=staff.actor, at=timezone.now())
    messages.success(request, _("The two are one customer now."))
    return redirect("workspace:customer", pk)
