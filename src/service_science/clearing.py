"""How long those who wait now will still wait, and those who come within the hour: the queue as it stands, played on.

For the question of the moment, “what if one more counter opened now?”: both cases are played with the same customers,
services and arrivals, so that their difference is the decision's and not chance's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service_science.checks import WrongInput, count, positive

RUNS = 60


@dataclass(frozen=True, slots=True)
class WaitingCustomer:
    """Somebody who waits: for what kind of service, in the order they will be called, and since how many seconds."""

    kind: str
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class ClearingServer:
    """What one serves, with the turn of each kind (1 before 2), and in how many seconds one is free."""

    turns: Mapping[str, int]
    free_in: float = 0.0


@dataclass(frozen=True, slots=True)
class Clearing:
    """Seconds from now on, until called: of those who wait now, on average and for the last of them; of those who
    come within the horizon. `unserved`: people per run nobody serves.
    """

    mean: float
    last: float
    coming: float
    unserved: float


def clear(
    waiting: Sequence[WaitingCustomer],
    servers: Sequence[ClearingServer],
    services: Mapping[str, float],
    *,
    arrivals: Mapping[str, float] | None = None,
    horizon: float = 3600.0,
    seed: int = 1,
    runs: int = RUNS,
) -> Clearing:
    """`services`: mean seconds by kind; `arrivals`: people an hour by kind. Services are exponential.

    >>> three = [WaitingCustomer("a"), WaitingCustomer("a"), WaitingCustomer("a")]
    >>> one = clear(three, [ClearingServer({"a": 1})], {"a": 60.0}, runs=400)
    >>> two = clear(three, [ClearingServer({"a": 1}), ClearingServer({"a": 1})], {"a": 60.0}, runs=400)
    >>> round(one.mean, -1), round(two.mean, -1)
    (60.0, 10.0)
    """
    means = {kind: positive("services", seconds) for kind, seconds in services.items()}
    if missing := {one.kind for one in waiting} - means.keys():
        raise WrongInput("services", f"has nothing for {', '.join(sorted(missing))}")
    rng = np.random.default_rng(count("seed", seed))
    rates = {kind: rate / 3600 for kind, rate in (arrivals or {}).items() if rate > 0 and kind in means}
    now, last, coming, unserved = [], [], [], 0
    for _run in range(count("runs", runs, least=1)):
        people = [(0.0, one.kind, float(rng.exponential(means[one.kind]))) for one in waiting]
        people += _arriving(rates, means, positive("horizon", horizon), rng)
        waits = _play(people, servers)
        unserved += sum(wait is None for wait in waits)
        mine = [wait for wait in waits[: len(waiting)] if wait is not None]
        now += mine
        last += [max(mine)] if mine else []
        coming += [wait for wait in waits[len(waiting) :] if wait is not None]
    return Clearing(_mean(now), _mean(last), _mean(coming), unserved / runs)


def called_in(
    ahead: Sequence[str], mine: str, servers: Sequence[ClearingServer], services: Mapping[str, float]
) -> float | None:
    """Seconds until one is called who comes behind `ahead` (kinds, in their order), if each service takes its mean;
    None when nobody serves their kind.

    >>> called_in(["a", "b"], "a", [ClearingServer({"a": 1}, 30.0), ClearingServer({"b": 1})], {"a": 60.0, "b": 60.0})
    90.0
    """
    people = [(0.0, kind, positive("services", services[kind])) for kind in (*ahead, mine)]
    return _play(people, servers)[-1]


Person = tuple[float, str, float]  # comes at, for what, served for


def _arriving(
    rates: Mapping[str, float], means: Mapping[str, float], horizon: float, rng: np.random.Generator
) -> list[Person]:
    found: list[Person] = []
    for kind, rate in rates.items():
        at = float(rng.exponential(1 / rate))
        while at < horizon:
            found.append((at, kind, float(rng.exponential(means[kind]))))
            at += float(rng.exponential(1 / rate))
    return sorted(found)


def _play(people: Sequence[Person], servers: Sequence[ClearingServer]) -> list[float | None]:
    """Waits, in the order of `people`, who are called in that order as far as turns allow; None: not served."""
    free = [server.free_in for server in servers]
    alike = [id(server.turns) for server in servers]  # of those who share their turns one is asked for all
    waits: list[float | None] = [None] * len(people)
    open_to = set(range(len(people)))
    while open_to and servers:
        best: tuple[float, int, int, int] | None = None
        firsts: dict[tuple[int, float], tuple[float, int] | None] = {}
        for number, server in enumerate(servers):
            same = (alike[number], free[number])
            if same not in firsts:
                firsts[same] = _first(people, open_to, server, free[number])
            found = firsts[same]
            if found is not None and (best is None or (found[0], number) < best[:2]):
                best = (found[0], number, found[1], 0)
        if best is None:
            break
        begin, number, person, _zero = best
        waits[person] = begin - people[person][0]
        free[number] = begin + people[person][2]
        open_to.discard(person)
    return waits


def _first(
    people: Sequence[Person], open_to: set[int], server: ClearingServer, free: float
) -> tuple[float, int] | None:
    """When this server would begin next, and with whom."""
    soonest = min((people[i][0] for i in open_to if people[i][1] in server.turns), default=None)
    if soonest is None:
        return None
    begin = max(free, soonest)
    there = [i for i in open_to if people[i][1] in server.turns and people[i][0] <= begin]
    return begin, min(there, key=lambda i: (server.turns[people[i][1]], i))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
