"""Numbers with all that screens and programs show of them.

So many tables are joined that planning takes longer than reading: these statements are planned once.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from ruoshui.core.statements import Prepared
from ruoshui.queues.models import Branch, Ticket, TicketState
from ruoshui.queues.models.tickets import AT_COUNTER, TicketQuerySet

MOST_ASIDE = 12


def _shown() -> TicketQuerySet:
    return Ticket.objects.select_related(
        "branch__unit", "queue__business__type", "queue__service_class", "customer__tier", "counter", "case", "staff"
    )


_by_id = Prepared(
    lambda pks: _shown().extra(where=["queues_ticket.id = ANY(%s::bigint[])"], params=[pks]),
    "pks",
)
_by_key = Prepared(
    lambda keys: _shown().extra(where=["queues_ticket.key = ANY(%s::uuid[])"], params=[keys]),
    "keys",
)
_at_counters = Prepared(
    lambda counters: (
        _shown()
        .filter(state__in=AT_COUNTER)
        .extra(where=["queues_ticket.counter_id = ANY(%s::bigint[])"], params=[counters])
    ),
    "counters",
)
_aside = Prepared(
    lambda branch, day: (
        _shown()
        .filter(branch_id=branch, state__in=(TicketState.HELD, TicketState.NO_SHOW))
        .extra(where=["queues_ticket.day = %s::date"], params=[day])
        .order_by("-seq")[:MOST_ASIDE]
    ),
    "branch",
    texts=("day",),
)


def numbers_of(pks: Collection[int]) -> dict[int, Ticket]:
    return {ticket.pk: ticket for ticket in _by_id.all(pks=list(pks))} if pks else {}


def number_with_key(key: UUID) -> Ticket | None:
    return _by_key.first(keys=[key])


def at_counters(counters: Collection[int]) -> dict[int, Ticket]:
    """Who is at these counters or on the way there, by counter."""
    return {ticket.counter_id or 0: ticket for ticket in _at_counters.all(counters=list(counters))}


def aside(branch: Branch, day: date) -> list[Ticket]:
    """On hold, or called in vain that day: the latest first."""
    return _aside.all(branch=branch.pk, day=day.isoformat())
