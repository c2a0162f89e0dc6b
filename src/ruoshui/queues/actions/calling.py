"""Called out of turn, called again, called in vain."""

from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record, record_all
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._calling import CALLED, GIVEN_UP, current_ticket, mark_called, mark_given_up
from ruoshui.queues.actions._locking import locked_counter, ticket_at, write_ticket, write_tickets
from ruoshui.queues.events import TicketCalled
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState
from ruoshui.queues.refusals import CounterBusy, CounterNotOpen, NotWaiting


@verb
def call_ticket(ticket: Ticket, *, counter: Counter, by: Actor, at: datetime) -> Ticket:
    """Call this one out of turn: somebody on hold, who did not come, or who needs care."""
    turn = locked_counter(counter)
    if counter.state != CounterState.OPEN:
        raise CounterNotOpen(counter=counter.number)
    if (current := current_ticket(counter)) is not None:
        raise CounterBusy(counter=counter.number, number=current.number)
    ticket.refresh_from_db()
    if ticket.branch_id != counter.branch_id or ticket.state not in (
        TicketState.WAITING,
        TicketState.NO_SHOW,
        TicketState.HELD,
    ):
        raise NotWaiting(number=ticket.number)
    told = mark_called(ticket, counter, turn, by=by, at=at)
    write_tickets([ticket], CALLED)
    record_all([told])
    return ticket


@verb
def recall(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """Call again who has been called and has not come yet."""
    turn = ticket_at(ticket, TicketState.CALLED)
    write_ticket(ticket, turn, calls=ticket.calls + 1)
    told = TicketCalled(branch=ticket.branch_id, counter=ticket.counter_id or 0, calls=ticket.calls)
    record(told, about=ticket, by=by, at=at)
    return ticket


@verb
def mark_not_come(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """Called in vain."""
    told = mark_given_up(ticket, ticket_at(ticket, TicketState.CALLED), by=by, at=at)
    write_tickets([ticket], GIVEN_UP)
    record_all([told])
    return ticket
