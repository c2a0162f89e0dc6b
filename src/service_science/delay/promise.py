"""A promised maximum that is kept with a stated probability, class by class, while the load drifts.

The promise is the predicted root plus so many of its deviations, squared. How many is learned as one goes (Gibbs,
Candès, NeurIPS 2021): a broken promise raises it, a kept one lowers it, so that in the long run the share kept is the
stated one whatever the load does. Each class has its own number, drawn towards that of all so that rare classes
borrow from the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import erfc, sqrt

from service_science.checks import WrongInput, number, positive, share

FAST_STEP = 0.4  # deviations that one miss moves a class that knows little
SETTLED = 50  # customers after which a class learns by its own, slower step


@dataclass(slots=True)
class _Margin:
    deviations: float
    seen: int = 0

    def step(self, miss: float, allowed: float, slow: float) -> None:
        self.seen += 1
        self.deviations += (FAST_STEP if self.seen <= SETTLED else slow) * (miss - allowed)


@dataclass(slots=True)
class Promise:
    """`kept`: the probability stated, to those who are served. With `weigh_leavers` it is kept to all: who left past
    the promise was missed, who left before it counts as missed with the probability that it would have been. `step`:
    how far one miss moves a class; `drawn`: how far each customer draws the class towards all.

    >>> promise = Promise(kept=0.9)
    >>> round(promise.maximum("ordinary", root=10.0, deviation=2.0))
    158
    """

    kept: float = 0.9
    weigh_leavers: bool = False
    step: float = 0.06
    drawn: float = 0.002
    everyone: _Margin = field(init=False)
    classes: dict[str, _Margin] = field(init=False)

    def __post_init__(self) -> None:
        share("kept", self.kept)
        positive("step", self.step)
        number("drawn", self.drawn, least=0, most=1)
        self.begin_again()

    def begin_again(self) -> None:
        """Forget what was learned: deviations of another model are another measure."""
        self.everyone, self.classes = _Margin(_normal_quantile(self.kept)), {}

    def maximum(self, name: str, *, root: float, deviation: float) -> float:
        """The wait promised, in seconds, to a customer of the class with this prediction of the root."""
        margin = self.classes.get(name, self.everyone).deviations
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

    def margins(self) -> dict[str, tuple[float, int]]:
        """What has been learned, to be kept; "" stands for all."""
        return {"": (self.everyone.deviations, self.everyone.seen)} | {
            name: (margin.deviations, margin.seen) for name, margin in self.classes.items()
        }

    def resume(self, margins: dict[str, tuple[float, int]]) -> None:
        """Go on from what was kept."""
        if "" not in margins:
            raise WrongInput("margins", 'must hold "" for all')
        self.everyone = _Margin(*margins[""])
        self.classes = {name: _Margin(*margin) for name, margin in margins.items() if name}

    def _learn(self, name: str, miss: float) -> None:
        own = self.classes.setdefault(name, _Margin(self.everyone.deviations))
        self.everyone.step(miss, 1 - self.kept, self.step)
        own.step(miss, 1 - self.kept, self.step)
        own.deviations += self.drawn * (self.everyone.deviations - own.deviations)


def _tail(z: float) -> float:
    return erfc(z / sqrt(2)) / 2


def _normal_quantile(p: float) -> float:
    low, high = -10.0, 10.0
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - _tail(middle) < p else (low, middle)
    return low
