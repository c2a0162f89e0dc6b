"""What drives satisfaction: R² shared out among the drivers, averaged over every order of entering (LMG, Shapley)."""

from __future__ import annotations

from math import factorial

import numpy as np

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, numbers, same_length

MOST = 20


def driver_importance(drivers: ArrayLike, outcome: ArrayLike) -> Floats:
    """An entry a driver; they are not negative and sum to R² of the regression on all (Grömping, JSS 17 (2006) 1).

    >>> x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> driver_importance(x, 2 * x[:, 0] + x[:, 1]).round(3).tolist()
    [0.8, 0.2]
    """
    columns, target = numbers("drivers", drivers, sizes=(2,)), numbers("outcome", outcome)
    same_length(drivers=columns, outcome=target)
    p = columns.shape[1]
    if p > MOST:
        raise WrongInput("drivers", f"must be {MOST} at most: every subset is looked at")
    spread = np.append(columns.std(axis=0), target.std())
    if (spread < 1e-12).any():
        raise WrongInput("outcome" if spread[-1] < 1e-12 else "drivers", "must vary")
    explained = _explained(np.corrcoef(np.column_stack([columns, target]), rowvar=False))
    members = np.arange(2**p)
    sizes = np.array([bin(s).count("1") for s in members])
    orders = np.array([factorial(k) * factorial(p - k - 1) / factorial(p) for k in range(p)] + [0.0])
    found = np.empty(p)
    for j in range(p):
        without = members[(members >> j) & 1 == 0]
        found[j] = orders[sizes[without]] @ (explained[without | 1 << j] - explained[without])
    return found


def _explained(correlation: Floats) -> Floats:
    """R² of every subset, bit j for driver j. One driver after another is either left out or taken out of all later
    ones.
    """
    left = correlation[None]
    for _driver in range(correlation.shape[0] - 1):
        own, rest = left[:, 0, 0], left[:, 1:, 1:]
        across = left[:, 0, 1:]
        part = np.where(own > 1e-10, 1 / np.maximum(own, 1e-10), 0.0)[:, None, None]
        taken = rest - across[:, :, None] * across[:, None, :] * part
        left = np.concatenate([rest, taken])
    return 1 - left[:, 0, 0]
