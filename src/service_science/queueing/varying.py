"""Days whose arrivals and staff change: M_t/M/s_t+M followed exactly, and staff found for it.

SIPP, MOL: Green, Kolesar, Whitt, POMS 16 (2007) 13; Jennings et al., Management Science 42 (1996) 1383.
ISA: Feldman, Mandelbaum, Massey, Whitt, Management Science 54 (2008) 324.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np

from service_science.arrays import ArrayLike, Floats, Ints
from service_science.checks import WrongInput, count, numbers, positive, share
from service_science.erlang import erlang_a
from service_science.queueing.forward import ForwardRates, ahead


@dataclass(frozen=True, slots=True)
class Day:
    """An entry a period: staff; of those who arrive in it the share that waits and that leaves; the mean queue."""

    servers: Ints
    waits: Floats
    mean_queue: Floats
    abandons: Floats


def follow_day(servers: ArrayLike, *, arrivals: ArrayLike, period: float, service: float, patience: float = inf) -> Day:
    """What the given staff gives, from an empty start. `arrivals`: rates of equal steps, one or several a period."""
    staff = numbers("servers", servers, least=0)
    law, steps = _law(arrivals, staff.size, period, service, patience)
    state = np.ones(1)
    rows = []
    for n, rates in zip(staff.tolist(), steps, strict=True):
        state, row = ahead(state, law, rates, count("servers", n))
        rows.append(row)
    waits, queue, left = (np.array(column) for column in zip(*rows, strict=True))
    return Day(staff.astype(np.int64), waits, queue, left)


def staff_by_sipp(
    arrivals: ArrayLike, *, periods: int, period: float, service: float, waits: float, patience: float = inf
) -> Ints:
    """Stationary, independent, period by period: each period as if its mean rate had lasted for ever."""
    _, steps = _law(arrivals, periods, period, service, patience)
    return _each([float(rates.mean()) for rates in steps], service, waits, patience)


def staff_by_mol(
    arrivals: ArrayLike, *, periods: int, period: float, service: float, waits: float, patience: float = inf
) -> Ints:
    """Modified offered load: the load that endless servers would carry, m' = rate - m/service, in place of the rate."""
    _, steps = _law(arrivals, periods, period, service, patience)
    return _each([load / service for load in _offered(steps, period, service)], service, waits, patience)


def staff_by_isa(
    arrivals: ArrayLike, *, periods: int, period: float, service: float, waits: float, patience: float = inf
) -> Day:
    """The fewest in each period that keep the share that waits at or below `waits`, by the exact equations.

    The future cannot change a period, so each is settled before the next is looked at.

    >>> day = staff_by_isa([10, 60, 60, 20], periods=4, period=0.5, service=0.1, waits=0.2)
    >>> day.servers.tolist(), bool((day.waits <= 0.2).all())
    ([3, 8, 10, 6], True)
    """
    target = share("waits", waits)
    law, steps = _law(arrivals, periods, period, service, patience)
    state = np.ones(1)
    staff, rows = [], []
    for guess, rates in zip(staff_by_mol(arrivals, periods=periods, period=period, service=service, waits=waits,
                                         patience=patience).tolist(), steps, strict=True):  # fmt: skip
        n, after, row = _fewest(state, law, rates, guess, target)
        state = after
        staff.append(n)
        rows.append(row)
    waiting, queue, left = (np.array(column) for column in zip(*rows, strict=True))
    return Day(np.array(staff), waiting, queue, left)


Row = tuple[float, float, float]


def _fewest(state: Floats, law: ForwardRates, rates: Floats, guess: int, target: float) -> tuple[int, Floats, Row]:
    n = guess
    after, row = ahead(state, law, rates, n)
    while row[0] > target:
        n += 1
        after, row = ahead(state, law, rates, n)
    while n > 0:
        fewer, lower = ahead(state, law, rates, n - 1)
        if lower[0] > target:
            break
        n, after, row = n - 1, fewer, lower
    return n, after, row


def _law(
    arrivals: ArrayLike, periods: int, period: float, service: float, patience: float
) -> tuple[ForwardRates, list[Floats]]:
    rates, parts = numbers("arrivals", arrivals, least=0), count("periods", periods, least=1)
    if rates.size % parts:
        raise WrongInput("arrivals", f"{rates.size} steps cannot be divided among {parts} periods")
    length, mean = positive("period", period), positive("service", service)
    theta = 0.0 if patience == inf else 1 / positive("patience", patience)
    return ForwardRates(1 / mean, theta, length / (rates.size // parts)), np.split(rates, parts)


def _offered(steps: list[Floats], period: float, service: float) -> list[float]:
    """The mean load of each period: the solution of m' = rate - m/service, exact for constant steps."""
    step, load, means = period / steps[0].size, 0.0, []
    fade = np.exp(-step / service)
    for rates in steps:
        total = 0.0
        for rate in rates.tolist():
            settled = rate * service
            total += settled * step + (load - settled) * service * (1 - fade)
            load = settled + (load - settled) * fade
        means.append(total / period)
    return means


def _each(rates: list[float], service: float, waits: float, patience: float) -> Ints:
    target = share("waits", waits)
    return np.array([_stationary(rate, service, target, patience) for rate in rates], dtype=np.int64)


def _stationary(rate: float, service: float, target: float, patience: float) -> int:
    """The fewest servers of one steady period, by halving: fewer always wait with more servers."""
    if rate <= 0:
        return 0
    load = rate * service
    low = 0 if patience < inf else int(load)
    high = ceil(load + 6 * sqrt(load) / target + 10)
    while high - low > 1:
        middle = (low + high) // 2
        met = erlang_a(middle, arrivals=rate, service=service, patience=patience).waits <= target
        low, high = (low, middle) if met else (middle, high)
    return high
