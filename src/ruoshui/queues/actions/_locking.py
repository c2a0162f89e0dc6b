"""The first line of every verb about a branch's tickets and counters: take the branch's lock, count the change."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from ruoshui.core.refusals import NotFound
from ruoshui.queues.models import Counter, Ticket, TicketState
from ruoshui.queues.refusals import NotAtCounter, NotWaiting


@dataclass(frozen=True, slots=True)
class Turn:
    """This change of a branch: its number, and how often waits were learned. Looks like a `Branch` to the floor."""

    pk: int
    seq: int
    learned: int

    @property
    def before(self) -> "Turn":
        return Turn(self.pk, self.seq - 1, self.learned)


def locked_branch(branch_id: int) -> Turn:
    """Locks the branch until the transaction ends and counts its changes up, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE queues_branch SET seq = seq + 1 WHERE id = %s AND is_active RETURNING seq, learned", [branch_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return Turn(branch_id, *row)


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
    counter.refresh_from_db(from_queryset=Counter.objects.select_related("staff"))
    return turn


def write_ticket(ticket: Ticket, turn: Turn, **values: Any) -> None:
    """Save `values` with the number of this change."""
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.seq = turn.seq
    ticket.save(update_fields=[*values, "seq"])


def write_counter(counter: Counter, turn: Turn, **values: Any) -> None:
    for name, value in values.items():
        setattr(counter, name, value)
    counter.seq = turn.seq
    counter.save(update_fields=[*values, "seq"])
