"""The announcement made to each customer on joining: how long to expect, and a maximum that is kept nine times in ten.

It learns from its own customers. Until it has seen enough it answers by the queue formula.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from service_science.arrays import Floats
from service_science.checks import positive
from service_science.delay.features import features
from service_science.delay.model import LEAST_ROOT_DEVIATION, Blend
from service_science.delay.promise import WaitPromise
from service_science.delay.watch import QueueWatch, WatchedKind

KEPT = 20_000  # customers kept to learn from: some 40 MB a place


@dataclass(frozen=True, slots=True)
class Announcement:
    """Seconds. `expected` is the mean, `typical` the median; `ahead`: people called before; `learned`: not the
    formula.
    """

    expected: float
    typical: float
    maximum: float
    ahead: int
    learned: bool


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be announced, with what the promise and the model learn from later."""

    said: Announcement
    root: float
    deviation: float
    row: Floats


@dataclass(slots=True)
class _Joined:
    kind: str
    at: float
    row: Floats | None
    promised: float
    root: float
    deviation: float
    beginning: int
    waited: float | None = None
    left: bool = False
    due: bool = False


class Announcer:
    """One place. The calls of `QueueWatch`, of which `joined` answers; `refit` at night, say. Places may share a
    promise.

    >>> place = Announcer([WatchedKind("ordinary")], usual_service=300.0)
    >>> place.on_duty(2, 0.0)
    >>> place.joined("A1", "ordinary", 0.0, hour=9.0).ahead
    0
    >>> round(place.joined("A2", "ordinary", 10.0, hour=9.0).expected)
    300
    """

    def __init__(
        self,
        kinds: Sequence[WatchedKind],
        *,
        usual_service: float = 300.0,
        promise: WaitPromise | None = None,
        keep: int = KEPT,
    ) -> None:
        """`keep`: how many customers to learn from are kept; 0 where learning happens elsewhere."""
        self.watch = QueueWatch(kinds)
        self.promise = promise or WaitPromise()
        self.model: Blend | None = None
        self.usual_service = positive("usual_service", usual_service)
        self.history: deque[tuple[float, float, Floats]] = deque(maxlen=keep)
        self._open: dict[Hashable, _Joined] = {}
        self._due: list[tuple[float, int, _Joined]] = []
        self._number = 0

    def joined(self, key: Hashable, kind: str, at: float, *, hour: float) -> Announcement:
        self._settle(at)
        foretold = self.foretell(kind, at, hour=hour)
        self.took(key, kind, at, promised=foretold.said.maximum, foretold=foretold)
        return foretold.said

    def foretell(self, kind: str, at: float, *, hour: float, behind: Collection[Hashable] | None = None) -> Foretold:
        """What one would hear who joins now; changes nothing. `behind`: of those waiting, only these are ahead."""
        if behind is not None:
            with self.watch.with_only(behind):
                return self.foretell(kind, at, hour=hour)
        row = features(self.watch, kind, at, hour=hour)
        ahead = self.watch.ahead(kind, at)
        root, deviation, expected, typical = self._predict(row, kind, at)
        promised = self.promise.maximum(kind, root=root, deviation=deviation)
        said = Announcement(expected, typical, promised, ahead, self.model is not None)
        return Foretold(said, root, deviation, row)

    def took(self, key: Hashable, kind: str, at: float, *, promised: float, foretold: Foretold | None = None) -> None:
        """A customer joined who was promised this. Without `foretold` the promise learns of it, the model does not."""
        self._settle(at)
        self.watch.joined(key, kind, at)
        row, root, deviation = (foretold.row, foretold.root, foretold.deviation) if foretold else (None, 0.0, 1.0)
        customer = _Joined(kind, at, row, promised, root, deviation, self.promise.beginning)
        self._open[key] = customer
        self._number += 1
        heapq.heappush(self._due, (at + promised, self._number, customer))

    def joined_unannounced(self, key: Hashable, kind: str, at: float) -> None:
        """A customer to whom nothing is said and from whom nothing is learned: one who is served at once."""
        self.watch.joined(key, kind, at)

    def began(self, key: Hashable, at: float, *, server: str = "") -> None:
        self._settle(at)
        self.watch.began(key, at, server=server)
        customer = self._open.pop(key, None)
        if customer is not None:
            customer.waited = at - customer.at
            if customer.row is not None:
                self.history.append((customer.at, customer.waited, customer.row))
            if customer.due:
                self._learn(customer)

    def gone(self, key: Hashable, at: float) -> None:
        self._settle(at)
        self.watch.gone(key, at)
        customer = self._open.pop(key, None)
        if customer is not None:
            customer.waited, customer.left = at - customer.at, True
            if customer.due:
                self._learn(customer)

    def ended(self, key: Hashable, at: float) -> None:
        self.watch.ended(key, at)

    def on_duty(self, servers: float, at: float) -> None:
        self.watch.on_duty(servers, at)

    def refit(self, at: float, *, half_life: float = 15.0) -> bool:
        """Learn anew from the customers seen so far; False while they are too few."""
        from service_science.delay.learning import refit_together  # it learns for announcers

        return refit_together([self], at, half_life=half_life)

    def _predict(self, row: Floats, kind: str, at: float) -> tuple[float, float, float, float]:
        if self.model is not None:
            found = self.model.predict(row)
            return float(found.root[0]), float(found.deviation[0]), float(found.expected[0]), float(found.typical[0])
        ahead = self.watch.ahead(kind, at, anywhere=True)
        service = self.watch.everyone.services.known(self.usual_service)
        servers = max(1.0, self.watch.at_work(at)[1])
        if ahead == 0 and self.watch.everyone.busy < servers:
            return 0.0, LEAST_ROOT_DEVIATION, 0.0, 0.0
        # QL: n+1 departures, each after service/servers; its mean, and a coefficient of variation of 1/√(n+1).
        expected = (ahead + 1) * service / servers
        return sqrt(expected), max(LEAST_ROOT_DEVIATION, sqrt(expected / (ahead + 1)) / 2), expected, expected

    def _settle(self, at: float) -> None:
        """Promises whose time is up: kept, or missed as soon as it is known that the customer was served later.

        A kept promise counts at its time and not when the customer is served: otherwise short waits would be heard
        first.
        """
        while self._due and self._due[0][0] <= at:
            customer = heapq.heappop(self._due)[2]
            if customer.waited is None:
                customer.due = True
            else:
                self._learn(customer)

    def _learn(self, customer: _Joined) -> None:
        if customer.beginning != self.promise.beginning:
            return
        waited = customer.waited or 0.0
        if customer.left:
            self.promise.learn_leaver(
                customer.kind,
                waited=waited,
                promised=customer.promised,
                root=customer.root,
                deviation=customer.deviation,
            )
        else:
            self.promise.learn(customer.kind, waited=waited, promised=customer.promised)
