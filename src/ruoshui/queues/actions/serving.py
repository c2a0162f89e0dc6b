"""At the counter: begin, hold, go on, finish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.cases.actions import assign_case, categorize_case, close_case, note_case, open_case
from ruoshui.cases.form_answers import form_errors
from ruoshui.cases.models import Case, Channel, Outcome
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._calling import current_ticket
from ruoshui.queues.actions._locking import locked_counter, ticket_at, write_ticket
from ruoshui.queues.actions.drafting import cleaned_draft
from ruoshui.queues.events import ServiceFinished, ServiceHeld, ServiceResumed, ServiceStarted
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState
from ruoshui.queues.refusals import CounterBusy, CounterNotOpen, NothingHeld


@verb
def start_service(ticket: Ticket, *, by: Actor, at: datetime) -> Case:
    """The customer is here. The draft becomes a case of the branch's unit, in the hands of who serves."""
    turn = ticket_at(ticket, TicketState.CALLED)
    case = ticket.case or _open_case(ticket, by=by, at=at)
    write_ticket(ticket, turn, state=TicketState.SERVING, began_at=ticket.began_at or at, case=case)
    started = ServiceStarted(branch=ticket.branch_id, counter=ticket.counter_id or 0, case=case.pk)
    record(started, about=ticket, by=by, at=at)
    return case


def _open_case(ticket: Ticket, *, by: Actor, at: datetime) -> Case:
    business = ticket.queue.business
    case = open_case(
        business.type,
        subject=f"{business.name} · {ticket.number}",
        body="",
        customer=ticket.customer,
        channel=Channel.COUNTER,
        form=ticket.draft,
        is_draft=True,
        unit=ticket.branch.unit,
        by=by,
        at=at,
    )
    if ticket.staff is not None:
        assign_case(case, to=ticket.staff, by=by, at=at)
    return case


@verb
def save_form(ticket: Ticket, answers: Mapping[str, Any], *, by: Actor, at: datetime) -> Case:
    """What was filled in at the counter, into the case; what is missing may still come."""
    ticket_at(ticket, TicketState.SERVING)
    assert ticket.case is not None
    draft = cleaned_draft(ticket.case.type, answers)
    return categorize_case(ticket.case, {"form": draft}, is_draft=True, by=by, at=at)


@verb
def finish_service(
    ticket: Ticket, *, outcome: str = "", summary: str = "", note: str = "", by: Actor, at: datetime
) -> Ticket:
    """The customer goes. With an outcome their case is closed, if its form is complete; without, it stays open and
    goes on behind the counter.
    """
    turn = ticket_at(ticket, TicketState.SERVING)
    case = ticket.case
    assert case is not None
    if note.strip():
        note_case(case, body=note, by=by, at=at)
    if outcome:
        if outcome in (Outcome.SOLVED, Outcome.EXPLAINED) and (errors := form_errors(case.type.form, case.form)):
            raise Invalid(errors)
        close_case(case, outcome=outcome, summary=summary, by=by, at=at)
    write_ticket(ticket, turn, state=TicketState.DONE, ended_at=at)
    record(ServiceFinished(branch=ticket.branch_id, counter=ticket.counter_id or 0), about=ticket, by=by, at=at)
    return ticket


@verb
def hold_service(ticket: Ticket, *, reason: str = "", by: Actor, at: datetime) -> Ticket:
    """The customer has to fill something in or fetch something: the counter is free for others meanwhile."""
    turn = ticket_at(ticket, TicketState.SERVING)
    write_ticket(ticket, turn, state=TicketState.HELD, ended_at=at, note=reason[:200] or ticket.note)
    held = ServiceHeld(branch=ticket.branch_id, counter=ticket.counter_id or 0, reason=reason[:60])
    record(held, about=ticket, by=by, at=at)
    return ticket


@verb
def resume_service(ticket: Ticket, *, counter: Counter, by: Actor, at: datetime) -> Ticket:
    """Go on with somebody on hold, at this counter, without calling them."""
    turn = locked_counter(counter)
    if counter.state != CounterState.OPEN:
        raise CounterNotOpen(counter=counter.number)
    if (current := current_ticket(counter)) is not None:
        raise CounterBusy(counter=counter.number, number=current.number)
    ticket.refresh_from_db()
    if ticket.state != TicketState.HELD or ticket.branch_id != counter.branch_id:
        raise NothingHeld(number=ticket.number)
    write_ticket(
        ticket,
        turn,
        state=TicketState.SERVING,
        counter=counter,
        staff_id=counter.staff_id,
        called_at=at,
        ended_at=None,
    )
    record(ServiceResumed(branch=ticket.branch_id, counter=counter.pk), about=ticket, by=by, at=at)
    return ticket
