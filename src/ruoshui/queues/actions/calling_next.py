"""Who is next: counters of different branches that ask at the same moment are answered in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record_all
from ruoshui.core.gathering import ALONE, Alone, Gathering, each
from ruoshui.core.refusals import NotFound
from ruoshui.core.statements import Prepared, bring_up_to_date
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._calling import CALLED, GIVEN_UP, at_counters, mark_called, mark_given_up
from ruoshui.queues.actions._locking import Turn, locked_branches, write_tickets
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState
from ruoshui.queues.refusals import CounterBusy, CounterNotOpen

# For each counter those sent to this very counter first; then by turn of duty, rank and time.
NEXT = """
queues_ticket.id IN (
SELECT next.id
FROM unnest(%s::bigint[], %s::bigint[]) AS asking(counter, branch) CROSS JOIN LATERAL (
    SELECT t.id FROM queues_ticket t
    LEFT JOIN queues_counterduty d ON d.queue_id = t.queue_id AND d.counter_id = asking.counter
    WHERE t.branch_id = asking.branch AND t.state = 'waiting'
      AND (t.for_counter_id = asking.counter OR (t.for_counter_id IS NULL AND d.id IS NOT NULL))
    ORDER BY CASE WHEN t.for_counter_id IS NULL THEN d.turn ELSE -1 END, t.rank, t.place_at, t.id
    LIMIT 1
) AS next)
"""
_counters = Prepared(
    lambda keys: Counter.objects.select_related("staff").extra(
        where=["queues_counter.id = ANY(%s::bigint[])"], params=[keys]
    ),
    "keys",
)
_next = Prepared(
    lambda counters, branches: Ticket.objects.extra(where=[NEXT], params=[counters, branches]),  # noqa: S610 our own
    "counters",
    "branches",
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A counter that asks who is next."""

    counter: Counter
    after: int | None
    gives_up: bool
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Free:
    """A counter that may have the next, under which change of the branch; `gone`: who was called there in vain."""

    asking: Asking
    turn: Turn
    gone: Ticket | None


def call_next(
    counter: Counter, *, after: int | None = None, gives_up: bool = False, by: Actor, at: datetime
) -> Ticket | None:
    """Call who is next for this counter; None when nobody waits for it.

    `after` is the number the counter's screen showed last (its id, 0 for none): when the answer to an earlier call
    was lost and it is asked again, the number called then is the answer, and nobody is called twice. `gives_up`: that
    number was called and did not come.
    """
    return _together.ask(Asking(counter, after, gives_up, by, at))


@verb
def _call_all(asking: list[Asking], alone: bool) -> list[Ticket | Alone | None]:
    return call_under(locked_branches([one.counter.branch_id for one in asking], alone=alone), asking, alone=alone)


def call_under(turns: Mapping[int, Turn], asking: Sequence[Asking], *, alone: bool) -> list[Ticket | Alone | None]:
    """For counters of different branches, those in `turns` locked. Who is not `alone` is told ALONE, not refused."""
    if not asking:
        return []
    keys = [one.counter.pk for one in asking]
    counters = {counter.pk: counter for counter in _counters.all(keys=keys)}
    there = {ticket.counter_id: ticket for ticket in at_counters.all(counters=keys)}

    def answer(one: Asking) -> Ticket | Free | Alone:
        turn = turns.get(one.counter.branch_id)
        return ALONE if turn is None else _answer(one, turn, counters.get(one.counter.pk), there.get(one.counter.pk))

    answers: list[Ticket | Free | Alone] = each(asking, answer, alone=alone)
    called = iter(_call([free for free in answers if isinstance(free, Free)]))
    return [next(called) if isinstance(given, Free) else given for given in answers]


_together = Gathering(_call_all, apart=lambda one: one.counter.branch_id)


def _answer(one: Asking, turn: Turn, counter: Counter | None, there: Ticket | None) -> Ticket | Free:
    if counter is None:
        raise NotFound
    bring_up_to_date(one.counter, counter)
    if there is not None:
        if there.state == TicketState.CALLED and one.after is not None and one.after != there.pk:
            return there
        if there.state != TicketState.CALLED or not one.gives_up or one.after != there.pk:
            raise CounterBusy(counter=counter.number, number=there.number)
    if counter.state != CounterState.OPEN:
        raise CounterNotOpen(counter=counter.number)
    return Free(one, turn, there)


def _call(free: Sequence[Free]) -> list[Ticket | None]:
    gone = [one for one in free if one.gone is not None]
    told = [mark_given_up(one.gone, one.turn, by=one.asking.by, at=one.asking.at) for one in gone if one.gone]
    # Before the calls: nobody else may be at the counter then.
    write_tickets([one.gone for one in gone if one.gone], GIVEN_UP)
    chosen = _next_for([one.asking.counter for one in free])
    called = []
    for one, ticket in zip(free, chosen, strict=True):
        if ticket is not None:
            told.append(mark_called(ticket, one.asking.counter, one.turn, by=one.asking.by, at=one.asking.at))
            called.append(ticket)
    write_tickets(called, CALLED)
    record_all(told)
    return chosen


def _next_for(counters: Sequence[Counter]) -> list[Ticket | None]:
    if not counters:
        return []
    found = _next.all(counters=[one.pk for one in counters], branches=[one.branch_id for one in counters])
    of_branch = {ticket.branch_id: ticket for ticket in found}  # asked together are counters of different branches
    return [of_branch.get(one.branch_id) for one in counters]
