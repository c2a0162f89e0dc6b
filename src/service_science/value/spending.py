"""Gamma-Gamma: what a purchase will be worth (Fader, Hardie, Lee, Journal of Marketing Research 42 (2005) 415)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, numbers, same_length


@dataclass(frozen=True, slots=True)
class SpendModel:
    """`p`, `q`, `v`: the shapes within and between customers, and the scale."""

    p: float
    q: float
    v: float
    log_likelihood: float

    def expected(self, repeats: ArrayLike, spend: ArrayLike) -> Floats:
        """The mean amount of the next purchase; of customers without repeats that of everybody."""
        x, mean = numbers("repeats", repeats, least=0), numbers("spend", spend, least=0)
        same_length(repeats=x, spend=mean)
        return self.p * (self.v + mean * x) / (self.p * x + self.q - 1)


def fit_spending(repeats: ArrayLike, spend: ArrayLike) -> SpendModel:
    """By maximum likelihood on customers who bought again and paid something."""
    x, mean = numbers("repeats", repeats, least=0), numbers("spend", spend, least=0)
    same_length(repeats=x, spend=mean)
    used = (x > 0) & (mean > 0)
    if used.sum() < 3:
        raise WrongInput("spend", "must be above zero for three customers with repeats at least")
    x, mean = x[used], mean[used]
    unit = float(mean.mean())

    def cost(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        parts = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(mean / unit)
        parts = parts + p * x * np.log(x) - (p * x + q) * np.log(v + mean / unit * x)
        return -float(parts.mean())

    found = minimize(cost, np.log([2.0, 3.0, 1.0]), method="L-BFGS-B", bounds=[(-8, 8)] * 3, options={"ftol": 1e-13})
    p, q, v = np.exp(found.x).tolist()
    return SpendModel(p, q, v * unit, float(-found.fun * x.size - x.size * np.log(unit)))
