"""The number on the customer's own phone: where it stands, the form to fill in meanwhile, the rating afterwards."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.schemas import fields_of, from_post
from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.feedback.models import Invitation
from ruoshui.queues.actions import fill_draft, leave_queue
from ruoshui.queues.models import Ticket, TicketState
from ruoshui.queues.rules import order_in_words
from ruoshui.queues.setup import setup_of
from ruoshui.web.branch.clocks import render_there
from ruoshui.web.branch.showing import place_of
from ruoshui.web.branch_access import ticket_with_key
from ruoshui.web.live import follows
from ruoshui.web.middleware import public_address
from ruoshui.web.portal.access import grant_by_slip

SOMEBODY = Actor(ActorKind.CUSTOMER)  # who holds the slip, whoever the number was taken for
GIVES_BACK = (TicketState.WAITING, TicketState.NO_SHOW)


def page(request: HttpRequest, key: UUID) -> HttpResponse:
    ticket = ticket_with_key(key)
    part = getattr(request, "htmx", False)
    shown = _shown(ticket)
    if ticket.case is not None and not part and ticket.is_fresh(timezone.now()):
        grant_by_slip(request, ticket)
    if not part:
        shown |= _around(ticket) | _form(ticket, {}, {})
    template = "branch/parts/phone.html" if part else "branch/phone.html"
    return render_there(request, ticket.branch, template, shown)


def _shown(ticket: Ticket) -> dict[str, Any]:
    now, invitation = timezone.now(), None
    is_fresh = ticket.is_fresh(now)
    if ticket.case_id and is_fresh:
        found = Invitation.objects.filter(case_id=ticket.case_id).select_related("answer", "survey")
        invitation = found.order_by("-pk").first()
    return {
        "ticket": ticket,
        "branch": ticket.branch,
        "may_fill": ticket.is_inside and ticket.case_id is None,
        "may_leave": ticket.state in GIVES_BACK,
        "is_fresh": is_fresh,
        "place": place_of(ticket, now) if ticket.state == TicketState.WAITING else None,
        "invitation": invitation if invitation and invitation.is_open(now) else None,
        "rated": getattr(invitation, "answer", None),
        "now": now,
    }


def _around(ticket: Ticket) -> dict[str, Any]:
    """What only the whole page says."""
    return {
        **follows(f"branch:{ticket.branch_id}", f"ticket:{ticket.pk}"),
        "rules": order_in_words(setup_of(ticket.branch_id, ticket.branch.revision)),
    }


def _form(ticket: Ticket, posted: dict[str, str], errors: dict[str, list[str]]) -> dict[str, Any]:
    fields = fields_of(ticket.queue.business.type.form)
    return {
        "fields": [
            (field, posted.get(f"form_{field.name}", ticket.draft.get(field.name, "")), errors.get(field.name, []))
            for field in fields
        ]
    }


@require_POST
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """The form, filled in while waiting: it is at the counter before the customer is."""
    ticket = ticket_with_key(key)
    posted = {name: str(value) for name, value in request.POST.items()}
    answers = {name.removeprefix("form_"): value for name, value in posted.items() if name.startswith("form_")}
    try:
        fill_draft(ticket, from_post(ticket.queue.business.type.form, answers), by=SOMEBODY, at=timezone.now())
    except Invalid as wrong:
        shown = _shown(ticket) | _around(ticket) | _form(ticket, posted, wrong.errors)
        return render_there(request, ticket.branch, "branch/phone.html", shown, status=wrong.status)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("branch:phone", key)
    messages.success(request, _("Kept. It will be at the counter when you are called."))
    return redirect("branch:phone", key)


@require_POST
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    ticket = ticket_with_key(key)
    try:
        leave_queue(ticket, by=SOMEBODY, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("branch:phone", key)


def qr(request: HttpRequest, key: UUID) -> HttpResponse:
    """The address of the page, to be photographed from the kiosk or from the paper."""
    address = public_address(request, reverse("branch:phone", args=[key]))
    drawing = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True)
    return HttpResponse(
        drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )
