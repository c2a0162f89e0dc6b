"""What being called and not having come change about a number; whoever calls these writes and records it."""

from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import Told
from ruoshui.core.statements import Prepared
from ruoshui.queues.actions._locking import Turn
from ruoshui.queues.events import TicketCalled, TicketNotCome
from ruoshui.queues.models import Counter, Ticket, TicketState
from ruoshui.queues.models.tickets import AT_COUNTER

CALLED = ("state", "counter", "for_counter", "staff", "calls", "called_at", "first_called_at", "ended_at")
GIVEN_UP = ("state", "ended_at")
at_counters = Prepared(
    lambda counters: Ticket.objects.filter(state__in=AT_COUNTER).extra(
        where=["counter_id = ANY(%s::bigint[])"], params=[counters]
    ),
    "counters",
)


def current_ticket(counter: Counter) -> Ticket | None:
    """Who is at the counter or on the way to it."""
    return at_counters.first(counters=[counter.pk])


def mark_called(ticket: Ticket, counter: Counter, turn: Turn, *, by: Actor, at: datetime) -> Told:
    """To be written: CALLED."""
    ticket.state = TicketState.CALLED
    ticket.counter, ticket.for_counter, ticket.staff_id = counter, None, counter.staff_id
    ticket.calls = 1
    ticket.called_at, ticket.first_called_at, ticket.ended_at = at, ticket.first_called_at or at, None
    ticket.seq = turn.seq
    return Told(TicketCalled(branch=ticket.branch_id, counter=counter.pk, calls=1), ticket, by, at)


def mark_given_up(ticket: Ticket, turn: Turn, *, by: Actor, at: datetime) -> Told:
    """To be written: GIVEN_UP. Whoever comes late can be let back into the queue."""
    ticket.state, ticket.ended_at, ticket.seq = TicketState.NO_SHOW, at, turn.seq
    return Told(TicketNotCome(branch=ticket.branch_id, counter=ticket.counter_id or 0), ticket, by, at)
