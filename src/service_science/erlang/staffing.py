"""How many servers are enough: searched exactly, or by the square-root rules."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, log, sqrt

import numpy as np
from scipy.special import log_ndtr

from service_science.accelerate import compiled
from service_science.arrays import ArrayLike, Floats, Ints
from service_science.checks import WrongInput, number, numbers, positive, share

FEW = 24  # servers up to which every term is taken


@dataclass(frozen=True, slots=True)
class StaffedInterval:
    """Arrays, an entry an interval: servers needed, and what they then give."""

    servers: Ints
    service_level: Floats
    waits: Floats
    occupancy: Floats


def staff_for_level(
    *, arrivals: float, service: float, answer_within: float, level: float, most_busy: float = 1.0
) -> int:
    """The fewest servers that answer the share `level` within `answer_within` (Erlang C) and are not too busy."""
    found = staff_intervals([arrivals], service=service, answer_within=answer_within, level=level, most_busy=most_busy)
    return int(found.servers[0])


def staff_intervals(
    arrivals: ArrayLike, *, service: float, answer_within: float, level: float, most_busy: float = 1.0
) -> StaffedInterval:
    """The same for each interval on its own; `arrivals` is a rate per unit of time for each."""
    rates = numbers("arrivals", arrivals, least=0)
    mean, within, target = (
        positive("service", service),
        number("answer_within", answer_within, least=0),
        share("level", level),
    )
    busiest = number("most_busy", most_busy, least=0.01, most=1)
    if rates.max() * mean > 1e9:
        raise WrongInput("arrivals", "offer more than a thousand million erlangs")
    servers, (met, waits, busy) = np.empty(rates.size, dtype=np.int64), np.empty((3, rates.size))
    _search(rates * mean, exp(-within / mean), within / mean, 1 / (1 - target), 1 / busiest, servers, met, waits, busy)
    return StaffedInterval(servers, met, waits, busy)


@compiled
def _search(
    loads: Floats, fade: float, within: float, strictness: float, least: float,
    servers: Ints, met: Floats, waits: Floats, busy: Floats,
) -> None:  # fmt: skip
    """Upwards from just above the load, by 1/B(n+1) = 1 + (n+1)/a · 1/B(n): no division in the loop."""
    for i in range(loads.size):
        a = loads[i]
        if a == 0.0:
            servers[i], met[i], waits[i], busy[i] = 0, 1.0, 0.0, 0.0
            continue
        by, n = 1.0 / a, int(max(np.floor(a) + 1.0, np.ceil(a * least - 1e-12)))
        inverse, term = 1.0, 1.0
        if n < FEW:
            for k in range(1, n + 1):
                inverse = 1.0 + inverse * (k * by)
        else:  # 1/B = Σ n!/(n-j)! a^-j, whose terms soon fade; two at a time, for each waits for the one before
            for j in range(0, n, 2):
                one = (n - j) * by
                both = one * ((n - j - 1) * by)
                inverse += term * one + term * both
                term *= both
                if term < 1e-17 * inverse:
                    break
        late = np.exp((a - n) * within)
        # level met  ⇔  C · late ≤ 1 - level, with 1/C = ((n - a)/B + a)/n
        while (n - a) * inverse + a < n * late * strictness:
            n += 1
            inverse = 1.0 + inverse * (n * by)
            late *= fade
        busy[i] = a / n
        waits[i] = n / ((n - a) * inverse + a)
        servers[i], met[i] = n, 1.0 - waits[i] * late


def halfin_whitt(beta: float) -> float:
    """The share that waits with load + beta·√load servers, in the limit (Halfin, Whitt, Oper. Res. 29 (1981) 567).

    >>> round(halfin_whitt(1.0), 4)
    0.2234
    """
    b = positive("beta", beta)
    return 1 / (1 + b / _hazard(-b))


def garnett(beta: float, patience_ratio: float) -> float:
    """The same for impatient customers; `patience_ratio` is service rate / patience rate (Garnett et al. 2002).

    >>> round(garnett(0.0, 1.0), 4)
    0.5
    """
    b, ratio = number("beta", beta), positive("patience_ratio", patience_ratio)
    return 1 / (1 + sqrt(1 / ratio) * _hazard(b * sqrt(ratio)) / _hazard(-b))


def _hazard(x: float) -> float:
    """phi/(1 - Phi) of the standard normal distribution."""
    return exp(-x * x / 2 - log(2 * np.pi) / 2 - float(log_ndtr(-x)))


def square_root_staff(load: float, *, waits: float, patience_ratio: float | None = None) -> int:
    """Servers by the square-root rule so that about the share `waits` must wait.

    >>> square_root_staff(100.0, waits=0.2)
    111
    """
    a, target = positive("load", load), share("waits", waits)
    low, high = (1e-9, 40.0) if patience_ratio is None else (-40.0, 40.0)
    for _halving in range(80):
        middle = (low + high) / 2
        found = halfin_whitt(middle) if patience_ratio is None else garnett(middle, patience_ratio)
        low, high = (middle, high) if found > target else (low, middle)
    return max(1, ceil(a + high * sqrt(a) - 1e-9))
