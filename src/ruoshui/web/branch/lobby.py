"""The lobby manager's console: who waits, for what, how long, against what promise; and what can be done about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Permission, Staff
from ruoshui.queues import actions
from ruoshui.queues.effects import Effect, effect_of
from ruoshui.queues.floor import floor_of
from ruoshui.queues.models import Branch, Care, Counter, LeftReason, NamedBy, Ticket, TicketSource
from ruoshui.queues.setup import setup_of
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch.clocks import render_there
from ruoshui.web.branch.showing import placed, queue_rows, served_by
from ruoshui.web.branch_access import (
    counter_of,
    must_look_after,
    visible_branch,
    visible_ticket,
)
from ruoshui.web.live import follows
from ruoshui.web.shown_numbers import aside, at_counters, numbers_of

MOST = 200


@staff_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    must_look_after(staff, branch)
    part = getattr(request, "htmx", False)
    template = "branch/parts/lobby.html" if part else "branch/lobby.html"
    return render_there(request, branch, template, _shown(staff, branch))


def _shown(staff: Staff, branch: Branch) -> dict[str, Any]:
    now = timezone.now()
    setup = setup_of(branch.pk, branch.revision)
    with floor_of(branch.pk, now) as floor:
        lines = floor.waiting()[:MOST]
        standings = {line.id: floor.standing(line.id, now) for line in lines}
        queues = queue_rows(floor, now)
    tickets = numbers_of(standings)
    waiting = [
        (tickets[pk], placed(tickets[pk].joined_at, tickets[pk].said_maximum, standing, now))
        for pk, standing in standings.items()
        if standing is not None and pk in tickets
    ]
    today = now.astimezone(setup.zone).date()
    counters = list(Counter.objects.filter(branch=branch, is_active=True).select_related("staff"))
    there = at_counters([one.pk for one in counters])
    return {
        "branch": branch,
        "waiting": waiting,
        "queues": queues,
        "counters": [(one, there.get(one.pk), served_by(setup, one)) for one in counters],
        "aside": aside(branch, today),
        "businesses": setup.businesses,
        "cares": [(value, label) for value, label in Care.choices if value],
        "people": list(Staff.objects.who_may(Permission.WORK, branch.unit)),
        "late": sum(1 for _ticket, place in waiting if place.look == "late"),
        "now": now,
        "place": "branch",
        "tab": "lobby",
        **follows(f"branch:{branch.pk}", reader=staff.pk),
    }


def _looking_after(request: HttpRequest, code: str) -> tuple[Staff, Branch]:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    must_look_after(staff, branch)
    return staff, branch


@staff_only
@require_POST
def act(request: HttpRequest, code: str, pk: int, verb_name: str) -> HttpResponse:
    staff, branch = _looking_after(request, code)
    ticket = visible_ticket(staff, pk)
    if ticket.branch_id != branch.pk or verb_name not in VERBS:
        raise NotFound
    try:
        VERBS[verb_name](request, staff, ticket)
        messages.success(request, _("Done: {number}.").format(number=ticket.number))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("branch:lobby", code)


def _move(request: HttpRequest, staff: Staff, ticket: Ticket) -> None:
    setup = setup_of(ticket.branch_id)
    queue, number = request.POST.get("queue", ""), request.POST.get("counter", "")
    actions.move_ticket(
        ticket,
        queue=setup.queues.get(int(queue)) if is_whole(queue) else None,
        counter=counter_of(setup.branch, int(number)) if is_whole(number) and len(number) < 5 else None,
        keeps_place="keeps_place" in request.POST,
        by=staff.actor,
        at=timezone.now(),
    )


def _care(request: HttpRequest, staff: Staff, ticket: Ticket) -> None:
    actions.care_for(
        ticket,
        care=request.POST.get("care", ""),
        goes_first="goes_first" in request.POST,
        by=staff.actor,
        at=timezone.now(),
    )


def _leave(request: HttpRequest, staff: Staff, ticket: Ticket) -> None:
    reason = request.POST.get("reason", LeftReason.UNKNOWN)
    actions.leave_queue(ticket, reason=reason, by=staff.actor, at=timezone.now())


def _rejoin(request: HttpRequest, staff: Staff, ticket: Ticket) -> None:
    actions.rejoin(ticket, by=staff.actor, at=timezone.now())


VERBS = {"move": _move, "care": _care, "leave": _leave, "rejoin": _rejoin}


@staff_only
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """A number for somebody who cannot use the kiosk."""
    staff, branch = _looking_after(request, code)
    businesses = {one.code: one for one in setup_of(branch.pk, branch.revision).businesses}
    business = businesses.get(request.POST.get("business", ""))
    contact = request.POST.get("contact", "").strip()
    customer = actions.find_visitor(contact) if contact else None
    if business is None:
        raise NotFound
    if contact and customer is None:
        messages.error(request, _("Nobody, or more than one person, has this phone, e-mail or number."))
        return redirect("branch:lobby", code)
    care = request.POST.get("care", "")
    try:
        ticket = actions.issue_ticket(
            branch,
            business=business,
            customer=customer,
            source=TicketSource.LOBBY,
            named_by=NamedBy.SCANNED if actions.scanned_customer(contact) else NamedBy.STAFF,
            care=care if care in Care.values else "",
            by=staff.actor,
            at=timezone.now(),
        )
        messages.success(request, _("Number {number} was taken.").format(number=ticket.number))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("branch:lobby", code)


@staff_only
def effect(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What opening or closing this counter would do to the waits, before it is decided."""
    _staff, branch = _looking_after(request, code)
    counter = Counter.objects.filter(branch=branch, number=number, is_active=True).select_related("staff").first()
    if counter is None:
        raise NotFound
    found: Effect = effect_of(branch.pk, counter, at=timezone.now())
    people = Staff.objects.who_may(Permission.WORK, branch.unit).filter(counters__isnull=True)
    return render(
        request, "branch/parts/effect.html", {"branch": branch, "counter": counter, "effect": found, "people": people}
    )


@staff_only
@require_POST
def set_counter(request: HttpRequest, code: str, number: int) -> HttpResponse:
    staff, branch = _looking_after(request, code)
    counter, now = counter_of(branch, number), timezone.now()
    try:
        if request.POST.get("to") == "open":
            people = Staff.objects.who_may(Permission.WORK, branch.unit)
            sitter = people.filter(username=request.POST.get("staff", "")).first()
            if sitter is None:
                raise NotFound
            actions.open_counter(counter, staff=sitter, by=staff.actor, at=now)
        else:
            actions.close_counter(counter, by=staff.actor, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("branch:lobby", code)
