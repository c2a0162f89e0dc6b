"""One branch in memory: who waits where, who is called, which counters are open, and the announcers they feed."""

import threading
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from typing import Any

from ruoshui.queues.floor.changes import News
from ruoshui.queues.floor.feeding import FIELDS, FloorStep, KnownTicket, in_order, local_seconds, steps_of
from ruoshui.queues.models import Counter, CounterState, Ticket, TicketState, WaitLearning
from ruoshui.queues.setup import BranchSetup
from service_science.clearing import ClearingServer, called_in
from service_science.delay import Announcer, WaitPromise, blend_of, plain_blend
from service_science.delay.model import LEAST_ROOT_DEVIATION

AT_MOST_STEP = 60  # seconds: a longest wait is announced in whole minutes, and what is announced is what must be kept
AT_COUNTER = (TicketState.CALLED, TicketState.SERVING)
Order = tuple[int, datetime, int]  # rank, time, id
GONE = (TicketState.DONE, TicketState.LEFT)


@dataclass(frozen=True, slots=True)
class SaidWait:
    """What is announced: people ahead, and seconds to wait, expected and at most. `learned`: not by the formula."""

    ahead: int
    expected: int
    typical: int
    maximum: int
    learned: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a waiting number stands now: people ahead, and seconds it may still take."""

    ahead: int
    expected: int


def whole_steps(seconds: float) -> int:
    """A longest wait as it is announced: in whole minutes, upwards, and one at least."""
    return AT_MOST_STEP * max(1, ceil(seconds / AT_MOST_STEP))


class Floor:
    """`take_in` brings it up to what the tables say; nothing else changes it. Its lock is held while it is used."""

    def __init__(self, setup: BranchSetup, *, keep: int = 0) -> None:
        self.lock = threading.RLock()
        self.setup = setup
        self.shape = setup.shape
        self.zone = setup.zone
        self.seq = 0
        self.learned = 0
        self.lines: dict[int, KnownTicket] = {}
        self.open: dict[int, Counter] = {}
        self.counters: dict[int, Counter] = {}
        self.promise = WaitPromise()
        self.pools = [self._announcer(pool, keep) for pool in setup.pools]
        self.pool_of = {pk: self.pools[i] for i, pool in enumerate(setup.pools) for pk in pool}

    def _announcer(self, pool: tuple[int, ...], keep: int) -> Announcer:
        minutes = [self.setup.queues[pk].business.usual_minutes for pk in pool]
        usual = 60.0 * sum(minutes) / len(minutes)
        return Announcer(self.setup.kinds(pool), usual_service=usual, promise=self.promise, keep=keep)

    def take_in(self, news: News, seq: int, *, settled: bool = False) -> None:
        """What was read as changed since the last look, up to the branch's change `seq`."""
        lines = [line for line in news.lines if line.seq > self.seq]
        counters = [counter for counter in news.counters if counter.seq > self.seq]
        self.see(counters)
        self.feed(lines)
        seen = [*(line.seq for line in lines), *(counter.seq for counter in counters)]
        self.seq = max([self.seq, *seen, seq] if settled else [self.seq, *seen])

    def see(self, counters: Iterable[Counter]) -> None:
        for counter in counters:
            self.counters[counter.pk] = counter
            if counter.state == CounterState.OPEN:
                self.open[counter.pk] = counter
            else:
                self.open.pop(counter.pk, None)

    def feed(self, lines: Iterable[KnownTicket]) -> None:
        steps: list[FloorStep] = []
        for line in lines:
            if line.queue_id in self.pool_of:
                steps += steps_of(self.lines.get(line.id), line, self.zone)
            if line.state in GONE:
                self.lines.pop(line.id, None)
            else:
                self.lines[line.id] = line
        for step in in_order(steps):
            self._take(step)

    def _take(self, step: FloorStep) -> None:
        place = self._place(step)
        if place is None:
            return
        at = max(step.at, place.watch.at)
        if step.what == "joined":
            self._join(place, step, at)
        elif step.what == "began":
            place.began(step.ticket, at, server=str(step.counter or ""))
        elif step.what == "ended":
            place.ended(step.ticket, at)
        else:
            place.gone(step.ticket, at)

    def _join(self, place: Announcer, step: FloorStep, at: float) -> None:
        if step.promised is None:
            place.joined_unannounced(step.ticket, str(step.queue), at)
        else:
            place.took(step.ticket, str(step.queue), at, promised=float(step.promised))

    def _place(self, step: FloorStep) -> Announcer | None:
        """The announcer that has, or is to have, this ticket; None when it knows nothing of it."""
        if step.what == "joined":
            return self.pool_of[step.queue]
        for place in self.pools:
            known = place.watch.served if step.what == "ended" else place.watch.found_ahead
            if step.ticket in known:
                return place
        return None

    def foretell(self, queue_id: int, at: datetime) -> SaidWait:
        """What somebody would hear who takes a number of this queue now."""
        place, seconds = self._now(queue_id, at)
        setup, queue = self.setup, self.setup.queues[queue_id]
        rank, place_at = setup.place_of(queue, at)
        order = (rank, place_at, 2**62)
        if place.model is None:
            return self._by_hand(queue_id, order)
        ahead = len(self.before(order, queue_id))
        told = place.foretell(str(queue_id), seconds, hour=seconds % 86400 / 3600).said
        return SaidWait(ahead, round(told.expected), round(told.typical), whole_steps(told.maximum), told.learned)

    def standing(self, ticket_id: int, at: datetime) -> Standing | None:
        """Where a waiting ticket stands; None when it does not wait."""
        line = self.lines.get(ticket_id)
        if line is None or line.state != TicketState.WAITING or line.queue_id not in self.pool_of:
            return None
        place, seconds = self._now(line.queue_id, at)
        before = self.before(line.order, line.queue_id)
        if place.model is None:
            return Standing(len(before), self._by_hand(line.queue_id, line.order).expected)
        told = place.foretell(
            str(line.queue_id), seconds, hour=seconds % 86400 / 3600, behind={one.id for one in before}
        )
        return Standing(len(before), round(told.said.typical))

    def _by_hand(self, queue_id: int, order: Order) -> SaidWait:
        """Before anything was learned: the queue as it stands played on, each service taking its usual time."""
        ahead = [str(line.queue_id) for line in self.waiting() if line.order < order]
        there = (str(line.queue_id) for line in self.lines.values() if line.state in AT_COUNTER)
        services = self.services({str(queue_id), *ahead, *there})
        expected = called_in(ahead, str(queue_id), list(self.servers(self.open, services).values()), services)
        before = len(self.before(order, queue_id))
        if expected is None:  # no counter for it is open: as if one opened for those before and them
            expected = (before + 1) * services[str(queue_id)]
        spread = max(LEAST_ROOT_DEVIATION, sqrt(expected / (before + 1)) / 2)
        maximum = self.promise.maximum(str(queue_id), root=sqrt(expected), deviation=spread)
        return SaidWait(before, round(expected), round(expected), whole_steps(maximum), False)

    def services(self, of: Container[str] | None = None) -> dict[str, float]:
        """Mean seconds by queue, of all or of those given: as learned for its business here, else as set up."""
        found = {}
        for pk, queue in self.setup.queues.items():
            if of is not None and str(pk) not in of:
                continue
            line = self.pool_of[pk].watch.lines[str(queue.business_id)]
            found[str(pk)] = max(30.0, line.services.known(60.0 * queue.business.usual_minutes))
        return found

    def servers(self, counters: Iterable[int], services: Mapping[str, float]) -> dict[int, ClearingServer]:
        """What each serves, and when it may be free: after half a usual service if somebody is there."""
        there = {line.counter_id: line for line in self.lines.values() if line.state in AT_COUNTER}
        found = {}
        for pk in counters:
            busy_with = there.get(pk)
            found[pk] = ClearingServer(
                self.setup.turns.get(pk, {}), services.get(str(busy_with.queue_id), 300.0) / 2 if busy_with else 0.0
            )
        return found

    def _now(self, queue_id: int, at: datetime) -> tuple[Announcer, float]:
        place = self.pool_of[queue_id]
        seconds = max(local_seconds(at, self.zone), place.watch.at)
        duty = self._on_duty(queue_id)
        if duty != place.watch.duty:
            place.on_duty(duty, seconds)
        return place, seconds

    def _on_duty(self, queue_id: int) -> int:
        pool = self.pool_of[queue_id]
        return sum(
            1 for pk in self.open if any(self.pool_of.get(served) is pool for served in self.setup.duties.get(pk, ()))
        )

    def before(self, order: Order, queue_id: int) -> list[KnownTicket]:
        """Those who will be called earlier by some counter that serves this queue."""
        rivals = self.setup.rivals.get(queue_id, frozenset({queue_id}))
        return [line for line in self.waiting() if line.queue_id in rivals and line.order < order]

    def waiting(self) -> list[KnownTicket]:
        return sorted(
            (line for line in self.lines.values() if line.state == TicketState.WAITING), key=lambda line: line.order
        )

    def called(self, most: int = 12) -> list[KnownTicket]:
        """Who was called last and may still be on the way or at the counter, the newest call first."""
        at_counters = [line for line in self.lines.values() if line.state in (TicketState.CALLED, TicketState.SERVING)]
        return sorted(at_counters, key=lambda line: line.called_at or line.joined_at, reverse=True)[:most]

    def state(self) -> list[dict[str, Any]]:
        """What was learned, as plain values, a dictionary a pool."""
        return [
            {
                "watch": place.watch.state(),
                "model": plain_blend(place.model) if place.model else None,
                "margins": self.promise.margins(),
            }
            for place in self.pools
        ]

    def resume(self, learning: WaitLearning) -> None:
        """Go on from what was kept: all but who waits, which the tables know better."""
        if learning.shape != self.shape:
            return
        for place, kept in zip(self.pools, learning.pools, strict=True):
            watch = kept["watch"]
            place.watch.resume(watch | {"waiting": {}, "found_ahead": [], "served": [], "duty": None})
            for server in place.watch.servers.values():
                server.customer = None
        self.adopt(learning)
        self.seq = learning.through

    def adopt(self, learning: WaitLearning) -> None:
        """Models and margins, and nothing else."""
        if learning.shape != self.shape:
            return
        for place, kept in zip(self.pools, learning.pools, strict=True):
            place.model = blend_of(kept["model"]) if kept["model"] else None
        if learning.pools:
            on_model = any(kept["model"] for kept in learning.pools)
            if on_model and not self.promise.on_model:
                self.promise.begin_again()  # what was promised by the formula teaches nothing any more
            self.promise.resume(learning.pools[0]["margins"], on_model=on_model)

    def begin(self, at: datetime) -> None:
        """Take in the tickets that were inside when what was kept ends, before the later changes."""
        inside = Ticket.objects.filter(branch_id=self.setup.branch.pk, joined_at__gte=at - timedelta(hours=20))
        known = inside.filter(seq__lte=self.seq).exclude(state__in=GONE)
        self.see(Counter.objects.filter(branch_id=self.setup.branch.pk).select_related("staff"))
        self.feed(KnownTicket(*row) for row in known.order_by("seq").values_list(*FIELDS))
