"""Customer value: the CDNOW sample, and a million customers."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

import numpy as np

from bench.telling import line, part, timed
from service_science.value import abc_classes, fit_purchases, fit_spending, rfm_scores


def tell() -> None:
    part("customer value: the CDNOW sample that the peer ships (2,357 customers, weeks)")
    x, recency, age, spend = _cdnow()
    ours, model = timed(lambda: fit_purchases(x, recency, age), 5)
    line("log-likelihood", f"{model.log_likelihood:.2f} in {ours * 1e3:.0f} ms", "−9582.43")
    line("r, alpha, a, b", f"{model.r:.4f}, {model.alpha:.4f}, {model.a:.4f}, {model.b:.4f}")
    theirs, other = timed(lambda: _lifetimes(x, recency, age), 3)
    line("lifetimes 0.11.3", f"r {other:.4f} in {theirs * 1e3:.0f} ms: {theirs / ours:.0f} × as long")
    money = fit_spending(x, spend)
    line("Gamma-Gamma p, q, v (published 6.25, 3.74, 15.44)", f"{money.p:.2f}, {money.q:.2f}, {money.v:.2f}")
    part("a million made-up customers, in days")
    repeats, last, days = _million()
    seconds, _found = timed(lambda: fit_purchases(repeats, last, days), 3)
    line("BG/NBD fitted", f"{seconds:.2f} s", "1 s")
    seconds, _scores = timed(lambda: rfm_scores(days - last, repeats, days), 3)
    line("RFM fifths", f"{seconds:.2f} s")
    seconds, _classes = timed(lambda: abc_classes(days), 3)
    line("ABC classes", f"{seconds:.2f} s")


def _cdnow() -> Any:
    with (files("lifetimes") / "datasets" / "cdnow_customers_summary_with_transactions.csv").open(
        encoding="utf-8"
    ) as rows:
        found = np.array([[float(value) for value in row[1:]] for row in list(csv.reader(rows))[1:]])
    return found.T


def _lifetimes(x: Any, recency: Any, age: Any) -> float:
    import warnings

    warnings.simplefilter("ignore")  # the peer's pandas and autograd
    from lifetimes import BetaGeoFitter

    fitted = BetaGeoFitter()
    fitted.fit(x, recency, age)
    return float(fitted.params_["r"])


def _million() -> tuple[Any, Any, Any]:
    rng, n = np.random.default_rng(1), 1_000_000
    rate, lapse = rng.gamma(0.25, 1 / 31.0, n), rng.beta(0.8, 2.4, n)
    age = rng.integers(27 * 7, 39 * 7, n).astype(float)
    repeats, recency, day, there = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while there.any():
        day = np.where(there, day + rng.exponential(1 / np.maximum(rate, 1e-12)), day)
        there = there & (day <= age)
        repeats[there] += 1
        recency[there] = np.minimum(np.ceil(day[there]), age[there])
        there = there & (rng.random(n) > lapse)
    return repeats, recency, age
