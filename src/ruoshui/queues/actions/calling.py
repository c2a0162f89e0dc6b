from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.statements import Prepared, run
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import Turn, locked_counter, ticket_at, write_ticket
from ruoshui.queues.events import TicketCalled, TicketNotCome
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState
from ruoshui.queues.models.tickets import AT_COUNTER
from ruoshui.queues.refusals import CounterBusy, CounterNotOpen, NotWaiting

# Those sent to this very counter first; then by turn of duty, rank and time.
NEXT = """
SELECT t.id FROM queues_ticket t
LEFT JOIN queues_counterduty d ON d.queue_id = t.queue_id AND d.counter_id = %s
WHERE t.branch_id = %s AND t.state = 'waiting'
  AND (t.for_counter_id = %s OR (t.for_counter_id IS NULL AND d.id IS NOT NULL))
ORDER BY CASE WHEN t.for_counter_id IS NULL THEN d.turn ELSE -1 END, t.rank, t.place_at, t.id
LIMIT 1
"""
_ticket = Prepared(lambda pk: Ticket.objects.filter(pk=pk), "pk")
_current = Prepared(lambda counter: Ticket.objects.filter(counter_id=counter, state__in=AT_COUNTER), "counter")


@verb
def call_next(
    counter: Counter, *, after: int | None = None, gives_up: bool = False, by: Actor, at: datetime
) -> Ticket | None:
    """Call who is next for this counter; None when nobody waits for it.

    `after` is the number the counter's screen showed last (its id, 0 for none): when the answer to an earlier call
    was lost and it is asked again, the number called then is the answer, and nobody is called twice. `gives_up`: that
    number was called and did not come.
    """
    turn = locked_counter(counter)
    current = current_ticket(counter)
    if current is not None:
        if current.state == TicketState.CALLED and after is not None and after != current.pk:
            return current
        if current.state != TicketState.CALLED or not gives_up or after != current.pk:
            raise CounterBusy(counter=counter.number, number=current.number)
        give_up(current, turn, by=by, at=at)
    _must_be_open(counter)
    ticket = _next_for(counter)
    if ticket is not None:
        _call(ticket, counter, turn, by=by, at=at)
    return ticket


@verb
def call_ticket(ticket: Ticket, *, counter: Counter, by: Actor, at: datetime) -> Ticket:
    """Call this one out of turn: somebody on hold, who did not come, or who needs care."""
    turn = locked_counter(counter)
    _must_be_open(counter)
    if (current := current_ticket(counter)) is not None:
        raise CounterBusy(counter=counter.number, number=current.number)
    ticket.refresh_from_db()
    if ticket.branch_id != counter.branch_id or ticket.state not in (
        TicketState.WAITING,
        TicketState.NO_SHOW,
        TicketState.HELD,
    ):
        raise NotWaiting(number=ticket.number)
    _call(ticket, counter, turn, by=by, at=at)
    return ticket


@verb
def recall(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """Call again who has been called and has not come yet."""
    turn = ticket_at(ticket, TicketState.CALLED)
    write_ticket(ticket, turn, calls=ticket.calls + 1)
    told = TicketCalled(branch=ticket.branch_id, counter=ticket.counter_id or 0, calls=ticket.calls)
    record(told, about=ticket, by=by, at=at)
    return ticket


def current_ticket(counter: Counter) -> Ticket | None:
    """Who is at the counter or on the way to it."""
    return _current.first(counter=counter.pk)


def give_up(ticket: Ticket, turn: Turn, *, by: Actor, at: datetime) -> None:
    """He did not come. Whoever comes late can be let back into the queue."""
    write_ticket(ticket, turn, state=TicketState.NO_SHOW, ended_at=at)
    record(TicketNotCome(branch=ticket.branch_id, counter=ticket.counter_id or 0), about=ticket, by=by, at=at)


def _must_be_open(counter: Counter) -> None:
    if counter.state != CounterState.OPEN:
        raise CounterNotOpen(counter=counter.number)


def _next_for(counter: Counter) -> Ticket | None:
    found = run(NEXT, [counter.pk, counter.branch_id, counter.pk])
    return _ticket.first(pk=found[0][0]) if found else None


def _call(ticket: Ticket, counter: Counter, turn: Turn, *, by: Actor, at: datetime) -> None:
    write_ticket(
        ticket,
        turn,
        state=TicketState.CALLED,
        counter=counter,
        for_counter=None,
        staff_id=counter.staff_id,
        calls=1,
        called_at=at,
        first_called_at=ticket.first_called_at or at,
        ended_at=None,
    )
    record(TicketCalled(branch=ticket.branch_id, counter=counter.pk, calls=1), about=ticket, by=by, at=at)
