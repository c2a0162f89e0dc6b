"""The announcement made to each customer on joining: how long to expect, and a maximum that is kept nine times in ten.

It learns from its own customers. Until it has seen enough it answers by the queue formula.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from service_science.arrays import Floats
from service_science.checks import WrongInput, positive
from service_science.delay.features import features
from service_science.delay.model import LEAST_ROOT_DEVIATION, WaitModel, fit_waits
from service_science.delay.promise import Promise
from service_science.delay.watch import Kind, QueueWatch

ENOUGH = 200  # customers before a model is believed
KEPT = 20_000  # customers kept to learn from: some 40 MB a place
DAY = 86400.0


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


@dataclass(slots=True)
class _Joined:
    kind: str
    at: float
    row: Floats
    promised: float
    root: float
    deviation: float
    waited: float | None = None
    left: bool = False
    due: bool = False


class Announcer:
    """One place. The calls of `QueueWatch`, of which `joined` answers; `refit` at night, say. Places may share a
    promise.

    >>> place = Announcer([Kind("ordinary")], usual_service=300.0)
    >>> place.on_duty(2, 0.0)
    >>> place.joined("A1", "ordinary", 0.0, hour=9.0).ahead
    0
    >>> round(place.joined("A2", "ordinary", 10.0, hour=9.0).expected)
    300
    """

    def __init__(self, kinds: Sequence[Kind], *, usual_service: float = 300.0, promise: Promise | None = None) -> None:
        self.watch = QueueWatch(kinds)
        self.promise = promise or Promise()
        self.model: WaitModel | None = None
        self.usual_service = positive("usual_service", usual_service)
        self.history: deque[tuple[float, float, Floats]] = deque(maxlen=KEPT)
        self._open: dict[Hashable, _Joined] = {}
        self._due: list[tuple[float, int, _Joined]] = []
        self._number = 0

    def joined(self, key: Hashable, kind: str, at: float, *, hour: float) -> Announcement:
        self._settle(at)
        row = features(self.watch, kind, at, hour=hour)
        ahead = self.watch.ahead(kind, at)
        root, deviation, expected, typical = self._predict(row, kind, at)
        promised = self.promise.maximum(kind, root=root, deviation=deviation)
        self.watch.joined(key, kind, at)
        customer = _Joined(kind, at, row, promised, root, deviation)
        self._open[key] = customer
        self._number += 1
        heapq.heappush(self._due, (at + promised, self._number, customer))
        return Announcement(expected, typical, promised, ahead, self.model is not None)

    def joined_unannounced(self, key: Hashable, kind: str, at: float) -> None:
        """A customer to whom nothing is said and from whom nothing is learned: one who is served at once."""
        self.watch.joined(key, kind, at)

    def began(self, key: Hashable, at: float, *, server: str = "") -> None:
        self._settle(at)
        self.watch.began(key, at, server=server)
        customer = self._open.pop(key, None)
        if customer is not None:
            customer.waited = at - customer.at
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


def refit_together(places: Iterable[Announcer], at: float, *, half_life: float = 15.0) -> bool:
    """One model for several places with as many kinds and lines each; False while their customers are too few."""
    found = list(places)
    if len({len(place.watch.kinds) for place in found}) > 1 or len({len(place.watch.lines) for place in found}) > 1:
        raise WrongInput("places", "must have the same number of kinds and of lines")
    rows = [row for place in found for row in place.history]
    if len(rows) < ENOUGH:
        return False
    times, waits = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    ages = np.maximum(0.0, at - times) / DAY
    model = fit_waits(np.array([row[2] for row in rows]), waits, ages=ages, half_life=half_life)
    used = {id(place.promise) for place in found if place.model is not None}
    for place in found:
        if id(place.promise) not in used:  # margins learned on the formula's deviations mean nothing on the model's
            place.promise.begin_again()
        place.model = model
    return True
