"""Runs, replications with intervals, and fair comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np
from scipy.special import stdtrit

from service_science.checks import WrongInput, count, number, positive, share
from service_science.simulation.engine import run
from service_science.simulation.layout import FULL, MOST_ROOM
from service_science.simulation.lowering import floor_of, lower
from service_science.simulation.model import Model
from service_science.simulation.outcome import SimulationOutcome, outcome_of


def simulate(
    model: Model, *, until: float, seed: int, warm_up: float = 0.0, within: float = 0.0, overtime: float | None = None,
    records: int = 0, mirror: bool = False,
) -> SimulationOutcome:  # fmt: skip
    """One run. Arrivals end at `until`; then all who are inside are served, for `overtime` at most (by default as
    long again).

    Visits that joined before `warm_up` are not counted. `records`: rows kept at most. `mirror`: the antithetic run.
    The same seed gives the same arrivals, needs and patience whatever the staff.
    """
    end = positive("until", until)
    extra = end if overtime is None else number("overtime", overtime, least=0)
    limit = number("within", within, least=0)
    lowered = lower(
        model,
        until=end,
        overtime=end + extra,
        warm_up=number("warm_up", warm_up, least=0, most=end),
        within=limit,
        mirror=mirror,
    )
    kept, room = count("records", records), 1024
    while room <= MOST_ROOM:
        i, f = floor_of(lowered, seed=count("seed", seed), room=room, records=kept)
        ended = run(i, f)
        if not i[FULL]:
            return outcome_of(model, i, f, ended)
        room *= 4
    raise WrongInput("model", f"holds more than {MOST_ROOM} customers at once: it grows without end")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over independent runs, and half the width of its interval."""

    mean: float
    half_width: float
    runs: int

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return self.half_width / float(stdtrit(self.runs - 1, 0.975))


def replicate(
    model: Model, *, runs: int, until: float, seed: int, warm_up: float = 0.0, within: float = 0.0,
    antithetic: bool = False,
) -> dict[str, Estimate]:  # fmt: skip
    """Means with 95 % intervals (Student's) of every figure. Antithetic: each run is a pair, one of them mirrored."""
    rows = [_figures(model, until, seed + i, warm_up, within, antithetic) for i in range(count("runs", runs, least=2))]
    return _estimates(rows)


def compare(
    first: Model, second: Model, *, runs: int, until: float, seed: int, warm_up: float = 0.0, within: float = 0.0
) -> dict[str, Estimate]:
    """Second less first, run by run on the same random numbers, for the figures both have."""
    rows = []
    for i in range(count("runs", runs, least=2)):
        one, other = (_figures(model, until, seed + i, warm_up, within, False) for model in (first, second))
        rows.append({name: other[name] - one[name] for name in one if name in other})
    return _estimates(rows)


def _figures(
    model: Model, until: float, seed: int, warm_up: float, within: float, antithetic: bool
) -> dict[str, float]:
    found = simulate(model, until=until, seed=seed, warm_up=warm_up, within=within).measures()
    if antithetic:
        other = simulate(model, until=until, seed=seed, warm_up=warm_up, within=within, mirror=True).measures()
        found = {name: (found[name] + other[name]) / 2 for name in found if name in other}
    return found


def _estimates(rows: list[dict[str, float]], level: float = 0.95) -> dict[str, Estimate]:
    factor = float(stdtrit(len(rows) - 1, (1 + share("level", level)) / 2))
    found = {}
    for name in rows[0]:
        values = [row[name] for row in rows if name in row and not isnan(row[name])]
        if len(values) == len(rows):
            found[name] = Estimate(
                float(np.mean(values)), factor * float(np.std(values, ddof=1)) / sqrt(len(values)), len(values)
            )
    return found
