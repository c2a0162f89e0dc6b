"""Appointments on the portal: find a branch, choose a time, be sent the code, keep it, change one's mind."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from icalendar import Calendar, Event

from ruoshui.channels.models import Line
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import moment_in
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import Way
from ruoshui.informing.ways import sender_for
from ruoshui.queues.actions import cancel_appointment, hold_place
from ruoshui.queues.actions.booking import DAYS_AHEAD, owned_appointment, slots_by_day
from ruoshui.queues.models import Branch, Business, HeldPlace
from ruoshui.queues.setup import setup_of
from ruoshui.web.addresses import NetworkPlace, place_of, who_of
from ruoshui.web.branch.clocks import render_there
from ruoshui.web.branch.confirming import branch_of, note_asked, page_of_place
from ruoshui.web.branch.showing import hall, waits_in_words
from ruoshui.web.downloads import calendar_response
from ruoshui.web.limits import address_of
from ruoshui.web.middleware import public_address

MOST = 200
MOST_HELD, MOST_HELD_INSIDE = 5, 50  # by one network at a time; many may share one inside
AT_FIELDS = ("name", "phone", "email", "starts_at")


def branches(request: HttpRequest) -> HttpResponse:
    """Every branch with its queues as they are now: where shall I go?"""
    now = timezone.now()
    found = Branch.objects.filter(is_active=True, unit__is_active=True).select_related("unit")[:MOST]
    rows = []
    for branch in found:
        shown = hall(branch, now)
        longest = max((row.expected for row in shown["all_rows"]), default=0)
        rows.append({"branch": branch, **shown, "words": waits_in_words(longest)})
    return render(request, "branch/portal_branches.html", {"rows": rows})


def book(request: HttpRequest, code: str) -> HttpResponse:
    branch = branch_of(code)
    setup = setup_of(branch.pk)
    if request.method == "POST":
        return _book(request, branch)
    return _form(request, branch, _chosen(setup.businesses, request.GET.get("business", "")), {}, {})


def _chosen(businesses: list[Business], code: str) -> Business | None:
    return next((one for one in businesses if one.code == code), businesses[0] if businesses else None)


def _form(
    request: HttpRequest,
    branch: Branch,
    business: Business | None,
    posted: dict[str, str],
    errors: dict[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    setup, now = setup_of(branch.pk), timezone.now()
    today = now.astimezone(setup.zone).date()
    days = slots_by_day(setup, business, today, DAYS_AHEAD + 1, now) if business else []
    wanted = request.GET.get("day") or posted.get("day")
    # Where nothing is left on the day they wish, the first day on which there is something.
    day, slots = next((one for one in days if one[0].isoformat() == wanted), days[0] if days else (None, []))
    context = {
        "branch": branch,
        "businesses": setup.businesses,
        "business": business,
        "days": [one for one, _slots in days],
        "day": day.isoformat() if day else "",
        "slots": [(start.astimezone(setup.zone), places) for start, places in slots],
        "offers_times": setup.branch.slot_places > 0,
        "posted": posted,
        "errors": errors,
        "texts": _line(branch) is not None,
        "other_errors": [text for name, texts in errors.items() if name not in AT_FIELDS for text in texts],
    }
    return render_there(request, branch, "branch/book.html", context, status=status)


def _line(branch: Branch) -> Line | None:
    """By which a code can be sent to a phone."""
    found = sender_for(Way.SMS, branch.unit)
    return found if isinstance(found, Line) else None


def _book(request: HttpRequest, branch: Branch) -> HttpResponse:
    posted = {name: str(value) for name, value in request.POST.items()}
    business = _chosen(setup_of(branch.pk).businesses, posted.get("business", ""))
    try:
        place = _held(request, branch, business, posted)
    except Invalid as wrong:
        return _form(request, branch, business, posted, wrong.errors, status=wrong.status)
    except Refusal as refusal:
        return _form(request, branch, business, posted, {"": [str(refusal)]}, status=refusal.status)
    note_asked(request, place)
    return redirect("branch:code", branch.unit.code)


def _held(request: HttpRequest, branch: Branch, business: Business | None, posted: dict[str, str]) -> HeldPlace:
    starts_at = moment_in(posted.get("starts_at", "").replace(" ", "+"))
    contacts = _contacts(branch, posted)
    errors: dict[str, list[str]] = {}
    if not posted.get("name", "").strip():
        errors["name"] = [_("Please tell us your name.")]
    if not posted.get("phone", "").strip():
        errors["phone"] = [_("Please leave a phone number, so that we can reach you.")]
    elif contacts[0][0] == ContactKind.EMAIL and not contacts[0][1]:
        errors["email"] = [_("Please leave an e-mail address. The code that confirms the appointment goes there.")]
    if starts_at is None or business is None:
        errors["starts_at"] = [_("Please choose a time.")]
    if errors:
        raise Invalid(errors)
    assert business is not None
    assert starts_at is not None
    address = address_of(request)
    return hold_place(
        branch,
        business=business,
        starts_at=starts_at,
        name=posted["name"],
        contacts=[(kind, value) for kind, value in contacts if value],
        language=get_language() or "zh-hans",
        line=_line(branch),
        network=who_of(address) or "",
        most=MOST_HELD_INSIDE if place_of(address) == NetworkPlace.INSIDE else MOST_HELD,
        at=timezone.now(),
    )


def _contacts(branch: Branch, posted: dict[str, str]) -> list[tuple[str, str]]:
    """First the one that the code goes to."""
    typed = [
        (str(kind), posted.get(field, "").strip())
        for kind, field in ((ContactKind.PHONE, "phone"), (ContactKind.EMAIL, "email"))
    ]
    by_mail = _line(branch) is None or posted.get("send_by") == "email"
    return typed[::-1] if by_mail else typed


def page(request: HttpRequest, code: str) -> HttpResponse:
    try:
        appointment = owned_appointment(code)
    except NotFound:
        return page_of_place(request, code)
    zone = setup_of(appointment.branch_id).zone
    ticket = getattr(appointment, "ticket", None)
    local = appointment.starts_at.astimezone(zone)
    now = timezone.now()
    context = {
        "appointment": appointment,
        "local": local,
        "ticket": ticket,
        "branch": appointment.branch,
        "may_cancel": appointment.may_be_cancelled(now),
        "is_unknown": appointment.is_unknown(now),
    }
    return render_there(request, appointment.branch, "branch/appointment.html", context)


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    appointment = owned_appointment(code)
    cancel_appointment(appointment, by=appointment.customer.actor, at=timezone.now())
    return redirect("branch:appointment", code)


def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The appointment as a calendar file."""
    appointment = owned_appointment(code)
    setup = setup_of(appointment.branch_id)
    event = Event()
    event.add("uid", f"{appointment.code}@ruoshui")
    event.add("dtstamp", appointment.booked_at)
    event.add("dtstart", appointment.starts_at.astimezone(setup.zone))
    event.add("dtend", (appointment.starts_at + timedelta(minutes=setup.branch.slot_minutes)).astimezone(setup.zone))
    event.add("summary", f"{appointment.business.name} · {appointment.branch.name}")
    event.add("description", _("Your code: {code}").format(code=appointment.code))
    event.add("url", public_address(request, reverse("branch:appointment", args=[appointment.code])))
    event.add("status", "CANCELLED" if appointment.cancelled_at else "CONFIRMED")
    found: Any = Calendar()
    found.add("prodid", "-//Ruoshui//ruoshui//ZH")
    found.add("version", "2.0")
    found.add_component(event)
    found.add_missing_timezones()  # a TZID without its VTIMEZONE is refused by some programs, and an hour off in others
    response = calendar_response(found)
    response["Content-Disposition"] = f'attachment; filename="appointment-{appointment.code}.ics"'
    return response
