"""Customers sorted by what they bring: RFM fifths and ABC classes."""

from __future__ import annotations

import numpy as np

from service_science.arrays import ArrayLike, Floats, Ints
from service_science.checks import WrongInput, count, numbers, same_length, share


def rfm_scores(days_since: ArrayLike, frequency: ArrayLike, money: ArrayLike, *, parts: int = 5) -> Ints:
    """A row a customer: recency, frequency, money, each from 1 to `parts`, the best highest. Equals score equally."""
    since, often, paid = numbers("days_since", days_since), numbers("frequency", frequency), numbers("money", money)
    same_length(days_since=since, frequency=often, money=paid)
    fifths = count("parts", parts, least=2)
    return np.column_stack([_scores(-since, fifths), _scores(often, fifths), _scores(paid, fifths)])


def _scores(values: Floats, parts: int) -> Ints:
    places = np.arange(1, parts) * values.size // parts
    edges = np.partition(values, places)[places]
    return 1 + np.searchsorted(edges, values, side="right")


def abc_classes(value: ArrayLike, *, a: float = 0.8, b: float = 0.95) -> np.ndarray:
    """ "A" for the fewest customers who bring the share `a` of all value, "B" up to the share `b`, "C" for the rest."""
    values = numbers("value", value, least=0)
    if share("b", b) <= share("a", a):
        raise WrongInput("b", "must be above a")
    if values.sum() == 0:
        raise WrongInput("value", "must not be zero for everyone")
    order = np.argsort(-values, kind="stable")
    before = np.cumsum(values[order]) - values[order]
    part = before / values.sum()
    found = np.empty(values.size, dtype="<U1")
    found[order] = np.where(part < a - 1e-12, "A", np.where(part < b - 1e-12, "B", "C"))
    return found
