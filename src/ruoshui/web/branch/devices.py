"""Screens nobody signs in at: the kiosk, the hall display, the counter plate. The address is the key."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.queues.actions import arrive, find_visitor, issue_ticket, leave_queue, scanned_customer
from ruoshui.queues.actions.booking import find_appointment
from ruoshui.queues.models import Device, DeviceKind, NamedBy, Ticket, TicketSource
from ruoshui.queues.models.branches import LANGUAGES
from ruoshui.queues.refusals import AppointmentNotFound, NotWaiting
from ruoshui.queues.rules import order_in_words
from ruoshui.queues.setup import setup_of
from ruoshui.web.branch.plates import plate
from ruoshui.web.branch.showing import hall, waits_in_words
from ruoshui.web.branch_access import device_with
from ruoshui.web.live import follows
from ruoshui.web.middleware import public_address

TEMPLATES = {
    DeviceKind.KIOSK: ("branch/kiosk.html", "branch/kiosk.html"),
    DeviceKind.HALL: ("branch/hall.html", "branch/parts/hall.html"),
    DeviceKind.PLATE: ("branch/plate.html", "branch/parts/plate.html"),
}


def screen(request: HttpRequest, key: str) -> HttpResponse:
    device = device_with(key)
    branch, now = device.branch, timezone.now()
    context: dict[str, Any] = {"device": device, "branch": branch, "here": reverse("branch:device", args=[key])}
    context |= plate(device, now) if device.kind == DeviceKind.PLATE else hall(branch, now)
    page, part = TEMPLATES[DeviceKind(device.kind)]
    if not getattr(request, "htmx", False):
        context |= _around(device, context)
        part = page
    response = render(request, part, context)
    response["Cache-Control"] = "no-store"
    return response


def _around(device: Device, shown: dict[str, Any]) -> dict[str, Any]:
    """What only the whole page says: what it follows, by which rule people are called, what a kiosk offers."""
    if device.kind == DeviceKind.PLATE:
        return follows(f"counter:{device.counter_id}")
    setup = setup_of(device.branch_id, device.branch.revision)
    around = {
        **follows(f"branch:{device.branch_id}"),
        "zone": setup.zone.key,
        "rules": _both(lambda: order_in_words(setup)),
    }
    return around | ({"offers": _offers(shown)} if device.kind == DeviceKind.KIOSK else {})


def _both(make: Any) -> list[tuple[str, str]]:
    """Sentences in Chinese and English, pair by pair."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append([str(sentence) for sentence in make()])
    return list(zip(*found, strict=True))


def _offers(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The businesses, each once, with what everybody would be told."""
    offers: dict[int, dict[str, Any]] = {}
    for row in shown["all_rows"]:
        if row.queue.service_class.tier_rank is None:
            offers.setdefault(row.queue.business_id, {"business": row.queue.business, "row": row})
    return list(offers.values())


def now_at(request: HttpRequest, key: str) -> JsonResponse:
    """What a kiosk asks every few seconds: is there a connection, and how long are the queues?"""
    device = device_with(key, DeviceKind.KIOSK)
    shown = hall(device.branch, timezone.now())
    offers = [
        {
            "code": one["business"].code,
            "waiting": one["row"].waiting,
            "expected": _words(one["row"].expected),
        }
        for one in _offers(shown)
    ]
    return JsonResponse({"open": shown["is_open"], "offers": offers})


def _words(seconds: int) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = waits_in_words(seconds)
    return found


@csrf_exempt  # no cookie is looked at: the address of the device is its key
@require_POST
def take(request: HttpRequest, key: str) -> JsonResponse:
    """A number for a business; asked again with the same `key`, the same number."""
    device = device_with(key, DeviceKind.KIOSK)
    language = request.POST.get("language", "")
    with override(language if language in LANGUAGES else LANGUAGES[0]):
        try:
            return _taken(request, device)
        except Refusal as refusal:
            return JsonResponse({"refused": str(refusal), "code": refusal.code}, status=refusal.status)


def _taken(request: HttpRequest, device: Device) -> JsonResponse:
    branch, now = device.branch, timezone.now()
    contact = request.POST.get("contact", "")[:200].strip()
    scanned = scanned_customer(contact)
    if request.POST.get("appointment"):
        appointment = find_appointment(branch, contact, now)
        if appointment is None:
            raise AppointmentNotFound
        ticket = arrive(appointment, named_by=NamedBy.SCANNED if scanned else NamedBy.APPOINTMENT, by=SYSTEM, at=now)
        return _answer(request, ticket, is_typed=False)
    businesses = {one.code: one for one in setup_of(branch.pk).businesses}
    if request.POST.get("business") not in businesses:
        raise NotFound
    # Whoever is typed may be anybody: the counter is told who it seems to be, and the kiosk nothing.
    visitor = scanned or (find_visitor(contact) if contact else None)
    ticket = issue_ticket(
        branch,
        business=businesses[request.POST["business"]],
        key=_uuid(request),
        customer=visitor,
        source=TicketSource.KIOSK,
        language=request.POST.get("language", LANGUAGES[0])[:10],
        named_by=NamedBy.SCANNED if scanned else NamedBy.TYPED,
        by=scanned.actor if scanned else SYSTEM,
        at=now,
    )
    return _answer(request, ticket, is_typed=bool(contact) and scanned is None)


def _uuid(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError as wrong:
        raise NotFound from wrong


def _answer(request: HttpRequest, ticket: Ticket, *, is_typed: bool) -> JsonResponse:
    branch = ticket.branch
    zone = setup_of(branch.pk).zone
    promised = ticket.joined_at + timedelta(seconds=ticket.said_maximum or 0)
    business, service_class = ticket.queue.business, ticket.queue.service_class
    return JsonResponse(
        {
            "number": ticket.number,
            "key": str(ticket.key),
            "ahead": ticket.said_ahead,
            "expected": _words(ticket.said_expected or 0),
            "promised": f"{promised.astimezone(zone):%H:%M}",
            "taken": f"{ticket.joined_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "business": {"zh-hans": business.name_zh, "en": business.name_en or business.name_zh},
            "service_class": {
                "zh-hans": service_class.name_zh if service_class.tier_rank else "",
                "en": (service_class.name_en or service_class.name_zh) if service_class.tier_rank else "",
            },
            "is_typed": is_typed,
            "phone": public_address(request, reverse("branch:phone", args=[ticket.key])),
            "qr": reverse("branch:qr", args=[ticket.key]),
        },
        status=201,
    )


@csrf_exempt
@require_POST
def give_back(request: HttpRequest, key: str) -> JsonResponse:
    """The kiosk was left before the number came: nobody waits with it."""
    device = device_with(key, DeviceKind.KIOSK)
    ticket = Ticket.objects.filter(key=_uuid(request), branch=device.branch, source=TicketSource.KIOSK).first()
    if ticket is not None:
        with suppress(NotWaiting):
            leave_queue(ticket, by=SYSTEM, at=timezone.now())
    return JsonResponse({"given_back": ticket is not None})
