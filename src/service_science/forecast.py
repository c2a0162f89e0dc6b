"""How many will come, slot by slot of a day: the shape of such days and their level, from days gone by.

Recent days weigh more than old ones, days of the same weekday more than others; the shape of a day is that of all its
neighbours in weight, smoothed, since a slot of half an hour alone has seen too few people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, number, numbers, positive, same_length

OTHER_WEEKDAY = 0.1  # what a day of another weekday weighs for the shape
LEVEL_HALF_LIFE = 14.0  # days
SHAPE_HALF_LIFE = 42.0
REACH = 1.7  # deviations that held four slots in five of a bank's calls: days differ in shape too, not in level only
ENOUGH = 3  # days of the same weekday


@dataclass(frozen=True, slots=True)
class Forecast:
    """People expected in each slot; `low` and `high` hold four days in five. `days`: how many like it were seen."""

    expected: Floats
    low: Floats
    high: Floats
    days: float


def forecast_day(counts: ArrayLike, *, weekdays: ArrayLike, ages: ArrayLike, weekday: int, smooth: int = 1) -> Forecast:
    """`counts[day, slot]` of past days, their weekdays (0 to 6) and how many days ago they were. `smooth`: slots on
    each side that a slot's shape is averaged with.

    >>> past = [[4, 8, 4], [5, 9, 4], [3, 7, 4], [40, 80, 40]]
    >>> monday = forecast_day(past, weekdays=[0, 0, 0, 5], ages=[7, 14, 21, 2], weekday=0, smooth=0)
    >>> [round(float(x), 1) for x in monday.expected]
    [4.1, 8.1, 4.0]
    """
    rows = numbers("counts", counts, least=0, sizes=(2,))
    kinds, old = numbers("weekdays", weekdays, least=0), numbers("ages", ages, least=0)
    if rows.shape[0] != kinds.size:
        raise WrongInput("weekdays", f"must be as many as the days ({rows.shape[0]}), are {kinds.size}")
    same_length(weekdays=kinds, ages=old)
    wanted = number("weekday", weekday, least=0, most=6)
    same = kinds == wanted
    near = np.where(same, 1.0, OTHER_WEEKDAY)
    shape_weight = near * 0.5 ** (old / SHAPE_HALF_LIFE)
    # Another weekday tells of the level only where too few of the same were seen.
    level_weight = np.where(same, 1.0, OTHER_WEEKDAY if same.sum() < ENOUGH else 0.0) * 0.5 ** (old / LEVEL_HALF_LIFE)
    totals = rows.sum(axis=1)
    level = float(np.average(totals, weights=level_weight))
    used = totals > 0
    if not used.any():
        zeros = np.zeros(rows.shape[1])
        return Forecast(zeros, zeros, zeros, float(same.sum()))
    shares = rows[used] / totals[used, None]
    # Busy days show their shape more clearly than quiet ones.
    shape = np.average(shares, axis=0, weights=shape_weight[used] * totals[used])
    shape = _smoothed(shape, smooth)
    expected = level * shape / max(1e-12, shape.sum())
    return Forecast(expected, *_spread(rows, expected, level_weight, totals, level), float(same.sum()))


def _smoothed(shape: Floats, reach: int) -> Floats:
    """Each slot averaged with its neighbours, triangle-weighted; ends are not drawn outside."""
    if reach < 1:
        return shape
    kernel = np.concatenate([np.arange(1, reach + 2), np.arange(reach, 0, -1)]).astype(float)
    # A day may have fewer slots than the kernel: NumPy's mode “same” is then as long as the kernel.
    kept = slice(reach, reach + shape.size)
    mass = np.convolve(np.ones(shape.size), kernel)[kept]
    return np.asarray(np.convolve(shape, kernel)[kept] / mass)


def _spread(rows: Floats, expected: Floats, weight: Floats, totals: Floats, level: float) -> tuple[Floats, Floats]:
    """Chance of a Poisson count, and that of the day's level."""
    variation = float(np.average((totals / max(level, 1e-9) - 1) ** 2, weights=weight)) if level > 0 else 0.0
    deviation = np.sqrt(expected + variation * expected**2)
    return np.maximum(0.0, expected - REACH * deviation), expected + REACH * deviation


def mean_error(expected: ArrayLike, actual: ArrayLike) -> float:
    """Mean absolute error of the slots, as a share of the mean count (WAPE)."""
    said, came = numbers("expected", expected), numbers("actual", actual)
    same_length(expected=said, actual=came)
    return float(np.abs(said - came).sum() / positive("actual", float(np.abs(came).sum())))
