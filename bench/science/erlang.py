"""Erlang's formulas: against fifty digits, and how fast 672 intervals are staffed beside pyworkforce."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from bench.science import exact
from bench.telling import line, part, timed
from service_science.erlang import erlang_a, erlang_b, erlang_c, staff_intervals

PLACES = [
    (5, 4.0),
    (11, 10.0),
    (100, 90.0),
    (1000, 950.0),
    (10_000, 9800.0),
    (100_300, 100_000.0),
    (1_000_000, 999_000.0),
]


def tell() -> None:
    part("erlang: largest relative error against 50 digits, 5 to 1,000,000 servers")
    b, c, a = zip(*(_errors(n, load) for n, load in PLACES), strict=True)
    for name, errors in (("B", b), ("C", c), ("A, patience from 1/30 to 100 services", a)):
        line(name, f"{max(errors):.1e}", "1e-14")
    part("staffing of 672 intervals, 80 % in 20 s")
    for mean in (1, 10, 100):
        _race(mean)


def _errors(n: int, load: float) -> tuple[float, float, float]:
    worst = 0.0
    for patience in (1 / 30, 1.0, 100.0):
        waits, leaves = exact.erlang_a(n, load, 1 / patience)
        found = erlang_a(n, arrivals=load, service=1.0, patience=patience)
        worst = max(worst, _apart(found.waits, waits), _apart(found.abandons, leaves))
    return (
        _apart(erlang_b(n, load), exact.erlang_b(n, load)),
        _apart(erlang_c(n, load), exact.erlang_c(n, load)),
        worst,
    )


def _apart(found: float, truth: Decimal) -> float:
    return abs(float(Decimal(found) / truth - 1))


def _race(mean: int) -> None:
    rates = np.random.default_rng(1).gamma(4.0, mean / 4, 672) / 180
    ours, found = timed(lambda: staff_intervals(rates, service=180.0, answer_within=20.0, level=0.8), 50)
    theirs, others = timed(lambda: _pyworkforce(rates), 3)
    same = int((found.servers == np.array(others)).sum())
    line(
        f"mean load {mean} erlang: ours, pyworkforce",
        f"{ours * 1e3:.3f} ms, {theirs * 1e3:.1f} ms: {theirs / ours:.0f} × as fast, {same} of 672 equal",
        "500 ×" if mean == 100 else "",
    )


def _pyworkforce(rates: Any) -> list[int]:
    from pyworkforce.queuing import ErlangC

    return [
        ErlangC(transactions=rate * 1800, aht=3.0, interval=30, asa=20 / 60, shrinkage=0).required_positions(
            service_level=0.8, max_occupancy=1
        )["positions"]
        for rate in rates.tolist()
    ]
