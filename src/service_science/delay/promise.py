"""A promised maximum that is kept with a stated probability, class by class, while the load drifts.

The promise is the predicted root plus so many of its deviations, squared. How many is learned as one goes (Gibbs,
Candès, NeurIPS 2021): a broken promise raises it, a kept one lowers it, so that in the long run the share kept is the
stated one whatever the load does. All share one number, which each class moves by an amount of its own that fades, so
that rare classes borrow from the others. Besides, the record itself is looked at (an integral term that restores,
after Angelopoulos, Candès, Tibshirani, NeurIPS 2023): for each per cent that too few promises were kept, the next ones
reach further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import erfc, sqrt

from service_science.checks import WrongInput, number, positive, share

FAST_STEP = 0.4  # deviations that one miss moves what knows little
SETTLED = 50  # customers after which it learns by its own, slower step
RESTORING = 1.0  # deviations for each per cent that the record is off
MOST_RESTORED = 3.0
SHARE_OF_CLASS = 0.5  # a class has few customers: its record speaks half as loud
DOUBT = 30  # customers that a record is diluted with
REMEMBERED = 5000.0  # customers after which the record has forgotten


@dataclass(slots=True)
class _Margin:
    """`deviations` follow the last promises; `missed` is the record: misses beyond the allowed, fading."""

    deviations: float
    seen: int = 0
    missed: float = 0.0

    def step(self, miss: float, allowed: float, by: float) -> None:
        self.seen += 1
        self.deviations += by * (miss - allowed)
        self.missed += miss - allowed - self.missed / REMEMBERED

    @property
    def restoring(self) -> float:
        if self.seen < SETTLED:
            return 0.0
        per_cent = 100 * self.missed / (min(self.seen, REMEMBERED) + DOUBT)
        return max(-MOST_RESTORED, min(MOST_RESTORED, RESTORING * per_cent))


@dataclass(slots=True)
class WaitPromise:
    """`kept`: the probability stated, to those who are served. With `weigh_leavers` it is kept to all: who left past
    the promise was missed, who left before it counts as missed with the probability that it would have been. `step`:
    how far one miss moves all, and once more its class; `drawn`: how much of what sets a class apart fades with each of
    its customers. `on_model`: what was learned speaks of a model's deviations and not of the formula's.

    >>> promise = WaitPromise(kept=0.9)
    >>> round(promise.maximum("ordinary", root=10.0, deviation=2.0))
    158
    """

    kept: float = 0.9
    weigh_leavers: bool = False
    step: float = 0.08
    drawn: float = 0.02
    on_model: bool = False
    beginning: int = 0
    everyone: _Margin = field(init=False)
    classes: dict[str, _Margin] = field(init=False)

    def __post_init__(self) -> None:
        share("kept", self.kept)
        positive("step", self.step)
        number("drawn", self.drawn, least=0, most=1)
        self.begin_again()

    def begin_again(self, deviations: float | None = None) -> None:
        """Forget what was learned: deviations of another model are another measure. `deviations`: the first margin.

        `beginning` counts how often: what was promised before it teaches nothing any more.
        """
        self.beginning += 1
        self.everyone, self.classes = _Margin(_normal_quantile(self.kept) if deviations is None else deviations), {}

    def maximum(self, name: str, *, root: float, deviation: float) -> float:
        """The wait promised, in seconds, to a customer of the class with this prediction of the root."""
        own = self.classes.get(name)
        margin = self.everyone.deviations + self.everyone.restoring
        if own is not None:
            margin += own.deviations + own.restoring * SHARE_OF_CLASS
        reach = number("root", root, least=0) + margin * positive("deviation", deviation)
        return max(0.0, reach) ** 2

    def learn(self, name: str, *, waited: float, promised: float) -> None:
        """A customer was served after `waited`, or still waits when the promise has run out."""
        self._learn(name, 1.0 if number("waited", waited, least=0) > number("promised", promised, least=0) else 0.0)

    def learn_leaver(self, name: str, *, waited: float, promised: float, root: float, deviation: float) -> None:
        """A customer left unserved: beyond the promise it is missed, before it nobody knows."""
        if not self.weigh_leavers:
            return
        if waited > promised:
            self._learn(name, 1.0)
        else:
            beyond = _tail((sqrt(promised) - root) / deviation), _tail((sqrt(waited) - root) / deviation)
            self._learn(name, beyond[0] / beyond[1] if beyond[1] > 0 else 1.0)

    def margins(self) -> dict[str, tuple[float, int, float]]:
        """What has been learned, to be kept; "" stands for all. (deviations, customers, record)."""
        found = {"": self.everyone} | self.classes
        return {name: (margin.deviations, margin.seen, margin.missed) for name, margin in found.items()}

    def resume(self, margins: Mapping[str, Sequence[float]], *, on_model: bool = True) -> None:
        """Go on from what was kept."""
        if "" not in margins:
            raise WrongInput("margins", 'must hold "" for all')
        found = {name: _Margin(float(d), int(seen), float(missed)) for name, (d, seen, missed) in margins.items()}
        self.everyone, self.on_model = found.pop(""), on_model
        self.classes = found

    def _learn(self, name: str, miss: float) -> None:
        own = self.classes.setdefault(name, _Margin(0.0))
        allowed = 1 - self.kept
        self.everyone.step(miss, allowed, FAST_STEP if self.everyone.seen < SETTLED else self.step)
        own.step(miss, allowed, self.step)
        own.deviations *= 1 - self.drawn


def _tail(z: float) -> float:
    return erfc(z / sqrt(2)) / 2


def _normal_quantile(p: float) -> float:
    low, high = -10.0, 10.0
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - _tail(middle) < p else (low, middle)
    return low
