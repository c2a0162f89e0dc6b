"""Integrals of exp(h) for concave h, to the last digits: Erlang's sums written as integrals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from service_science.arrays import Floats

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
GROWTH = 1.4
NOTHING = -45.0  # e^-45 of the peak adds less than the last bit


def grid(h: Callable[[Floats], Floats], *, begin: float, peak: float, scale: float) -> tuple[Floats, Floats]:
    """Nodes and weights for integrals over [begin, ∞) of exp(h) times something smooth.

    `h` is concave, at most 0, and 0 at `peak` ≥ `begin`; it falls by no more than about 1.5 within `scale`.
    """
    parts = [_panels(peak, scale, _reach(h, peak, scale))]
    if peak > begin:
        parts.append(_panels(peak, -scale, _reach(h, peak, -scale, limit=peak - begin)))
    return np.concatenate([nodes for nodes, _ in parts]), np.concatenate([weights for _, weights in parts])


def _reach(h: Callable[[Floats], Floats], peak: float, step: float, limit: float = np.inf) -> float:
    """How far from the peak, in the direction of `step`, anything is left."""
    while abs(step) < limit and h(np.array([peak + step]))[0] > NOTHING:
        step *= 1.3
    return min(abs(step), limit)


def _panels(peak: float, scale: float, reach: float) -> tuple[Floats, Floats]:
    """Panels that grow with the distance from the peak: both a sharp peak and a long tail are seen."""
    steps = [0.0]
    while steps[-1] < reach / abs(scale):
        steps.append(steps[-1] * GROWTH + 1)
    edges = peak + np.minimum(np.array(steps) * abs(scale), reach) * np.sign(scale)
    half = (edges[1:] - edges[:-1]) / 2
    nodes = edges[:-1, None] + half[:, None] * (NODES + 1)
    return nodes.ravel(), (np.abs(half)[:, None] * WEIGHTS).ravel()


def log1p_less_x(x: Floats) -> Floats:
    """log(1+x) - x without losing digits near 0: with r = x/(2+x), log(1+x) is 2·artanh(r)."""
    x = np.asarray(x, dtype=np.float64)
    r = x / (2 + x)
    y = r * r
    series = np.zeros_like(y)
    for odd in range(27, 1, -2):
        series = series * y + 1 / odd
    return np.where(np.abs(x) < 0.4, r * (2 * y * series - x), np.log1p(np.maximum(x, -1 + 1e-300)) - x)


def exp_less_line(v: Floats) -> Floats:
    """exp(-v) - 1 + v without losing digits near 0."""
    v = np.asarray(v, dtype=np.float64)
    series = np.zeros_like(v)
    for k in range(18, 1, -1):
        series = (1 - v * series) / k
    return np.where(np.abs(v) < 0.5, v * v * series, np.expm1(-v) + v)
