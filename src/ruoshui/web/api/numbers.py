"""What can be done with a number, and what was announced, for programs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.organization.models import Scope, Staff
from ruoshui.queues import actions
from ruoshui.queues.models import Ticket
from ruoshui.queues.queries import Announced, announced_to, by, in_all
from ruoshui.queues.setup import setup_of
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.queue_types import (
    AnnouncedOut,
    CareIn,
    FormIn,
    HoldIn,
    LeaveIn,
    MoveIn,
    ServiceEndIn,
    TicketOut,
)
from ruoshui.web.api.types import Code, Id
from ruoshui.web.branch_access import (
    counter_of,
    must_look_after,
    must_move,
    must_serve,
    must_sit_at,
    must_supervise,
    visible_branch,
    visible_ticket,
)
from ruoshui.web.shown_numbers import numbers_of

READ, WRITE = Token(Scope.QUEUES_READ), Token(Scope.QUEUES_WRITE)
router = Router(tags=["queues"])


def _ticket(request: HttpRequest, pk: int, guard: Callable[[Staff, Ticket], None] = must_serve) -> Ticket:
    ticket = visible_ticket(staff_of(request), pk)
    guard(staff_of(request), ticket)
    return ticket


def _fresh(pk: int) -> TicketOut:
    return TicketOut.of(numbers_of([pk])[pk])


def said(request: HttpRequest) -> dict[str, Any]:
    return {"by": token_of(request).actor, "at": timezone.now()}


@router.get("/numbers/{pk}", auth=READ, response={200: TicketOut, **ERRORS}, operation_id="get_number")
def get(request: HttpRequest, pk: Id) -> Any:
    return TicketOut.of(visible_ticket(staff_of(request), pk))


@router.post("/numbers/{pk}/start", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="start_service")
def start(request: HttpRequest, pk: Id) -> Any:
    """The customer is at the counter: their draft becomes a case."""
    actions.start_service(_ticket(request, pk), **said(request))
    return _fresh(pk)


@router.put("/numbers/{pk}/form", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="fill_form")
def form(request: HttpRequest, pk: Id, body: FormIn) -> Any:
    """Before service into the draft, during it into the case."""
    ticket = _ticket(request, pk)
    if ticket.case_id:
        actions.save_form(ticket, body.form, **said(request))
    else:
        actions.fill_draft(ticket, body.form, **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/finish", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="finish_service")
def finish(request: HttpRequest, pk: Id, body: ServiceEndIn) -> Any:
    """With an outcome the case is closed; without one it goes on behind the counter."""
    given: dict[str, Any] = {"outcome": body.outcome or "", "summary": body.summary, "note": body.note}
    actions.finish_service(_ticket(request, pk), **given, **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/recall", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="recall_number")
def recall(request: HttpRequest, pk: Id) -> Any:
    actions.recall(_ticket(request, pk), **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/absence", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="mark_not_come")
def not_come(request: HttpRequest, pk: Id) -> Any:
    actions.mark_not_come(_ticket(request, pk), **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/return", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="rejoin_queue")
def rejoin(request: HttpRequest, pk: Id) -> Any:
    """Who was called in vain is here after all."""
    actions.rejoin(_ticket(request, pk), **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/hold", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="hold_service")
def hold(request: HttpRequest, pk: Id, body: HoldIn) -> Any:
    actions.hold_service(_ticket(request, pk), reason=body.reason, **said(request))
    return _fresh(pk)


@router.post(
    "/branches/{code}/counters/{number}/numbers/{pk}",
    auth=WRITE,
    response={200: TicketOut, **ERRORS},
    operation_id="call_number",
)
def call_this(request: HttpRequest, code: Code, number: int, pk: Id) -> Any:
    """Out of turn: resume who is on hold, or call who waits or came too late."""
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    ticket, counter = _ticket(request, pk), counter_of(branch, number)
    must_sit_at(staff, branch, counter)
    if ticket.branch_id != branch.pk:
        raise NotFound
    if ticket.state == "held":
        actions.resume_service(ticket, counter=counter, **said(request))
    else:
        actions.call_ticket(ticket, counter=counter, **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/move", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="move_number")
def move(request: HttpRequest, pk: Id, body: MoveIn) -> Any:
    """To another queue, by its letters, or to one counter."""
    ticket = _ticket(request, pk, must_move)
    setup = setup_of(ticket.branch_id)
    queue = next((one for one in setup.queues.values() if one.prefix == body.queue), None)
    if body.queue is not None and queue is None:
        raise Invalid({"queue": [f"There is no queue {body.queue}."]})
    counter = counter_of(setup.branch, body.counter) if body.counter is not None else None
    actions.move_ticket(ticket, queue=queue, counter=counter, keeps_place=body.keeps_place, **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/care", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="care_for_number")
def care(request: HttpRequest, pk: Id, body: CareIn) -> Any:
    given: dict[str, Any] = {"care": body.care, "goes_first": body.goes_first}
    ticket = _ticket(request, pk, lambda staff, one: must_look_after(staff, one.branch))
    actions.care_for(ticket, **given, **said(request))
    return _fresh(pk)


@router.post("/numbers/{pk}/departure", auth=WRITE, response={200: TicketOut, **ERRORS}, operation_id="leave_queue")
def leave(request: HttpRequest, pk: Id, body: LeaveIn) -> Any:
    actions.leave_queue(_ticket(request, pk, must_move), reason=body.reason, **said(request))
    return _fresh(pk)


@router.get(
    "/branches/{code}/announcements",
    auth=READ,
    response={200: list[AnnouncedOut], **ERRORS},
    operation_id="announced_and_actual",
)
def announcements(request: HttpRequest, code: Code, days: int = Query(7, ge=1, le=3660)) -> Any:  # type: ignore[type-arg]
    """Announced against actual: all together, then by class and by hour of arrival."""
    branch = visible_branch(staff_of(request), code)
    must_supervise(staff_of(request), branch)
    now = timezone.now()
    tickets = announced_to(branch, now - timedelta(days=days), now)
    setup = setup_of(branch.pk, branch.revision)
    classes = {queue.service_class_id: queue.service_class.code for queue in setup.queues.values()}
    rows = [_row("all", in_all(tickets))]
    rows += [_row(f"class {classes.get(row.key, row.key)}", row) for row in by(tickets, "class", branch)]
    return rows + [_row(f"hour {row.key}", row) for row in by(tickets, "hour", branch)]


def _row(group: str, row: Announced) -> AnnouncedOut:
    return AnnouncedOut(
        group=group,
        customers=row.n,
        kept=row.kept.value,
        kept_low=row.kept.low,
        kept_high=row.kept.high,
        mean_error=row.error,
        mean_wait=row.wait,
        mean_promise=row.promised,
    )
