"""The first line of every verb about a branch's tickets and counters: take the branch's lock, count the change."""

from collections.abc import Sequence
from typing import Any

from ruoshui.core.refusals import NotFound
from ruoshui.core.statements import bring_up_to_date, run
from ruoshui.core.writing import update, update_all
from ruoshui.queues.floor.keeping import Mark
from ruoshui.queues.models import Counter, Ticket, TicketState
from ruoshui.queues.refusals import NotAtCounter, NotWaiting

Turn = Mark  # this change of a branch


LOCK = "UPDATE queues_branch SET seq = seq + 1 WHERE id = %s AND is_active RETURNING seq, learned, revision"
# For statements that find everything by its key: planned while a table was empty, some would read all of it.
BY_KEY = ", set_config('enable_seqscan', 'off', true)"
LOCK_FREE = f"""
WITH free AS (
    SELECT id FROM queues_branch WHERE id = ANY(%s::bigint[]) AND is_active ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE queues_branch b SET seq = b.seq + 1 FROM free WHERE b.id = free.id
RETURNING b.id, b.seq, b.learned, b.revision{BY_KEY}
"""  # noqa: S608 our own text


def locked_branch(branch_id: int) -> Turn:
    """Locks the branch until the transaction ends and counts its changes up, in one statement."""
    return _locked(branch_id, LOCK)


def _locked(branch_id: int, statement: str) -> Turn:
    rows = run(statement, [branch_id])
    if not rows:
        raise NotFound
    return Turn(branch_id, *rows[0][:3])


def locked_branches(ids: Sequence[int], *, alone: bool) -> dict[int, Turn]:
    """One branch `alone` as `locked_branch`; else those that nobody else is just changing."""
    if alone:
        return {ids[0]: _locked(ids[0], LOCK + BY_KEY)}
    return {row[0]: Turn(*row[:4]) for row in run(LOCK_FREE, [list(ids)])}


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
    current = Counter.objects.select_related("staff").filter(pk=counter.pk).first()
    if current is None:
        raise NotFound
    bring_up_to_date(counter, current)
    return turn


def write_ticket(ticket: Ticket, turn: Turn, **values: Any) -> None:
    """Save `values` with the number of this change."""
    if "counter" in values:
        ticket.left_counter_id = ticket.counter_id
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.seq = turn.seq
    update(ticket, (*values, "seq"))


def write_tickets(tickets: Sequence[Ticket], names: Sequence[str]) -> None:
    """Save these fields of several, with the number of change that each carries."""
    update_all(tickets, [*names, "seq"])


def write_counter(counter: Counter, turn: Turn, **values: Any) -> None:
    for name, value in values.items():
        setattr(counter, name, value)
    counter.seq = turn.seq
    update(counter, (*values, "seq"))
