"""Shares with honest intervals, also from few answers. Plain Python: pages import it without numpy."""

from dataclasses import dataclass
from math import sqrt

from service_science.checks import WrongInput


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n` as a share between 0 and 1, with the interval it lies in."""

    hits: int
    n: int
    value: float
    low: float
    high: float


def wilson_share(hits: int, n: int, z: float = 1.959964) -> Share:
    """Wilson's score interval: good from about ten answers, and at 0 % and 100 %.

    Wilson, JASA 22 (1927) 209–212. `z` 1.96 gives 95 %.

    >>> share = wilson_share(8, 10)
    >>> round(share.low, 4), round(share.high, 4)
    (0.4902, 0.9433)
    >>> wilson_share(0, 0).high
    1.0
    """
    if not 0 <= hits <= n:
        raise WrongInput("hits", f"must lie between 0 and n, is {hits} of {n}")
    if n == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    p, z2 = hits / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    spread = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Share(hits, n, p, max(0.0, centre - spread), min(1.0, centre + spread))
