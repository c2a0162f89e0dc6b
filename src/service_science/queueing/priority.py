"""Classes of customers before one team, the first class always first, nobody interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, count, numbers, positive
from service_science.erlang import erlang_c


@dataclass(frozen=True, slots=True)
class ClassWaits:
    """Mean wait of all in the class, those included who do not wait."""

    mean_wait: float


@dataclass(frozen=True, slots=True)
class PatientClass:
    """`waits`: share that finds all busy; `abandons`: share that leaves; `mean_wait` of all, leavers included."""

    waits: float
    abandons: float
    mean_wait: float


def priority_without_end(servers: int, *, arrivals: ArrayLike, service: float) -> tuple[ClassWaits, ...]:
    """Any number of patient classes with one service law: W_k = W_0 / ((1-s_{k-1})(1-s_k)), Cobham 1954; Davis 1966.

    >>> first, second = priority_without_end(1, arrivals=[0.25, 0.25], service=1.0)
    >>> round(first.mean_wait, 6), round(second.mean_wait, 6)
    (0.666667, 1.333333)
    """
    n, mean = count("servers", servers, least=1), positive("service", service)
    rates = numbers("arrivals", arrivals, least=0)
    part = np.concatenate([[0.0], np.cumsum(rates) * mean / n])
    if part[-1] >= 1:
        raise WrongInput("servers", f"{n} cannot carry a load of {part[-1] * n:g}")
    base = erlang_c(n, float(part[-1] * n)) * mean / n
    return tuple(ClassWaits(float(base / ((1 - low) * (1 - high)))) for low, high in zip(part, part[1:], strict=False))


def priority_with_patience(
    servers: int,
    *,
    arrivals: Sequence[float],
    service: float,
    patience: float,
    most_waiting: tuple[int, int] | None = None,
) -> tuple[PatientClass, PatientClass]:
    """Two classes, exponential patience: the Markov chain of (busy or first waiting, second waiting), solved.

    `most_waiting` cuts the two queues; by default where nothing measurable is left beyond.

    >>> first, second = priority_with_patience(50, arrivals=(12.0, 36.0), service=1.0, patience=2.0)
    >>> round(first.mean_wait, 6), round(second.mean_wait, 6)
    (0.012055, 0.078414)
    """
    n, mean, theta = (
        count("servers", servers, least=1),
        positive("service", service),
        1 / positive("patience", patience),
    )
    rates = numbers("arrivals", arrivals, least=0)
    if rates.size != 2:
        raise WrongInput("arrivals", "must be two rates, the first class first")
    cut = most_waiting or (_enough(rates[0], n / mean, theta), _enough(float(rates.sum()), n / mean, theta))
    chain = _steady_state(n, rates, 1 / mean, theta, cut)
    queue = chain[n:].reshape(cut[0] + 1, cut[1] + 1)
    waits = float(queue.sum())
    inside = (float(queue.sum(axis=1) @ np.arange(cut[0] + 1)), float(queue.sum(axis=0) @ np.arange(cut[1] + 1)))
    first, second = (
        PatientClass(waits, theta * people / rate, people / rate) if rate else PatientClass(waits, 0.0, 0.0)
        for people, rate in zip(inside, rates.tolist(), strict=True)
    )
    return first, second


def _enough(rate: float, drain: float, theta: float) -> int:
    """A length of queue that is practically never passed: the mean of a full queue, and ten deviations more."""
    centre = max(0.0, (rate - drain) / theta)
    return int(centre + 10 * np.sqrt(rate / theta) + 40)


def _steady_state(n: int, rates: Floats, mu: float, theta: float, cut: tuple[int, int]) -> Floats:
    """Probabilities of 0…n-1 busy, then of (first waiting, second waiting) with all busy."""
    total = float(rates.sum())
    busy = np.arange(n)
    one, two = (part.ravel() for part in np.meshgrid(np.arange(cut[0] + 1), np.arange(cut[1] + 1), indexing="ij"))
    state, width = n + one * (cut[1] + 1) + two, cut[1] + 1
    moves: list[tuple[Any, Any, Any]] = [
        (busy, busy + 1, np.full(n, total)),
        (busy[1:], busy[1:] - 1, mu * busy[1:]),
        (np.array([n]), np.array([n - 1]), np.array([n * mu])),
    ]
    more_one, more_two, has_one, has_two = one < cut[0], two < cut[1], one > 0, two > 0
    leave_two = theta * two + np.where(has_one, 0.0, n * mu)
    moves += [
        (state[more_one], state[more_one] + width, np.full(more_one.sum(), rates[0])),
        (state[more_two], state[more_two] + 1, np.full(more_two.sum(), rates[1])),
        (state[has_one], state[has_one] - width, (n * mu + theta * one)[has_one]),
        (state[has_two], state[has_two] - 1, leave_two[has_two]),
    ]
    begin, end, rate = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    size = n + one.size
    flow = coo_matrix((rate, (end, begin)), shape=(size, size)).tolil()
    flow.setdiag(-np.bincount(begin, weights=rate, minlength=size))
    # One equation follows from the others: the sum to one takes its place.
    balance = flow.tocsc().tolil()
    balance[n, :] = 1.0
    right = np.zeros(size)
    right[n] = 1.0
    found = spsolve(balance.tocsc(), right)
    return np.asarray(found, dtype=np.float64)
