"""What a run found."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan
from typing import Any

import numpy as np

from service_science.arrays import Floats, Ints
from service_science.simulation import layout
from service_science.simulation.layout import MEASURES
from service_science.simulation.model import Model

OUTCOMES = ("served", "abandoned", "balked", "sent away")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the visits of a kind to a station that joined after the warm-up. Shares are of all who came.

    `mean_wait`: of all, until served, left or sent away; `mean_wait_served`, `deviation`: of those served, waits of
    zero included; `within`: served within the limit asked for; `called`: served after keeping the place by a
    callback.
    """

    arrived: int
    served: int
    abandoned: float
    balked: float
    sent_away: float
    waited: float
    within: float
    called: float
    mean_wait: float
    mean_wait_served: float
    deviation: float
    mean_service: float


@dataclass(frozen=True, slots=True)
class Records:
    """A row a visit, in the order of their ends. `outcome` numbers OUTCOMES; `team` and `began` are -1 for who was
    not served.
    """

    kind: Ints
    station: Ints
    team: Ints
    outcome: Ints
    joined: Floats
    began: Floats
    ended: Floats


@dataclass(frozen=True, slots=True)
class SimulationOutcome:
    """`tallies`: by (kind, station); `unfinished`: still inside when the overtime ended; `events`: arrivals, ends,
    leavings.
    """

    tallies: dict[tuple[str, str], Tally]
    records: Records
    ended: float
    unfinished: int
    events: int

    def measures(self) -> dict[str, float]:
        """Every figure under a name of its own: "kind at station: figure"."""
        return {
            f"{kind} at {station}: {item.name}": getattr(tally, item.name)
            for (kind, station), tally in self.tallies.items()
            for item in fields(Tally)
        }


def outcome_of(model: Model, i: Any, f: Any, ended: float) -> SimulationOutcome:
    """Read from the arrays of a run."""
    begin, queues = int(i[layout.TALLY]), len(model.kinds) * len(model.stations)
    numbers = np.array(f[begin : begin + queues * MEASURES], dtype=np.float64).reshape(-1, MEASURES)
    tallies = {}
    for k, kind in enumerate(model.kinds):
        for s, station in enumerate(model.stations):
            row = numbers[k * len(model.stations) + s]
            if row[layout.ARRIVED]:
                tallies[kind.name, station] = _tally(row)
    rows = min(int(i[layout.RECORDS]), int(i[layout.R_ROOM]))

    def column(values: Any, name: int, form: Any) -> Any:
        return np.array(values[int(i[name]) : int(i[name]) + rows], dtype=form)

    ints = [column(i, name, np.int64) for name in (layout.R_KIND, layout.R_PLACE, layout.R_TEAM, layout.R_OUTCOME)]
    times = [column(f, name, np.float64) for name in (layout.R_JOINED, layout.R_BEGAN, layout.R_ENDED)]
    return SimulationOutcome(
        tallies, Records(*ints, *times), float(ended), int(i[layout.INSIDE]), int(i[layout.EVENTS])
    )


def _tally(row: Floats) -> Tally:
    came, served = row[layout.ARRIVED], row[layout.N_SERVED]
    begun = row[layout.WAIT_SERVED]
    mean = begun / served if served else nan
    spread = max(0.0, row[layout.WAIT_SQUARED] / served - mean * mean) if served else nan
    return Tally(
        arrived=int(came),
        served=int(served),
        abandoned=float(row[layout.N_ABANDONED] / came),
        balked=float(row[layout.N_BALKED] / came),
        sent_away=float(row[layout.N_SENT] / came),
        waited=float((row[layout.N_WAITED] + row[layout.N_ABANDONED] + row[layout.N_SENT]) / came),
        within=float(row[layout.N_WITHIN] / came),
        called=float(row[layout.N_CALLED] / came),
        mean_wait=float((row[layout.WAIT] + begun) / came),
        mean_wait_served=float(mean),
        deviation=float(np.sqrt(spread)),
        mean_service=float(row[layout.WORK] / served) if served else nan,
    )
