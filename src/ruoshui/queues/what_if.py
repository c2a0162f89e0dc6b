"""A day of the branch simulated twice, as it would be and as it might be, on the same customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ruoshui.queues.models import OrderRule
from ruoshui.queues.setup import BranchSetup
from ruoshui.queues.staffing import DayPlan
from service_science.simulation import (
    Arrivals,
    Kind,
    Model,
    ServerTeam,
    Shifts,
    exponential,
    lognormal,
    never,
    simulate,
)

RUNS = 24
HALL = "hall"
VARIATION = 0.8  # of services at counters: less spread than exponential
OVERTIME_MINUTES = 180.0


@dataclass(frozen=True, slots=True)
class Window:
    """Counters more (or fewer) between two slots of the plan; `like`: they serve what this counter serves."""

    begin: int
    end: int
    like: int
    by: int = 1


@dataclass(frozen=True, slots=True)
class WhatIfFigures:
    """Means over the runs, minutes and shares, with half the width of their 95 % interval."""

    wait: float
    wait_width: float
    within: float
    within_width: float
    left: float
    served: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """`change`: mean wait after less before, run by run, with its half width. `by_class`: (name, before, after)."""

    before: WhatIfFigures
    after: WhatIfFigures
    change: float
    change_width: float
    by_class: list[tuple[str, float, float]]


def compare_days(
    plan: DayPlan, before: BranchSetup, after: BranchSetup, *, windows: Sequence[Window], seed: int = 11
) -> Comparison:
    """`windows` are opened in the second day only."""
    staff = open_counters(plan, before)
    first = _model(plan, before, staff)
    second = _model(plan, after, _changed(staff, windows))
    limit = float(before.branch.target_minutes)
    rows = [(_run(first, seed + i, limit, plan), _run(second, seed + i, limit, plan)) for i in range(RUNS)]
    one, other = (np.array([_totals(row[side], before) for row in rows]) for side in (0, 1))
    change = other[:, 0] - one[:, 0]
    classes: dict[int, str] = {q.service_class_id: q.service_class.name for q in before.queues.values()}
    by_class = [
        (name, _class_wait([row[0] for row in rows], before, pk), _class_wait([row[1] for row in rows], before, pk))
        for pk, name in classes.items()
    ]
    return Comparison(_figures(one), _figures(other), float(change.mean()), _width(change), by_class)


def open_counters(plan: DayPlan, setup: BranchSetup) -> dict[int, list[int]]:
    """For each counter 1 or 0 by slot: as many as needed (or usually open, where that is known), those first that
    serve the pools with most work.
    """
    wanted = np.where(plan.usual > 0, plan.usual, plan.needed) if plan.usual.any() else plan.needed
    order = sorted(setup.counters.values(), key=lambda counter: counter.number)
    staff = {counter.pk: [0] * plan.begins.size for counter in order if setup.duties.get(counter.pk)}
    for slot in range(plan.begins.size):
        load = {pk: float(plan.loads[pk][slot]) for pk in plan.loads}
        for pk in _most_useful(setup, staff, load, int(wanted[slot])):
            staff[pk][slot] = 1
    return staff


def _most_useful(
    setup: BranchSetup, staff: Mapping[int, list[int]], load: Mapping[int, float], count: int
) -> list[int]:
    """Greedily: the counter that takes most of the work not yet taken."""
    left, chosen = dict(load), list[int]()
    candidates = list(staff)
    while candidates and len(chosen) < count:
        best = max(candidates, key=lambda pk: (sum(left.get(queue, 0.0) for queue in setup.duties[pk]), -pk))
        candidates.remove(best)
        chosen.append(best)
        room = 1.0
        for queue in sorted(setup.duties[best], key=lambda one: setup.duties[best][one]):
            taken = min(room, left.get(queue, 0.0))
            left[queue] = left.get(queue, 0.0) - taken
            room -= taken
    return chosen


def _changed(staff: Mapping[int, list[int]], windows: Sequence[Window]) -> dict[int, list[int]]:
    changed = {pk: list(row) for pk, row in staff.items()}
    for window in windows:
        for slot in range(max(0, window.begin), window.end):
            row = changed.get(window.like)
            if row is not None and slot < len(row):
                row[slot] = max(0, row[slot] + window.by)
    return changed


def _model(plan: DayPlan, setup: BranchSetup, staff: Mapping[int, list[int]]) -> Model:
    """Times in minutes from the first slot. The day is followed by the hours in which the last are served."""
    spare = int(OVERTIME_MINUTES // 30)
    kinds = []
    patience = exponential(plan.patience / 60) if plan.patience else never()
    strict = setup.branch.order_rule == OrderRule.STRICT
    for pk, queue in setup.queues.items():
        rates = tuple((plan.arrivals[pk] / 30.0).tolist()) + (0.0,) * spare
        service = lognormal(plan.services[pk] / 60, VARIATION)
        kinds.append(
            Kind(
                str(pk),
                Arrivals(rates, 30.0),
                HALL,
                service,
                patience=patience,
                priority=queue.service_class.rank if strict else 5,
                bonus=0.0 if strict else float(queue.service_class.bonus_minutes),
            )
        )
    teams = [
        ServerTeam(
            str(pk), (HALL,), Shifts((*row, *[row[-1] or 1] * spare), 30.0), tuple(str(q) for q in setup.duties[pk])
        )
        for pk, row in staff.items()
        if any(row)
    ]
    return Model((HALL,), tuple(kinds), tuple(teams) or (ServerTeam("none", (HALL,), Shifts((0,))),))


def _run(model: Model, seed: int, limit: float, plan: DayPlan) -> dict[str, tuple[float, float, float, float, float]]:
    """By kind: came, served, summed wait of all, served within the limit, left."""
    end = 30.0 * plan.begins.size
    tallies = simulate(model, until=end, seed=seed, within=limit, overtime=OVERTIME_MINUTES).tallies
    return {
        kind: (
            float(one.arrived),
            float(one.served),
            one.arrived * one.mean_wait,
            one.arrived * one.within,
            one.arrived * (one.abandoned + one.sent_away + one.balked),
        )
        for (kind, _station), one in tallies.items()
    }


def _totals(run: Mapping[str, tuple[float, ...]], setup: BranchSetup) -> tuple[float, float, float, float]:
    came, served, waited, within, left = (sum(row[i] for row in run.values()) for i in range(5))
    return waited / max(1.0, came), within / max(1.0, came), left / max(1.0, came), served


def _class_wait(runs: Sequence[Mapping[str, tuple[float, ...]]], setup: BranchSetup, service_class: int) -> float:
    mine = {str(pk) for pk, queue in setup.queues.items() if queue.service_class_id == service_class}
    came = sum(row[0] for run in runs for kind, row in run.items() if kind in mine)
    waited = sum(row[2] for run in runs for kind, row in run.items() if kind in mine)
    return waited / came if came else 0.0


def _figures(rows: np.ndarray) -> WhatIfFigures:
    means = rows.mean(axis=0)
    return WhatIfFigures(
        float(means[0]), _width(rows[:, 0]), float(means[1]), _width(rows[:, 1]), float(means[2]), float(means[3])
    )


def _width(values: np.ndarray) -> float:
    return float(1.96 * values.std(ddof=1) / np.sqrt(values.size))
