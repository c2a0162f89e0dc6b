"""Erlang B, C and A as one-dimensional integrals: exact to the last digits from one server to millions.

Jagerman, Bell System Technical Journal 53 (1974) 525 for B; Garnett, Mandelbaum, Reiman, M&SOM 4 (2002) 208 for A.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log1p, sqrt

import numpy as np

from service_science.arrays import Floats
from service_science.checks import WrongInput, count, number, positive
from service_science.quadrature import exp_less_line, grid, log1p_less_x


def erlang_b(servers: int, load: float) -> float:
    """The share that finds all `servers` busy and is lost; `load` in erlangs.

    >>> round(erlang_b(2, 1.0), 14)
    0.2
    """
    n, a = count("servers", servers), number("load", load, least=0)
    return 0.0 if a == 0 and n else 1 / _inverse_b(n, a)


def erlang_c(servers: int, load: float) -> float:
    """The share that must wait when all wait as long as it takes; 1 when the queue grows without end.

    >>> round(erlang_c(2, 1.0), 12)
    0.333333333333
    """
    n, a = count("servers", servers), number("load", load, least=0)
    if a >= n:
        return 1.0 if a else 0.0
    return 0.0 if a == 0 else 1 / ((n - a) / n * _inverse_b(n, a) + a / n)


def service_level(servers: int, *, arrivals: float, service: float, answer_within: float) -> float:
    """The share answered within `answer_within`, all customers patient (Erlang C)."""
    rate, mean = number("arrivals", arrivals, least=0), positive("service", service)
    within, n = number("answer_within", answer_within, least=0), count("servers", servers)
    load = rate * mean
    if load >= n:
        return 0.0 if load else 1.0
    return 1 - erlang_c(n, load) * exp(-(n - load) / mean * within)


@dataclass(frozen=True, slots=True)
class SteadyState:
    """The steady state of M/M/n+M. Times in the unit of the arguments.

    `waits`: share that must wait; `abandons`: share that leaves; `mean_wait`: of all, those who leave included;
    `within`: share served within the limit asked for; `occupancy`: share of time a server is busy.
    """

    waits: float
    abandons: float
    mean_wait: float
    within: float
    occupancy: float


def erlang_a(
    servers: int, *, arrivals: float, service: float, patience: float, answer_within: float = 0.0
) -> SteadyState:
    """M/M/n+M: customers leave after an exponential `patience` (mean). Endless patience gives Erlang C.

    >>> waiting = erlang_a(50, arrivals=48.0, service=1.0, patience=2.0)
    >>> round(waiting.waits, 6), round(waiting.abandons, 6)
    (0.467774, 0.030912)
    """
    n, rate = count("servers", servers), positive("arrivals", arrivals)
    mean, within = positive("service", service), number("answer_within", answer_within, least=0)
    load = rate * mean
    if patience == inf:
        return _patient(n, load, mean, within)
    theta = 1 / positive("patience", patience)
    if n == 0:
        return SteadyState(1.0, 1.0, 1 / theta, 0.0, 0.0)
    factor, left, late = _while_waiting(n, rate, mean, theta, within)
    busy = _inverse_b(n, load)
    # Of those who find all busy the served within t: not abandoned before their turn, and their turn came by t.
    waits = 1 / (1 + (busy - 1) / factor) if factor < inf else 1.0
    abandons = waits * left
    return SteadyState(waits, abandons, abandons / theta, 1 - abandons - waits * late, load * (1 - abandons) / n)


def _patient(n: int, load: float, mean: float, within: float) -> SteadyState:
    if load >= n:
        raise WrongInput("patience", "without end needs more servers than the load")
    waits, drain = erlang_c(n, load), (n - load) / mean
    return SteadyState(waits, 0.0, waits / drain, 1 - waits * exp(-drain * within), load / n)


def _inverse_b(n: int, a: float) -> float:
    """1/B = ∫ exp(-u) (1 + u/a)^n du, written around its peak; few servers by the recursion."""
    if n < 200:
        inverse = 1.0
        for k in range(1, n + 1):
            inverse = 1 + inverse * k / a
        return inverse
    if n <= a:
        slope = (a - n) / a
        nodes, weights = grid(
            lambda u: n * log1p_less_x(u / a) - slope * u, begin=0.0, peak=0.0, scale=1 / (slope + sqrt(n) / a)
        )
        return float(weights @ np.exp(n * log1p_less_x(nodes / a) - slope * nodes))
    above = n - a
    nodes, weights = grid(lambda w: n * log1p_less_x(w / n), begin=-above, peak=0.0, scale=sqrt(n))
    with np.errstate(over="ignore"):
        return float(np.exp(_relative_entropy(n, a)) * (weights @ np.exp(n * log1p_less_x(nodes / n))))


def _relative_entropy(n: float, a: float) -> float:
    """n·log(n/a) - n + a, without losing digits where n is near a (Loader 2000)."""
    if abs(n - a) < 0.3 * n:
        return float(-n * log1p_less_x(np.array((a - n) / n)))
    return float(n * (np.log(n) - np.log(a)) - n + a)


def _while_waiting(n: int, rate: float, mean: float, theta: float, within: float) -> tuple[float, float, float]:
    """The factor A, and of those who wait the share that leaves, and the share served later than `within`.

    The virtual wait V (in units of the mean patience) of those who find all busy has density ∝ exp(-x·v + y·(1-e^-v)),
    x = n·mu/theta, y = lambda/theta; A is x times its integral.
    """
    x, y, excess = n / (mean * theta), rate / theta, (rate - n / mean) / theta
    if excess <= 0:
        peak, at_peak = 0.0, 0.0
        scale = min(1.0, 1 / (-excess + sqrt(y)))
    else:
        peak = log1p(excess / x)
        at_peak = _relative_entropy(x, y)  # y - x - x·log(y/x) is the entropy of x against y
        scale = min(1.0, 1 / sqrt(x))

    def curve(v: Floats) -> Floats:
        return -y * exp_less_line(v) + excess * v if excess <= 0 else -x * exp_less_line(v - peak)

    nodes, weights = grid(curve, begin=0.0, peak=peak, scale=scale)
    density = weights * np.exp(curve(nodes))
    mass = float(density.sum())
    left = float(density @ -np.expm1(-nodes)) / mass
    late = 0.0
    if within * theta < nodes.max():
        late = _later(curve, within * theta, peak, scale) / mass
    with np.errstate(over="ignore"):
        return float(x * mass * np.exp(at_peak)), left, late


def _later(curve: Callable[[Floats], Floats], v: float, peak: float, scale: float) -> float:
    """∫ from v of the density times e^-v: the turn came after v and the customer was still there."""
    if v <= peak:
        nodes, weights = grid(curve, begin=v, peak=peak, scale=scale)
        return float(weights @ np.exp(curve(nodes) - nodes))
    height = float(curve(np.array([v]))[0])
    slope = float(curve(np.array([v + scale / 64]))[0]) - height
    step = min(scale, scale / 64 / max(-slope, 1e-12))
    nodes, weights = grid(lambda u: curve(u) - height, begin=v, peak=v, scale=step)
    return float(weights @ np.exp(curve(nodes) - nodes))
