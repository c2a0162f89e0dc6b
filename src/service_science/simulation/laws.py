"""Laws of times: how long a service takes, how long somebody waits before leaving."""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma as gamma_function
from math import log, sqrt

import numpy as np

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, number, numbers, positive

NEVER, FIXED, EXPONENTIAL, UNIFORM, LOGNORMAL, GAMMA, WEIBULL, EMPIRICAL = range(8)
QUANTILES = 1024


@dataclass(frozen=True, slots=True)
class Law:
    """A distribution of non-negative times. Made by the functions below."""

    form: int
    a: float = 0.0
    b: float = 0.0
    table: tuple[float, ...] = ()


def never() -> Law:
    """A patience without end."""
    return Law(NEVER)


def fixed(value: float) -> Law:
    return Law(FIXED, number("value", value, least=0))


def exponential(mean: float) -> Law:
    return Law(EXPONENTIAL, positive("mean", mean))


def uniform(low: float, high: float) -> Law:
    least = number("low", low, least=0)
    return Law(UNIFORM, least, number("high", high, least=least) - least)


def lognormal(mean: float, variation: float) -> Law:
    """`variation`: standard deviation over mean."""
    spread = log(1 + positive("variation", variation) ** 2)
    return Law(LOGNORMAL, log(positive("mean", mean)) - spread / 2, sqrt(spread))


def gamma(mean: float, variation: float) -> Law:
    """`variation`: standard deviation over mean; 1/√k is Erlang's law of k steps."""
    shape = 1 / positive("variation", variation) ** 2
    return Law(GAMMA, shape, positive("mean", mean) / shape)


def weibull(mean: float, shape: float) -> Law:
    """A shape below 1 lets the impatient leave early and the others stay."""
    k = positive("shape", shape)
    return Law(WEIBULL, positive("mean", mean) / gamma_function(1 + 1 / k), 1 / k)


def empirical(sample: ArrayLike) -> Law:
    """What was observed, its quantiles joined by straight lines."""
    values = numbers("sample", sample, least=0)
    if values.size < 2:
        raise WrongInput("sample", "must hold two values at least")
    return Law(EMPIRICAL, table=tuple(np.quantile(values, np.linspace(0, 1, QUANTILES)).tolist()))
