"""Simulated networks of queues: stations, classes, teams with shifts, patience, callbacks, skills, closing time.

>>> from service_science.simulation import Arrivals, Kind, Model, ServerTeam, Shifts, exponential, simulate
>>> counter = Model(
...     stations=("counter",),
...     kinds=(Kind("customer", Arrivals((10.0,)), "counter", exponential(0.15), patience=exponential(0.5)),),
...     teams=(ServerTeam("tellers", ("counter",), Shifts((2,))),),
... )
>>> found = simulate(counter, until=1000.0, seed=1, within=0.1).tallies["customer", "counter"]
>>> found.arrived, round(found.abandoned, 3), round(found.within, 3)
(10052, 0.119, 0.708)

The same seed gives the same run, with and without the compiler.
"""

from service_science.simulation.laws import (
    Law,
    empirical,
    exponential,
    fixed,
    gamma,
    lognormal,
    never,
    uniform,
    weibull,
)
from service_science.simulation.model import (
    Arrivals,
    Callback,
    Kind,
    Model,
    Redial,
    ServerTeam,
    Shifts,
    opening_hours,
)
from service_science.simulation.outcome import OUTCOMES, Records, SimulationOutcome, Tally
from service_science.simulation.running import Estimate, compare, replicate, simulate

__all__ = [
    "OUTCOMES",
    "Arrivals",
    "Callback",
    "Estimate",
    "Kind",
    "Law",
    "Model",
    "Records",
    "Redial",
    "ServerTeam",
    "Shifts",
    "SimulationOutcome",
    "Tally",
    "compare",
    "empirical",
    "exponential",
    "fixed",
    "gamma",
    "lognormal",
    "never",
    "opening_hours",
    "replicate",
    "simulate",
    "uniform",
    "weibull",
]
