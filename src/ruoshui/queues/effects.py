"""What a decision of this moment does to the waits: the queue as it stands, played on with and without it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ruoshui.queues.floor import floor_of
from ruoshui.queues.models import Counter, CounterState, Ticket
from service_science.clearing import Clearing, WaitingCustomer, clear

RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after opening (or closing) a counter: seconds of wait still to come."""

    opens: bool
    waiting: int
    before: Clearing
    after: Clearing

    @property
    def saved(self) -> float:
        return self.before.mean - self.after.mean


def effect_of(branch_id: int, counter: Counter, *, at: datetime) -> Effect:
    """If the counter is closed: opened; if it is open or paused: closed."""
    with floor_of(branch_id, at) as floor:
        lines = floor.waiting()
        services = floor.services()
        open_now = set(floor.open)
        servers = floor.servers(floor.setup.counters, services)
    arrivals = _arrivals(branch_id, at)
    opens = counter.state == CounterState.CLOSED
    after = open_now | {counter.pk} if opens else open_now - {counter.pk}
    waiting = [WaitingCustomer(str(line.queue_id), (at - line.joined_at).total_seconds()) for line in lines]

    def played(open_counters: set[int]) -> Clearing:
        return clear(
            waiting, [servers[pk] for pk in sorted(open_counters) if pk in servers], services, arrivals=arrivals
        )

    return Effect(opens, len(lines), played(open_now), played(after))


def _arrivals(branch_id: int, at: datetime) -> dict[str, float]:
    """People an hour by queue, as in the last hour."""
    rates: dict[str, float] = {}
    recent = Ticket.objects.filter(branch_id=branch_id, joined_at__gte=at - RECENT, joined_at__lt=at)
    for queue in recent.values_list("queue_id", flat=True):
        rates[str(queue)] = rates.get(str(queue), 0.0) + 1.0
    return rates
