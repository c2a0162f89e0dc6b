"""What a decision of this moment does to the waits: the queue as it stands, played on with and without it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ruoshui.queues.floor import Floor, floor_of
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState
from service_science.clearing import Clearing, Server, Waiting, clear

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
        services = _services(floor)
        open_now = set(floor.open)
        servers = {pk: _server(floor, pk, at) for pk in floor.setup.counters}
    arrivals = _arrivals(branch_id, at)
    opens = counter.state == CounterState.CLOSED
    after = open_now | {counter.pk} if opens else open_now - {counter.pk}
    waiting = [Waiting(str(line.queue_id), (at - line.joined_at).total_seconds()) for line in lines]

    def played(open_counters: set[int]) -> Clearing:
        return clear(
            waiting, [servers[pk] for pk in sorted(open_counters) if pk in servers], services, arrivals=arrivals
        )

    return Effect(opens, len(lines), played(open_now), played(after))


def _services(floor: Floor) -> dict[str, float]:
    """Mean seconds by queue: as learned for its business, else as set up."""
    found = {}
    for pk, queue in floor.setup.queues.items():
        line = floor.pool_of[pk].watch.lines[str(queue.business_id)]
        found[str(pk)] = max(30.0, line.services.known(60.0 * queue.business.usual_minutes))
    return found


def _server(floor: Floor, counter: int, at: datetime) -> Server:
    """What it serves, and when it may be free: half a service from now if somebody is there."""
    turns = {str(queue): turn for queue, turn in floor.setup.duties.get(counter, {}).items()}
    busy = any(
        line.counter_id == counter and line.state in (TicketState.CALLED, TicketState.SERVING)
        for line in floor.lines.values()
    )
    services = _services(floor)
    usual = sum(services[name] for name in turns if name in services) / max(1, len(turns))
    return Server(turns, usual / 2 if busy else 0.0)


def _arrivals(branch_id: int, at: datetime) -> dict[str, float]:
    """People an hour by queue, as in the last hour."""
    rates: dict[str, float] = {}
    recent = Ticket.objects.filter(branch_id=branch_id, joined_at__gte=at - RECENT, joined_at__lt=at)
    for queue in recent.values_list("queue_id", flat=True):
        rates[str(queue)] = rates.get(str(queue), 0.0) + 1.0
    return rates
