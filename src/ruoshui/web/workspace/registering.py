"""A need taken down for somebody who calls or comes: who it is, what is read back, what they are told."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.cases.actions import let_opener_take_part, note_read_back
from ruoshui.cases.events import CaseOpened
from ruoshui.cases.models import Case, Channel
from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.actors import ActorKind
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.customers.actions import identify
from ruoshui.customers.contacts import guess_kind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Staff
from ruoshui.sla.models import Clock
from ruoshui.web.access import needs, staff_of, staff_only, unit_to_register_in

PRESENT = (Channel.PHONE, Channel.COUNTER)  # whoever it is about hears what is read back
MOST_KNOWN, MOST_CASES = 8, 40
TO_READ_OUT = timedelta(hours=8)


def whom(staff: Staff, posted: Mapping[str, str], now: datetime) -> Customer | None:
    """Whose need it is, by name and contact; by the contact alone where one customer has it, or nobody yet."""
    name, contact = posted.get("name", "").strip(), posted.get("contact", "").strip()
    if not name and not contact:
        return None
    if not name:
        known = _with_contact(staff, contact)
        if len(known) == 1:
            return known[0]
        if known:
            raise Invalid(
                {"contact": [_("Several customers have this contact. Choose one of them, or type the name.")]}
            )
    return identify(
        name=name or contact,
        contacts=[(guess_kind(contact), contact)] if contact else [],
        unit=unit_to_register_in(staff),
        among=customers_visible_to(staff),
        by=staff.actor,
        at=now,
    )


def _with_contact(staff: Staff, contact: str) -> list[Customer]:
    """Those one may see who have it; nobody for what is no contact (yet)."""
    kind = guess_kind(contact)
    try:
        normal = normal_contact(kind, contact)
    except ValidationError:
        return []
    found = customers_visible_to(staff).current().with_contact([(kind, normal)])
    return list(found.select_related("tier", "unit").order_by("pk")[:MOST_KNOWN])


@needs(Permission.WORK)
def lookup(request: HttpRequest) -> HttpResponse:
    """Who has the contact that is being typed: a part of the page."""
    staff = staff_of(request)
    known = _with_contact(staff, request.GET.get("contact", ""))
    running: dict[int | None, list[Case]] = {}
    for case in Case.objects.visible_to(staff).active().filter(customer__in=known).order_by("-pk")[:MOST_CASES]:
        running.setdefault(case.customer_id, []).append(case)
    shown = [(one, running.get(one.pk, [])[:3]) for one in known]
    return render(request, "workspace/parts/known.html", {"known": shown})


def must_be_read_back(posted: Mapping[str, str]) -> None:
    if posted.get("channel", Channel.PHONE) in PRESENT and "confirmed" not in posted:
        raise Invalid({"confirmed": [_("Read the need back to the customer, and tick it once they confirm it.")]})


def taken_down(case: Case, staff: Staff, posted: Mapping[str, str], now: datetime) -> None:
    """What goes with a need that was taken down: that it was read back, and that its opener can follow it."""
    if "confirmed" in posted and case.channel in PRESENT:
        note_read_back(case, by=staff.actor, at=now)
    if not case.confidential and not Case.objects.visible_to(staff).filter(pk=case.pk).exists():
        let_opener_take_part(case, staff, at=now)


@staff_only
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """To read out to the customer. Who opened the case sees it for some hours, also where the case itself is not theirs
    to see; what was said in it is not shown.
    """
    staff, now = staff_of(request), timezone.now()
    case = Case.objects.select_related("unit", "type", "customer").filter(pk=pk).first()
    if case is None or not _has_opened(staff, pk, now):
        raise NotFound
    clocks = Clock.objects.running().filter(case=case, due_at__isnull=False).select_related("term").order_by("due_at")
    may_open = Case.objects.visible_to(staff).filter(pk=pk).exists()
    return render(
        request, "workspace/receipt.html", {"case": case, "clocks": clocks, "may_open": may_open, "place": ""}
    )


def _has_opened(staff: Staff, pk: int, now: datetime) -> bool:
    opened = RecordedEvent.objects.filter(kind=CaseOpened.kind, at__gte=now - TO_READ_OUT, about_kind="cases.case")
    return opened.filter(about_id=pk, by_kind=ActorKind.STAFF, by_id=staff.pk).exists()
