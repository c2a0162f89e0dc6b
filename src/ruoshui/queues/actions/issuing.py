import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.statements import Prepared, insert, run
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer
from ruoshui.queues.actions._locking import Turn, locked_branch
from ruoshui.queues.actions.drafting import cleaned_draft
from ruoshui.queues.events import TicketIssued
from ruoshui.queues.floor import Said, floor_of
from ruoshui.queues.models import Appointment, Branch, Business, Queue, Ticket, TicketSource
from ruoshui.queues.refusals import BranchNotOpen, BusinessNotOffered
from ruoshui.queues.rules import place_for
from ruoshui.queues.setup import BranchSetup

NEXT_NUMBER = """
UPDATE queues_queue SET last_number = CASE WHEN numbered_on = %s THEN last_number + 1 ELSE first_number END,
    numbered_on = %s
WHERE id = %s RETURNING last_number
"""
_by_key: Prepared[Ticket] = Prepared(
    lambda branch, key: Ticket.objects.extra(where=["key = %s::uuid"], params=[key]).filter(branch_id=branch),
    "branch",
    texts=("key",),
)


@verb
def issue_ticket(
    branch: Branch,
    *,
    business: Business,
    key: uuid.UUID | None = None,
    customer: Customer | None = None,
    source: str = TicketSource.KIOSK,
    language: str = "zh-hans",
    care: str = "",
    appointment: Appointment | None = None,
    draft: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Ticket:
    """A number, with what was announced. Asking again with the same `key` gives the same number.

    The customer's tier decides the class; an appointment decides the place.
    """
    turn = locked_branch(branch.pk)
    setup = turn.setup
    queue = setup.queue_for(business, customer)
    if queue is None:
        raise BusinessNotOffered(branch=setup.branch.name)
    if key is not None and (earlier := _by_key.first(branch=branch.pk, key=str(key))):
        return earlier
    if not setup.is_open(at):
        raise BranchNotOpen(branch=setup.branch.name)
    said = _said(setup, queue, turn, at)
    rank, place_at = place_for(setup, queue, at, appointment)
    ticket = Ticket(
        key=key or uuid.uuid4(),
        branch_id=branch.pk,
        queue=queue,
        number=_next_number(queue, setup, at),
        day=at.astimezone(setup.zone).date(),
        source=source,
        language=language,
        customer=customer,
        appointment=appointment,
        rank=rank,
        place_at=place_at,
        care=care,
        draft=cleaned_draft(business.type, draft or {}),
        joined_at=at,
        said_ahead=said.ahead,
        said_expected=said.expected,
        said_typical=said.typical,
        said_maximum=said.maximum,
        said_learned=said.learned,
        seq=turn.seq,
    )
    insert(ticket)
    told = TicketIssued(
        branch=branch.pk,
        queue=queue.pk,
        number=ticket.number,
        ahead=said.ahead,
        expected=said.expected,
        maximum=said.maximum,
        learned=said.learned,
    )
    record(told, about=ticket, by=by, at=at)
    return ticket


def _said(setup: BranchSetup, queue: Queue, turn: Turn, at: datetime) -> Said:
    """Looked up before this ticket is written: should it be rolled back, the floor has not heard of it."""
    with floor_of(turn.pk, at, turn.before) as floor:
        return floor.foretell(queue.pk, at)


def _next_number(queue: Queue, setup: BranchSetup, at: datetime) -> str:
    """The next of the day, under the branch's lock."""
    day = at.astimezone(setup.zone).date()
    ((number,),) = run(NEXT_NUMBER, [day, day, queue.pk])
    return f"{queue.prefix}{number:03d}"
