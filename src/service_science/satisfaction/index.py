"""The index of 0 to 100, as the American, European and Chinese satisfaction indices reckon it."""

from __future__ import annotations

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, number, numbers, same_length


def satisfaction_index(
    items: ArrayLike, weights: ArrayLike, *, lowest: float = 1.0, highest: float = 10.0, standardised: bool = True
) -> float:
    """100 · Σ w (mean - lowest) / ((highest - lowest) Σ w), with the weights of the unstandardised items.

    `items`: a row a customer; `weights`: of a path model's notion. Weights for standardised items are divided by the
    items' deviations first. Fornell et al., Journal of Marketing 60 (1996) 7.

    >>> satisfaction_index([[1.0, 5.0], [10.0, 6.0]], [1.0, 1.0], standardised=False)
    50.0
    """
    rows, weight = numbers("items", items, sizes=(2,)), numbers("weights", weights)
    same_length(items=rows.T, weights=weight)
    if number("highest", highest) <= number("lowest", lowest):
        raise WrongInput("highest", "must be above lowest")
    if (rows < lowest).any() or (rows > highest).any():
        raise WrongInput("items", f"must lie between {lowest:g} and {highest:g}")
    if standardised:
        spread = rows.std(axis=0)
        if (spread == 0).any():
            raise WrongInput("items", "must vary, each of them")
        weight = weight / spread
    if weight.sum() == 0:
        raise WrongInput("weights", "must not sum to zero")
    return float(100 * (weight @ (rows.mean(axis=0) - lowest)) / ((highest - lowest) * weight.sum()))
