"""The distribution of people present, carried forward exactly by uniformisation (Jensen 1953; Grassmann 1977)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, gammaln, pdtrik, xlogy

from service_science.arrays import Floats

LEFT = 1e-11  # probability that may be cut off


@dataclass(frozen=True, slots=True)
class ForwardRates:
    """Rates of service and of losing patience, and the length of a step, in one unit of time."""

    served: float
    leaving: float
    step: float


def ahead(state: Floats, law: ForwardRates, rates: Floats, servers: int) -> tuple[Floats, tuple[float, float, float]]:
    """One period of several steps: the distribution at its end; share that waits, mean queue, share that leaves."""
    arrived = waited = queue = 0.0
    for rate in rates.tolist():
        state, spent = _step(state, law, rate, servers)
        people = np.arange(spent.size)
        arrived += rate * law.step
        waited += rate * float(spent[servers:].sum())
        queue += float(spent @ np.maximum(people - servers, 0))
    period = law.step * rates.size
    share = waited / arrived if arrived else 0.0
    return state, (share, queue / period, law.leaving * queue / arrived if arrived else 0.0)


def _step(state: Floats, law: ForwardRates, rate: float, servers: int) -> tuple[Floats, Floats]:
    """The distribution after a step of constant rates, and the time spent in each state during it."""
    grow = int(rate * law.step + 8 * np.sqrt(rate * law.step) + 12)
    state = np.concatenate([state, np.zeros(grow)])
    people = np.arange(state.size)
    up = np.full(state.size, rate)
    up[-1] = 0.0
    down = law.served * np.minimum(people, servers) + law.leaving * np.maximum(people - servers, 0)
    top = float((up + down).max()) or 1.0
    stay = 1 - (up + down) / top
    up, down = up / top, down / top
    weights = _jumps(top * law.step)
    # Time in the state after k jumps: P(more than k jumps) / top.
    times = 1 - gammaincc(np.arange(1, weights.size + 1), top * law.step)
    after, spent = np.zeros(state.size), np.zeros(state.size)
    now = state
    for weight, time in zip(weights.tolist(), times.tolist(), strict=True):
        after += weight * now
        spent += time * now
        moved = stay * now
        moved[1:] += up[:-1] * now[:-1]
        moved[:-1] += down[1:] * now[1:]
        now = moved
    return _cut(after / after.sum()), spent * (law.step / spent.sum())


def _jumps(mean: float) -> Floats:
    """Poisson's probabilities of 0, 1, … jumps, up to where next to nothing is left."""
    number = np.arange(int(np.ceil(pdtrik(1 - 1e-14, mean))) + 2)
    weights: Floats = np.exp(xlogy(number, mean) - gammaln(number + 1) - mean)
    return weights


def _cut(state: Floats) -> Floats:
    """Without the far end that nobody ever sees."""
    beyond = np.cumsum(state[::-1])[::-1]
    kept: Floats = state[: max(1, int((beyond > LEFT).sum()))]
    return kept / kept.sum()
