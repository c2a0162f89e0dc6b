"""Numbers: those asked for at the same moment in different branches are given in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ruoshui.core.actors import Actor
from ruoshui.core.events import Told, record_all
from ruoshui.core.gathering import ALONE, Alone, Gathering, each
from ruoshui.core.idempotency import KeyReused
from ruoshui.core.statements import Prepared, run
from ruoshui.core.verbs import verb
from ruoshui.core.writing import insert_all
from ruoshui.customers.models import Customer
from ruoshui.queues.actions._locking import Turn, locked_branches
from ruoshui.queues.actions.drafting import cleaned_draft
from ruoshui.queues.events import TicketIssued
from ruoshui.queues.floor import SaidWait, floors_of
from ruoshui.queues.models import Appointment, Branch, Business, NamedBy, Queue, Ticket, TicketSource
from ruoshui.queues.models.tickets import ONLY_SAID
from ruoshui.queues.refusals import BranchNotOpen, BusinessNotOffered
from ruoshui.queues.rules import place_for

# A new day begins with the first number, unless somebody of the days before is still here: no two hold one number.
NEXT_NUMBERS = """
UPDATE queues_queue q
SET last_number = CASE WHEN q.numbered_on = n.day THEN q.last_number + 1
  WHEN EXISTS (SELECT 1 FROM queues_ticket t WHERE t.branch_id = q.branch_id AND t.queue_id = q.id AND t.day < n.day
    AND t.state IN ('waiting', 'called', 'serving', 'held')) THEN q.last_number + 1
  ELSE q.first_number END, numbered_on = n.day
FROM unnest(%s::bigint[], %s::date[]) AS n(queue, day) WHERE q.id = n.queue RETURNING q.id, q.last_number
"""
_by_key: Prepared[Ticket] = Prepared(
    lambda keys: Ticket.objects.extra(where=["key = ANY(%s::uuid[])"], params=[keys]), "keys"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWish:
    """A number that somebody asks for. `named_by`: how it is known that it is this customer who stands here.

    `fingerprint`: of what a program asked for; with the same key it may not ask for something else.
    """

    branch: Branch
    business: Business
    key: uuid.UUID | None
    customer: Customer | None
    source: str
    language: str
    care: str
    draft: Mapping[str, Any]
    appointment: Appointment | None = None
    fingerprint: str = ""
    named_by: str = NamedBy.PROGRAM
    by: Actor
    at: datetime

    @property
    def proven(self) -> Customer | None:
        """The customer, where it is not only said."""
        return None if self.named_by in ONLY_SAID else self.customer


@dataclass(frozen=True, slots=True)
class GrantedWish:
    """A wish that can be granted: under which change of the branch, and in which queue."""

    wish: NumberWish
    turn: Turn
    queue: Queue
    draft: dict[str, Any]

    @property
    def day(self) -> date:
        return self.wish.at.astimezone(self.turn.setup.zone).date()


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
    named_by: str = NamedBy.PROGRAM,
    by: Actor,
    at: datetime,
) -> Ticket:
    """A number, with what was announced. Asking again with the same `key` gives the same number.

    The tier of a customer decides the class, unless they are only said to be there; an appointment decides the place.
    """
    wish = NumberWish(
        branch=branch,
        business=business,
        key=key,
        customer=customer,
        source=source,
        language=language,
        care=care,
        appointment=appointment,
        draft=draft or {},
        named_by=named_by,
        by=by,
        at=at,
    )
    return issue(wish)


def issue(wish: NumberWish) -> Ticket:
    return _together.ask(wish)


@verb
def _issue_all(wishes: list[NumberWish], alone: bool) -> list[Ticket | Alone]:
    return issue_under(locked_branches([wish.branch.pk for wish in wishes], alone=alone), wishes, alone=alone)


def issue_under(turns: Mapping[int, Turn], wishes: Sequence[NumberWish], *, alone: bool) -> list[Ticket | Alone]:
    """To wishes of different branches, those in `turns` locked. Who is not `alone` is told ALONE, not refused."""
    keys = [wish.key for wish in wishes if wish.key is not None]
    known = _by_key.all(keys=keys) if keys else []
    earlier: dict[tuple[int, uuid.UUID | None], Ticket] = {(one.branch_id, one.key): one for one in known}

    def answer(wish: NumberWish) -> Ticket | GrantedWish | Alone:
        turn = turns.get(wish.branch.pk)
        if turn is None:
            return ALONE
        given = earlier.get((turn.pk, wish.key))
        if given is not None and given.wished and given.wished != wish.fingerprint:
            raise KeyReused
        return given or _place(wish, turn)

    answers: list[Ticket | GrantedWish | Alone] = each(wishes, answer, alone=alone)
    issued = iter(_issue([place for place in answers if isinstance(place, GrantedWish)]))
    return [next(issued) if isinstance(given, GrantedWish) else given for given in answers]


_together = Gathering(_issue_all, apart=lambda wish: wish.branch.pk)


def _place(wish: NumberWish, turn: Turn) -> GrantedWish:
    setup = turn.setup
    queue = setup.queue_for(wish.business, wish.proven)
    if queue is None:
        raise BusinessNotOffered(branch=setup.branch.name)
    if not setup.is_open(wish.at):
        raise BranchNotOpen(branch=setup.branch.name)
    return GrantedWish(wish, turn, queue, cleaned_draft(wish.business.type, wish.draft))


def _issue(places: Sequence[GrantedWish]) -> list[Ticket]:
    if not places:
        return []
    # Foretold before the tickets are written: should they be rolled back, the floors have not heard of them.
    foretold = _foretold(places)
    days = [place.day for place in places]
    numbers = dict(run(NEXT_NUMBERS, [[place.queue.pk for place in places], days]))
    tickets = [
        _ticket(place, day, f"{place.queue.prefix}{numbers[place.queue.pk]:03d}", said)
        for place, day, said in zip(places, days, foretold, strict=True)
    ]
    insert_all(tickets)
    record_all([_told(place, ticket) for place, ticket in zip(places, tickets, strict=True)])
    return tickets


def _foretold(places: Sequence[GrantedWish]) -> list[SaidWait]:
    floors = floors_of([place.turn.before for place in places], max(place.wish.at for place in places))
    found = []
    for place, floor in zip(places, floors, strict=True):
        with floor.lock:
            found.append(floor.foretell(place.queue.pk, place.wish.at))
    return found


def _ticket(place: GrantedWish, day: date, number: str, said: SaidWait) -> Ticket:
    wish, turn = place.wish, place.turn
    rank, place_at = place_for(turn.setup, place.queue, wish.at, wish.appointment)
    return Ticket(
        key=wish.key or uuid.uuid4(),
        wished=wish.fingerprint,
        branch_id=turn.pk,
        queue=place.queue,
        number=number,
        day=day,
        source=wish.source,
        language=wish.language,
        customer=wish.customer,
        named_by=wish.named_by if wish.customer else "",
        appointment=wish.appointment,
        rank=rank,
        place_at=place_at,
        care=wish.care,
        draft=place.draft,
        joined_at=wish.at,
        said_ahead=said.ahead,
        said_expected=said.expected,
        said_typical=said.typical,
        said_maximum=said.maximum,
        said_learned=said.learned,
        seq=turn.seq,
    )


def _told(place: GrantedWish, ticket: Ticket) -> Told:
    issued = TicketIssued(
        branch=ticket.branch_id,
        queue=place.queue.pk,
        number=ticket.number,
        ahead=ticket.said_ahead or 0,
        expected=ticket.said_expected or 0,
        maximum=ticket.said_maximum or 0,
        learned=ticket.said_learned,
        named_by=ticket.named_by,
    )
    return Told(issued, ticket, place.wish.by, place.wish.at)
