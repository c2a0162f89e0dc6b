"""BG/NBD: how often customers will buy again, and whether they still will (Fader, Hardie, Lee, Marketing Science 24
(2005) 275).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammaln, hyp2f1

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, numbers, positive, same_length


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """`r`, `alpha`: gamma law of the rates of buying; `a`, `b`: beta law of the chance to lapse after a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def alive(self, repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """The probability that the customer has not lapsed."""
        x, recent, old = _checked(repeats, recency, age)
        return 1 / (1 + self._lapsed_odds(x, recent, old))

    def lapse_risk(self, repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """The probability that the customer has lapsed."""
        return 1 - self.alive(repeats, recency, age)

    def expected(self, repeats: ArrayLike, recency: ArrayLike, age: ArrayLike, *, ahead: float) -> Floats:
        """Purchases to be expected in the time `ahead`, in the unit of age."""
        x, recent, old = _checked(repeats, recency, age)
        t, base = positive("ahead", ahead), self.alpha + old
        grown = hyp2f1(self.r + x, self.b + x, self.a + self.b + x - 1, t / (base + t))
        kept = 1 - (base / (base + t)) ** (self.r + x) * grown
        return (self.a + self.b + x - 1) / (self.a - 1) * kept / (1 + self._lapsed_odds(x, recent, old))

    def expected_of_new(self, ahead: float) -> float:
        """Purchases to be expected of somebody who has just come."""
        t = positive("ahead", ahead)
        grown = hyp2f1(self.r, self.b, self.a + self.b - 1, t / (self.alpha + t))
        return float((self.a + self.b - 1) / (self.a - 1) * (1 - (self.alpha / (self.alpha + t)) ** self.r * grown))

    def _lapsed_odds(self, x: Floats, recency: Floats, age: Floats) -> Floats:
        with np.errstate(over="ignore"):
            odds = (
                self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + age) / (self.alpha + recency)) ** (self.r + x)
            )
        return np.where(x > 0, odds, 0.0)


def fit_purchases(repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> PurchaseModel:
    """By maximum likelihood. Customers with equal numbers count as one with a weight, if times are whole numbers."""
    x, recent, old = _checked(repeats, recency, age)
    if not (x > 0).any():
        raise WrongInput("repeats", "must not all be zero")
    x, recent, old, weight = _grouped(x, recent, old)
    unit = float(old.max())
    recent, old = recent / unit, old / unit
    number = float(weight.sum())

    def cost(logs: Floats) -> tuple[float, Floats]:
        value, slope = _likelihood(np.exp(logs), x, recent, old, weight)
        return -value / number, -slope * np.exp(logs) / number

    best = minimize(
        cost, np.log([0.5, 0.5, 1.0, 2.0]), jac=True, method="L-BFGS-B", bounds=[(-12, 12)] * 4,
        options={"ftol": 1e-14, "gtol": 1e-9},
    )  # fmt: skip
    r, alpha, a, b = np.exp(best.x).tolist()
    # Rates were fitted per unit: back to the unit of the arguments, in which repeats weigh x·log(unit) less.
    value = -best.fun * number - float(weight @ x) * np.log(unit)
    return PurchaseModel(r, alpha * unit, a, b, float(value))


def _checked(repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, recent, old = (
        numbers("repeats", repeats, least=0, sizes=(0, 1)),
        numbers("recency", recency, least=0, sizes=(0, 1)),
        numbers("age", age, least=0, sizes=(0, 1)),
    )
    if x.ndim or recent.ndim or old.ndim:
        same_length(repeats=np.atleast_1d(x), recency=np.atleast_1d(recent), age=np.atleast_1d(old))
    if (recent > old).any():
        raise WrongInput("recency", "must not lie beyond age")
    if ((x == 0) & (recent > 0)).any():
        raise WrongInput("recency", "must be 0 without repeats")
    return x, recent, old


def _grouped(x: Floats, recent: Floats, old: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Distinct rows and how often each occurs, by packing whole numbers into one."""
    widths = [int(column.max()) + 1 for column in (recent, old)]
    whole = all((column % 1 == 0).all() for column in (x, recent, old))
    if not whole or float(x.max() + 1) * widths[0] * widths[1] > 2**62:
        return x, recent, old, np.ones(x.size)
    key = (x.astype(np.int64) * widths[0] + recent.astype(np.int64)) * widths[1] + old.astype(np.int64)
    codes, often = np.unique(key, return_counts=True)
    rest, own_old = np.divmod(codes, widths[1])
    own_x, own_recent = np.divmod(rest, widths[0])
    return own_x.astype(float), own_recent.astype(float), own_old.astype(float), often.astype(float)


def _likelihood(p: Floats, x: Floats, recent: Floats, old: Floats, weight: Floats) -> tuple[float, Floats]:
    """The logarithm of the likelihood and its slope by r, alpha, a, b."""
    r, alpha, a, b = p
    bought = x > 0
    rest = np.where(bought, b + x - 1, 1.0)
    stays = -(r + x) * np.log(alpha + old)
    left = np.where(bought, np.log(a) - np.log(rest) - (r + x) * np.log(alpha + recent), -np.inf)
    both = np.logaddexp(stays, left)
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + both
    # B(a, b+x)/B(a, b) holds the chance to stay; the chance to lapse at last is a/(b+x-1) of it.
    lapsed = np.exp(left - both)
    stayed = 1 - lapsed
    by_r = digamma(r + x) - digamma(r) + np.log(alpha) - stayed * np.log(alpha + old) - lapsed * np.log(alpha + recent)
    by_alpha = r / alpha - (r + x) * (stayed / (alpha + old) + lapsed / (alpha + recent))
    common = digamma(a + b) - digamma(a + b + x)
    by_a = common + lapsed / a
    by_b = common + digamma(b + x) - digamma(b) - np.where(bought, lapsed / rest, 0.0)
    # betaln(a, b+x) - betaln(a, b) = lnΓ(b+x) - lnΓ(b) + lnΓ(a+b) - lnΓ(a+b+x)
    return float(weight @ value), np.array([weight @ part for part in (by_r, by_alpha, by_a, by_b)])
