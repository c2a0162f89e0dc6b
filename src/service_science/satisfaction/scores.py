"""Net promoter scores and mean scores with intervals that hold from about ten answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, count, number, numbers, share


@dataclass(frozen=True, slots=True)
class Score:
    """A score of `n` answers and the interval it lies in."""

    n: int
    value: float
    low: float
    high: float


def net_promoters(*, promoters: int, passives: int, detractors: int, level: float = 0.95) -> Score:
    """Promoters less detractors in percent, with Tango's score interval (Statistics in Medicine 17 (1998) 891).

    No answers at all: 0, anywhere between -100 and 100.
    """
    b, c = count("promoters", promoters), count("detractors", detractors)
    n = b + c + count("passives", passives)
    if n == 0:
        return Score(0, 0.0, -100.0, 100.0)
    z, middle = NormalDist().inv_cdf((1 + share("level", level)) / 2), (b - c) / n

    def distance(delta: float) -> float:
        """How many standard errors the observed difference lies from `delta`, were that true."""
        linear = -b - c + (2 * n - b + c) * delta
        q = (sqrt(max(0.0, linear**2 + 8 * n * c * delta * (1 - delta))) - linear) / (4 * n)
        error = sqrt(max(0.0, n * (2 * q + delta * (1 - delta))))
        gap = b - c - n * delta
        return gap / error if error > 1e-12 else float(np.sign(gap)) * 1e9

    low = -1.0 if c == n else _root(lambda d: distance(d) - z, -1.0, middle)
    high = 1.0 if b == n else _root(lambda d: distance(d) + z, middle, 1.0)
    return Score(n, 100 * middle, 100 * low, 100 * high)


def _root(falling, low: float, high: float) -> float:  # type: ignore[no-untyped-def]
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def mean_score(answers: ArrayLike, *, lowest: float, highest: float, level: float = 0.95) -> Score:
    """The mean of answers on a scale, for effort and satisfaction scores. The interval is Student's over the answers
    and one more at either end of the scale: it keeps its word also when nearly all answers are the same.

    >>> found = mean_score([5, 5, 4, 5, 3, 5, 5, 4, 5, 5], lowest=1, highest=5)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (4.6, 3.55, 5)
    """
    values = numbers("answers", answers)
    if number("highest", highest) <= number("lowest", lowest):
        raise WrongInput("highest", "must be above lowest")
    if (values < lowest).any() or (values > highest).any():
        raise WrongInput("answers", f"must lie between {lowest:g} and {highest:g}")
    wider = np.concatenate([values, [lowest, highest]])
    half = float(stdtrit(wider.size - 1, (1 + share("level", level)) / 2) * wider.std(ddof=1) / sqrt(wider.size))
    centre = float(wider.mean())
    return Score(values.size, float(values.mean()), max(lowest, centre - half), min(highest, centre + half))
