"""What can be done to the number at a counter, a verb each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Outcome
from ruoshui.cases.schemas import from_post
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Staff
from ruoshui.queues import actions
from ruoshui.queues.models import Counter, NamedBy, Ticket, TicketState
from ruoshui.queues.setup import setup_of
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch_access import counter_of, must_move, must_serve, must_sit_at, visible_branch, visible_ticket


def answers_of(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    type = ticket.case.type if ticket.case else ticket.queue.business.type
    posted = {
        name.removeprefix("form_"): str(value) for name, value in request.POST.items() if name.startswith("form_")
    }
    return from_post(type.form, posted)


def finish(request: HttpRequest, ticket: Ticket, staff: Staff) -> None:
    """Begun if it was not, its form kept, closed with the outcome chosen or left open."""
    now, by = timezone.now(), staff.actor
    if ticket.state == TicketState.CALLED:
        actions.start_service(ticket, by=by, at=now)
    if any(name.startswith("form_") for name in request.POST):
        actions.save_form(ticket, answers_of(request, ticket), by=by, at=now)
    outcome = request.POST.get("outcome", Outcome.SOLVED)
    actions.finish_service(
        ticket,
        outcome="" if outcome == "open" else outcome,
        summary=request.POST.get("summary", ""),
        note=request.POST.get("note", ""),
        by=by,
        at=now,
    )


@staff_only
@require_POST
def act(request: HttpRequest, code: str, pk: int, verb_name: str) -> HttpResponse:
    """What can be done to the number at a counter."""
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    ticket = visible_ticket(staff, pk)
    must_serve(staff, ticket)
    if ticket.branch_id != branch.pk or verb_name not in VERBS:
        raise NotFound
    number = request.POST.get("counter", "")
    counter = counter_of(branch, int(number)) if is_whole(number) and len(number) < 5 else None
    if counter is not None:
        must_sit_at(staff, branch, counter)
    try:
        VERBS[verb_name](request, staff, ticket, counter)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
    at = counter.number if counter else ticket.counter.number if ticket.counter else None
    return redirect("branch:counter", code, at) if at else redirect("branch:branch", code)


def _start(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    actions.start_service(ticket, by=staff.actor, at=timezone.now())


def _save(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    now = timezone.now()
    if ticket.state == TicketState.CALLED:
        actions.start_service(ticket, by=staff.actor, at=now)
    actions.save_form(ticket, answers_of(request, ticket), by=staff.actor, at=now)
    messages.success(request, _("Saved."))


def _done(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    finish(request, ticket, staff)


def _recall(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    actions.recall(ticket, by=staff.actor, at=timezone.now())


def _hold(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    now = timezone.now()
    if ticket.state == TicketState.CALLED:
        actions.start_service(ticket, by=staff.actor, at=now)
    actions.hold_service(ticket, reason=request.POST.get("reason", ""), by=staff.actor, at=now)


def _resume(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    if counter is None:
        raise NotFound
    actions.resume_service(ticket, counter=counter, by=staff.actor, at=timezone.now())


def _not_come(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    actions.mark_not_come(ticket, by=staff.actor, at=timezone.now())


def _rejoin(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    actions.rejoin(ticket, by=staff.actor, at=timezone.now())


def _call_this(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    if counter is None:
        raise NotFound
    actions.call_ticket(ticket, counter=counter, by=staff.actor, at=timezone.now())


def _transfer(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    """`to`: “queue-<id>” or “counter-<number>”."""
    must_move(staff, ticket)
    kind, _sep, value = request.POST.get("to", "").partition("-")
    setup = setup_of(ticket.branch_id)
    if not is_whole(value):
        raise Invalid({"to": [_("Choose where the customer goes.")]})
    if kind == "queue":
        queue = setup.queues.get(int(value))
        if queue is None:
            raise NotFound
        actions.move_ticket(ticket, queue=queue, by=staff.actor, at=timezone.now())
    else:
        to = counter_of(setup.branch, int(value))
        actions.move_ticket(ticket, counter=to, by=staff.actor, at=timezone.now())
    messages.success(request, _("{number} has been moved.").format(number=ticket.number))


def _identify(request: HttpRequest, staff: Staff, ticket: Ticket, counter: Counter | None) -> None:
    contact = request.POST.get("contact", "")
    customer = ticket.customer if "confirms" in request.POST else actions.find_visitor(contact)
    if customer is None:
        messages.error(request, _("Nobody, or more than one person, has this phone, e-mail or number."))
        return
    named_by = NamedBy.SCANNED if actions.scanned_customer(contact) else NamedBy.STAFF
    actions.identify_visitor(ticket, customer, named_by=named_by, by=staff.actor, at=timezone.now())


VERBS = {
    "start": _start,
    "form": _save,
    "finish": _done,
    "recall": _recall,
    "hold": _hold,
    "resume": _resume,
    "not-come": _not_come,
    "rejoin": _rejoin,
    "call": _call_this,
    "transfer": _transfer,
    "identify": _identify,
}
