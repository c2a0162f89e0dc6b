"""Between queues and counters, to the front, back into the queue."""

from datetime import datetime, timedelta

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_ticket, waiting_ticket, write_ticket
from ruoshui.queues.events import TicketCaredFor, TicketMoved, TicketRejoined
from ruoshui.queues.models import Care, Counter, Queue, Ticket, TicketState
from ruoshui.queues.refusals import NotWaiting, SameQueue
from ruoshui.queues.setup import BranchSetup

MOVABLE = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)
FIRST = timedelta(days=1)  # who is cared for counts as having come a day earlier, and among them by arrival


@verb
def move_ticket(
    ticket: Ticket,
    *,
    queue: Queue | None = None,
    counter: Counter | None = None,
    keeps_place: bool = True,
    by: Actor,
    at: datetime,
) -> Ticket:
    """To another queue, or to one counter in particular, or both. They keep the place their arrival gives them there,
    unless `keeps_place` is off: then they queue at the end. A case that was begun goes along.
    """
    turn = locked_ticket(ticket)
    setup = turn.setup
    if ticket.state not in MOVABLE:
        raise NotWaiting(number=ticket.number)
    to = queue or ticket.queue
    if to.pk not in setup.queues or (counter is not None and counter.pk not in setup.counters):
        raise NotFound
    if counter is None and to.pk == ticket.queue_id and ticket.state == TicketState.WAITING:
        raise SameQueue(number=ticket.number)
    rank, place_at = _place(ticket, setup, to, ticket.joined_at if keeps_place else at)
    before = ticket.queue_id
    write_ticket(
        ticket,
        turn,
        state=TicketState.WAITING,
        queue=to,
        for_counter=counter,
        counter=None,
        rank=rank,
        place_at=place_at,
        called_at=None if ticket.state == TicketState.WAITING else at,
    )
    record(_moved(ticket, before, to, counter, keeps_place=keeps_place), about=ticket, by=by, at=at)
    return ticket


def _moved(ticket: Ticket, before: int, to: Queue, counter: Counter | None, *, keeps_place: bool) -> TicketMoved:
    return TicketMoved(
        branch=ticket.branch_id,
        from_queue=before,
        to_queue=to.pk,
        to_counter=counter.pk if counter else None,
        keeps_place=keeps_place,
    )


def _place(ticket: Ticket, setup: BranchSetup, to: Queue, since: datetime) -> tuple[int, datetime]:
    rank, place_at = setup.place_of(setup.queues[to.pk], since)
    if ticket.place_at < ticket.joined_at - FIRST / 2:  # somebody who is cared for stays in front
        return min(rank, ticket.rank), ticket.place_at
    return rank, place_at


@verb
def care_for(ticket: Ticket, *, care: str, goes_first: bool = True, by: Actor, at: datetime) -> Ticket:
    """Somebody old, ill, in great need: on record, on the screens, and first in their queue if so decided."""
    turn = waiting_ticket(ticket)
    if care not in Care.values:
        raise Invalid({"care": [f"{care}"]})
    rank, place_at = ticket.rank, ticket.place_at
    if goes_first:
        rank, place_at = 0, ticket.joined_at - FIRST
    write_ticket(ticket, turn, care=care, rank=rank, place_at=place_at)
    record(TicketCaredFor(branch=ticket.branch_id, care=care, goes_first=goes_first), about=ticket, by=by, at=at)
    return ticket


@verb
def rejoin(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """Who did not come when called is here after all: back into the queue, at the place their arrival gave them."""
    turn = locked_ticket(ticket)
    if ticket.state != TicketState.NO_SHOW:
        raise NotWaiting(number=ticket.number)
    write_ticket(ticket, turn, state=TicketState.WAITING, counter=None, called_at=at)
    record(TicketRejoined(branch=ticket.branch_id), about=ticket, by=by, at=at)
    return ticket
