"""Path models and scores: the published figures, the bootstrap beside plspm, intervals of few answers."""

from __future__ import annotations

import csv
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from bench.telling import line, part, shared, timed
from service_science.satisfaction import (
    PathModel,
    bootstrap_paths,
    driver_importance,
    fit_paths,
    net_promoters,
    satisfaction_index,
)

NAMES = ("IMAG", "CUEX", "PERQ", "PERV", "CUSA", "CUSCO", "CUSL")
PATHS = [
    ("IMAG", "CUEX"), ("CUEX", "PERQ"), ("CUEX", "PERV"), ("PERQ", "PERV"), ("IMAG", "CUSA"), ("CUEX", "CUSA"),
    ("PERQ", "CUSA"), ("PERV", "CUSA"), ("CUSA", "CUSCO"), ("IMAG", "CUSL"), ("CUSA", "CUSL"), ("CUSCO", "CUSL"),
]  # fmt: skip
STANDARDISED = [
    "0.5047", "0.5572", "0.0508", "0.5572", "0.1788", "0.0644",
    "0.5125", "0.1918", "0.5261", "0.1954", "0.4835", "0.0712",
]  # fmt: skip
RAW = [
    "0.4931", "0.5451", "0.0659", "0.5403", "0.1527", "0.0371",
    "0.5444", "0.1997", "0.5400", "0.2123", "0.4655", "0.0500",
]  # fmt: skip
PUBLISHED = {
    "standardised (semPLS, seminr)": (True, STANDARDISED),
    "raw scale (Tenenhaus et al. 2005)": (False, RAW),
}


def read(path: Path) -> tuple[Any, PathModel, list[str]]:
    with path.open(encoding="utf-8") as lines:
        head, *rows = csv.reader(lines)
    blocks = {name: [i - 1 for i, item in enumerate(head) if item.startswith(name)] for name in NAMES}
    return np.array([[float(value) for value in row[1:]] for row in rows]), PathModel(blocks, PATHS), head[1:]


def tell() -> None:
    part("satisfaction: the ECSI mobile phone survey")
    path = shared("ecsi/mobi.csv")
    if path is not None:
        data, model, names = read(path)
        for title, (standardised, figures) in PUBLISHED.items():
            fit = fit_paths(data, model, standardised=standardised)
            same = sum(f"{value:.4f}" == figure for value, figure in zip(fit.paths.values(), figures, strict=True))
            line(f"paths, {title}", f"{same} of 12 equal to four digits", "12")
        weights = fit_paths(data, model, scheme="path").weights["CUSA"]
        line(
            "index of satisfaction", f"{satisfaction_index(data[:, list(model.blocks['CUSA'])], weights):.2f}", "72.45"
        )
        ours, _found = timed(lambda: bootstrap_paths(data, model, rng=np.random.default_rng(1)), 5)
        line("bootstrap of 1,000", f"{ours:.3f} s", "0.25 s")
        theirs, _other = timed(lambda: _plspm(data, names), 2)
        line("plspm 0.5.7, one fit", f"{theirs:.2f} s: 1,000 of them take {1000 * theirs / ours:,.0f} × as long")
    part("scores of few answers, and drivers")
    for n in (10, 20, 50):
        covers = [coverage(n, p, q) for p, q in product(np.linspace(0.05, 0.9, 12), repeat=2) if p + q < 0.97]
        line(
            f"NPS of {n} answers: least and mean coverage of 95 %", f"{min(covers):.3f}, {np.mean(covers):.3f}", "0.93"
        )
    rng = np.random.default_rng(1)
    drivers = rng.normal(size=(500, 15))
    seconds, found = timed(lambda: driver_importance(drivers, drivers @ np.arange(15.0) + rng.normal(size=500)), 5)
    line("importance of 15 drivers (32,768 regressions)", f"{seconds * 1e3:.1f} ms, sums to {found.sum():.4f}")


def coverage(n: int, p: float, q: float) -> float:
    """The probability that the interval of a net promoter score holds the truth, over all outcomes of n answers."""
    held = 0.0
    for b in range(n + 1):
        for c in range(n + 1 - b):
            score = net_promoters(promoters=b, passives=n - b - c, detractors=c)
            if score.low <= 100 * (p - q) <= score.high:
                held += comb(n, b) * comb(n - b, c) * p**b * q**c * (1 - p - q) ** (n - b - c)
    return held


def _plspm(data: Any, names: list[str]) -> object:
    import pandas as pd
    from plspm.config import MV, Config, Structure
    from plspm.mode import Mode
    from plspm.plspm import Plspm
    from plspm.scale import Scale
    from plspm.scheme import Scheme

    structure = Structure()
    for begin, end in PATHS:
        structure.add_path(["of " + begin], ["of " + end])
    config = Config(structure.path(), default_scale=Scale.NUM)
    for name in NAMES:
        config.add_lv("of " + name, Mode.A, *[MV(item) for item in names if item.startswith(name)])
    return Plspm(pd.DataFrame(data, columns=names), config, Scheme.CENTROID).path_coefficients()
