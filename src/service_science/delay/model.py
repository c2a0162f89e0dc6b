"""Waits predicted by a ridge regression of their square root: the root is nearly normal, and its spread can be
predicted too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, numbers, positive, same_length

PENALTY = 100.0
ROUNDS = 4
LEAST_ROOT_DEVIATION = 0.3


@dataclass(frozen=True, slots=True)
class Prediction:
    """Arrays, an entry a customer, in seconds. `expected`: the mean, best in squares; `typical`: the median, best in
    absolute error; `root` and `deviation`: mean and standard deviation of the square root of the wait.
    """

    expected: Floats
    typical: Floats
    root: Floats
    deviation: Floats


@dataclass(frozen=True, slots=True)
class WaitModel:
    """A fitted model: a handful of arrays that can be kept."""

    centre: Floats
    scale: Floats
    root: Floats  # the last entry is the level
    middle: Floats  # the same for the median, by least absolute deviations
    spread: Floats
    variance: float
    largest: float

    def predict(self, features: ArrayLike) -> Prediction:
        """For rows of features, or one row."""
        rows = numbers("features", features, sizes=(1, 2))
        rows = rows.reshape(-1, rows.shape[-1])
        if rows.shape[1] != self.centre.size:
            raise WrongInput("features", f"must have {self.centre.size} columns, has {rows.shape[1]}")
        # Beyond what was seen a line goes on for ever; five deviations are as far as it may be followed.
        standard = np.clip((rows - self.centre) / self.scale, -5, 5)
        root = np.clip(standard @ self.root[:-1] + self.root[-1], 0, self.largest)
        deviation = np.clip(standard @ self.spread[:-1] + self.spread[-1], LEAST_ROOT_DEVIATION, self.largest)
        middle = np.clip(standard @ self.middle[:-1] + self.middle[-1], 0, self.largest)
        return Prediction(root**2 + self.variance, middle**2, root, deviation)


@dataclass(frozen=True, slots=True)
class Blend:
    """Several models of the same features heard together: a queue's own, its branch's, the organisation's."""

    models: tuple[WaitModel, ...]
    weights: tuple[float, ...]

    def predict(self, features: ArrayLike) -> Prediction:
        """The weighted means of roots and deviations."""
        found = [model.predict(features) for model in self.models]
        share = np.array(self.weights) / sum(self.weights)

        def mean(values: list[Floats]) -> Floats:
            return share @ np.array(values)

        root, middle = mean([one.root for one in found]), mean([np.sqrt(one.typical) for one in found])
        spare = mean([one.expected - one.root**2 for one in found])
        return Prediction(root**2 + spare, middle**2, root, mean([one.deviation for one in found]))


def fit_waits(
    features: ArrayLike,
    waits: ArrayLike,
    *,
    ages: ArrayLike | None = None,
    half_life: float = 15.0,
    penalty: float = PENALTY,
) -> WaitModel:
    """Fit on customers who were served. `ages` (days ago) let old customers fade: half their weight every `half_life`.

    >>> rng = np.random.default_rng(1)
    >>> ahead = rng.integers(0, 10, 20_000).astype(float)
    >>> model = fit_waits(ahead[:, None] ** 0.5, 60 * ahead * rng.uniform(0.8, 1.2, 20_000))
    >>> [round(float(wait), -1) for wait in model.predict([[2.0]]).typical]
    [240.0]
    """
    rows, seconds = numbers("features", features, sizes=(2,)), numbers("waits", waits, least=0)
    same_length(features=rows, waits=seconds)
    weight = np.ones(seconds.size)
    if ages is not None:
        old = numbers("ages", ages, least=0)
        same_length(features=rows, ages=old)
        weight = 0.5 ** (old / positive("half_life", half_life))
    if seconds.size < 2:
        raise WrongInput("waits", "must be two at least")
    root = np.sqrt(seconds)
    centre = np.average(rows, axis=0, weights=weight)
    scale = np.sqrt(np.average((rows - centre) ** 2, axis=0, weights=weight))
    scale[scale < 1e-9] = 1.0
    standard = (rows - centre) / scale
    bending = _ridge(standard, root, weight, positive("penalty", penalty))
    largest = 1.5 * float(root.max()) + 1
    left = root - np.clip(standard @ bending[:-1] + bending[-1], 0, largest)
    variance = float(np.average(left**2, weights=weight))
    size = np.abs(left)
    spread = _ridge(standard, size, weight, penalty) * (np.sqrt(variance) / max(1e-9, np.average(size, weights=weight)))
    middle = _least_absolute(standard, root, weight, penalty, bending)
    return WaitModel(centre, scale, bending, middle, spread, variance, largest)


def _least_absolute(rows: Floats, values: Floats, weight: Floats, penalty: float, first: Floats) -> Floats:
    """The median's line: least squares again and again, each customer weighed by one over the error so far."""
    found = first
    for _round in range(ROUNDS):
        error = np.abs(values - rows @ found[:-1] - found[-1])
        usual = float(np.median(error)) + 1e-9
        found = _ridge(rows, values, weight * usual / np.maximum(error, 0.3 * usual), penalty)
    return found


def _ridge(rows: Floats, values: Floats, weight: Floats, penalty: float) -> Floats:
    """Weights of the columns, and the level last, which is not penalised."""
    level, centre = float(np.average(values, weights=weight)), np.average(rows, axis=0, weights=weight)
    moved = rows - centre
    weighted = moved * weight[:, None]
    found = np.linalg.solve(weighted.T @ moved + penalty * np.eye(rows.shape[1]), weighted.T @ (values - level))
    return np.append(found, level - found @ centre)
