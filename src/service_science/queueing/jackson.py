"""Open networks of M/M/s queues (Jackson, Management Science 10 (1963) 131)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, count, numbers, same_length
from service_science.queueing.stationary import SteadyQueue, solve_queue

Node = SteadyQueue


def solve_jackson(
    servers: Sequence[int], *, arrivals: ArrayLike, service: ArrayLike, routing: ArrayLike
) -> tuple[Node, ...]:
    """Each station of the network as a queue of its own: Jackson's theorem.

    `arrivals`: rate from outside to each station; `service`: mean time at each; `routing[i][j]`: share that goes on
    from i to j, the rest leaves. `mean_wait` is per visit.

    >>> one, two = solve_jackson([1, 1], arrivals=[0.5, 0], service=[1, 1], routing=[[0, 0.5], [0, 0]])
    >>> round(one.mean_wait, 6), round(two.mean_wait, 6)
    (1.0, 0.333333)
    """
    rates, means = numbers("arrivals", arrivals, least=0), numbers("service", service, least=0)
    shares = numbers("routing", routing, least=0, sizes=(2,))
    same_length(servers=servers, arrivals=rates, service=means, routing=shares)
    if shares.shape != (len(servers), len(servers)):
        raise WrongInput("routing", "must be square, a row and a column for each station")
    if (shares.sum(axis=1) > 1 + 1e-12).any():
        raise WrongInput("routing", "must not send on more than arrives: a row sums to more than 1")
    try:
        through = np.linalg.solve(np.eye(len(servers)) - shares.T, rates)
    except np.linalg.LinAlgError:
        raise WrongInput("routing", "keeps customers for ever") from None
    if (through < -1e-9).any():
        raise WrongInput("routing", "keeps customers for ever")
    nodes = []
    for n, rate, mean in zip(servers, through.tolist(), means.tolist(), strict=True):
        count("servers", n, least=1)
        if rate * mean >= n:
            raise WrongInput("servers", f"{n} cannot carry a load of {rate * mean:g}")
        nodes.append(solve_queue(n, arrivals=rate, service=mean) if rate > 0 else SteadyQueue(0, 0, 0, 0, 0, 0))
    return tuple(nodes)
