"""Will it be late? From how long others still took after the same step.

The time from a step to the end has a survival curve, the estimate of Kaplan and Meier (1958) with what still runs as
censored. Someone who has waited w after the step and has l left is late with probability S(w + l) / S(w). A few
observations say little, so each group leans on the more general one as on `LEAN` observations of its own (additive
shrinkage; Efron and Morris 1977 for why).

Pure Python: a page that shows a hundred chances must not load numpy.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

LEAN = 8.0


@dataclass(frozen=True, slots=True)
class Remaining:
    """`seconds` from a step to the end, or so far when it has not `ended`. `groups`: general first, then special."""

    groups: tuple[Hashable, ...]
    seconds: float
    ended: bool


class Survival:
    """The share that still runs after t seconds."""

    def __init__(self, observed: Iterable[tuple[float, bool]]) -> None:
        ordered = sorted(observed)
        self.ended = [seconds for seconds, ended in ordered if ended]
        self.longest = ordered[-1][0] if ordered else 0.0
        self.times: list[float] = []
        self.shares: list[float] = []
        share, at_risk, place = 1.0, len(ordered), 0
        while place < len(ordered):
            seconds, ends, here = ordered[place][0], 0, place
            while place < len(ordered) and ordered[place][0] == seconds:
                ends += ordered[place][1]
                place += 1
            if ends:
                share *= 1 - ends / at_risk
                self.times.append(seconds)
                self.shares.append(share)
            at_risk -= place - here

    def share(self, seconds: float) -> float:
        """Still running after `seconds`."""
        place = bisect_right(self.times, seconds)
        return self.shares[place - 1] if place else 1.0

    def knows(self, seconds: float) -> bool:
        """Was anything seen for so long, or had everything ended before?"""
        return seconds <= self.longest or self.share(self.longest) == 0

    def beyond(self, seconds: float) -> int:
        """How many were seen to end after more than `seconds`."""
        return len(self.ended) - bisect_right(self.ended, seconds)


class Lateness:
    """Learned from many cases, asked for one.

    >>> slow = [Remaining(("all", "survey"), 100.0 * n, True) for n in range(1, 11)]
    >>> quick = [Remaining(("all", "paper"), 10.0 * n, True) for n in range(1, 11)]
    >>> learned = Lateness(slow + quick)
    >>> round(learned.chance(("all", "survey"), waited=0, left=500), 2)
    0.39
    >>> round(learned.chance(("all", "paper"), waited=0, left=500), 2)
    0.11
    >>> learned.chance(("never seen",), waited=0, left=500) is None
    True
    """

    def __init__(self, observed: Iterable[Remaining]) -> None:
        by_group: dict[Hashable, list[tuple[float, bool]]] = defaultdict(list)
        for one in observed:
            for group in one.groups:
                by_group[group].append((one.seconds, one.ended))
        self._of = {group: Survival(values) for group, values in by_group.items()}

    def chance(self, groups: Sequence[Hashable], *, waited: float, left: float) -> float | None:
        """That the end comes more than `left` seconds from now, `waited` seconds after the step. None: nothing like it
        was seen to end later than `waited`, or to last so long. A group of which that is true is passed over.
        """
        chance = None
        for group in groups:
            curve = self._of.get(group)
            if curve is None or not (seen := curve.beyond(waited)) or not curve.knows(waited + left):
                continue
            own = curve.share(waited + left) / curve.share(waited)
            chance = own if chance is None else (seen * own + LEAN * chance) / (seen + LEAN)
        return chance

    def seen(self, groups: Sequence[Hashable], waited: float) -> int:
        """How many of the most special group that was ever seen ended later than `waited`."""
        known = [self._of[group] for group in groups if group in self._of]
        return known[-1].beyond(waited) if known else 0
