"""One queue in its steady state: M/M/s and M/M/s+M."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from service_science.checks import positive
from service_science.erlang import erlang_a


@dataclass(frozen=True, slots=True)
class SteadyQueue:
    """Means over all who arrive, in the unit of time of the arguments.

    `waits`, `abandons`: shares; `mean_wait`: those who leave included; `mean_queue`, `mean_present`: numbers of people.
    """

    waits: float
    abandons: float
    mean_wait: float
    mean_queue: float
    mean_present: float
    occupancy: float


def solve_queue(servers: int, *, arrivals: float, service: float, patience: float = inf) -> SteadyQueue:
    """M/M/s, or M/M/s+M when customers leave after an exponential `patience` (mean). `service` is a mean time.

    Raises WrongInput when customers are patient without end and the load is not below the servers.

    >>> queue = solve_queue(1, arrivals=0.5, service=1.0)
    >>> round(queue.mean_wait, 9), round(queue.mean_present, 9)
    (1.0, 1.0)
    """
    rate = positive("arrivals", arrivals)
    steady = erlang_a(servers, arrivals=arrivals, service=service, patience=patience)
    waiting = rate * steady.mean_wait
    return SteadyQueue(
        steady.waits,
        steady.abandons,
        steady.mean_wait,
        waiting,
        waiting + steady.occupancy * servers,
        steady.occupancy,
    )
