"""The first line of every verb about a branch's tickets and counters: take the branch's lock, count the change."""

from typing import Any

from ruoshui.core.refusals import NotFound
from ruoshui.core.statements import Prepared, run, update
from ruoshui.queues.floor.keeping import Mark
from ruoshui.queues.models import Counter, Ticket, TicketState
from ruoshui.queues.refusals import NotAtCounter, NotWaiting

Turn = Mark  # this change of a branch


LOCK = "UPDATE queues_branch SET seq = seq + 1 WHERE id = %s AND is_active RETURNING seq, learned, revision"
_counter = Prepared(lambda pk: Counter.objects.select_related("staff").filter(pk=pk), "pk")


def locked_branch(branch_id: int) -> Turn:
    """Locks the branch until the transaction ends and counts its changes up, in one statement."""
    rows = run(LOCK, [branch_id])
    if not rows:
        raise NotFound
    return Turn(branch_id, *rows[0])


def locked_ticket(ticket: Ticket) -> Turn:
    """Locks the ticket's branch and brings the caller's object up to date."""
    turn = locked_branch(ticket.branch_id)
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_related("customer__tier", "case"))
    return turn


def waiting_ticket(ticket: Ticket) -> Turn:
    turn = locked_ticket(ticket)
    if ticket.state != TicketState.WAITING:
        raise NotWaiting(number=ticket.number)
    return turn


def ticket_at(ticket: Ticket, *states: str) -> Turn:
    """Locked, and at a counter in one of these states."""
    turn = locked_ticket(ticket)
    if ticket.state not in states:
        raise NotAtCounter(number=ticket.number)
    return turn


def locked_counter(counter: Counter) -> Turn:
    turn = locked_branch(counter.branch_id)
    current = _counter.first(pk=counter.pk)
    if current is None:
        raise NotFound
    for name in ("state", "staff_id", "seq", "number", "is_active"):
        setattr(counter, name, getattr(current, name))
    counter.staff = current.staff
    return turn


def write_ticket(ticket: Ticket, turn: Turn, **values: Any) -> None:
    """Save `values` with the number of this change."""
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.seq = turn.seq
    update(ticket, (*values, "seq"))


def write_counter(counter: Counter, turn: Turn, **values: Any) -> None:
    for name, value in values.items():
        setattr(counter, name, value)
    counter.seq = turn.seq
    update(counter, (*values, "seq"))
