"""The simulation's speed beside Ciw and SimPy, and its means beside exact formulas."""

from __future__ import annotations

import random
from typing import Any

from bench.telling import line, part, timed
from service_science.queueing import priority_with_patience, solve_jackson
from service_science.simulation import Arrivals, Kind, Model, ServerTeam, Shifts, exponential, replicate, simulate

RATES, SERVERS, PATIENCE = (12.0, 36.0), 50, 2.0
ROUTING = [[0, 0.5, 0.5], [0.1, 0, 0.3], [0, 0.2, 0]]


def two_classes() -> Model:
    """M/M/50+M, the first class always first."""
    kinds = tuple(
        Kind(name, Arrivals((rate,)), "desk", exponential(1.0), exponential(PATIENCE), priority=i)
        for i, (name, rate) in enumerate(zip(("first", "second"), RATES, strict=True))
    )
    return Model(("desk",), kinds, (ServerTeam("team", ("desk",), Shifts((SERVERS,))),))


def three_stations() -> Model:
    places = ("one", "two", "three")
    route = {
        place: [(part, to) for part, to in zip(row, places, strict=True) if part]
        for place, row in zip(places, ROUTING, strict=True)
    }
    teams = tuple(ServerTeam(place, (place,), Shifts((n,))) for place, n in zip(places, (7, 5, 6), strict=True))
    return Model(places, (Kind("all", Arrivals((5.0,)), "one", exponential(1.0), route=route),), teams)


def distances() -> dict[str, tuple[float, float, float]]:
    """Figure → mean of the runs, its standard error, the exact value."""
    found = {}
    runs = replicate(two_classes(), runs=60, until=4000.0, seed=11, warm_up=50.0)
    exact = priority_with_patience(SERVERS, arrivals=RATES, service=1.0, patience=PATIENCE)
    for name, truth in zip(("first", "second"), exact, strict=True):
        for figure, value in (("abandoned", truth.abandons), ("mean_wait", truth.mean_wait)):
            estimate = runs[f"{name} at desk: {figure}"]
            found[f"{name} class, {figure.replace('_', ' ')}"] = (estimate.mean, estimate.error, value)
    network = replicate(three_stations(), runs=60, until=4000.0, seed=21, warm_up=200.0)
    nodes = solve_jackson([7, 5, 6], arrivals=[5.0, 0, 0], service=[1.0] * 3, routing=ROUTING)
    for place, node in zip(("one", "two", "three"), nodes, strict=True):
        estimate = network[f"all at {place}: mean_wait"]
        found[f"network, station {place}, mean wait"] = (estimate.mean, estimate.error, node.mean_wait)
    return found


def tell() -> None:
    part("simulation of M/M/50+M, two classes (events: arrivals, ends of service, leavings)")
    model = two_classes()
    simulate(model, until=1.0, seed=1)
    seconds, done = timed(lambda: simulate(model, until=60_000.0, seed=1), 5)
    ours = done.events / seconds
    line("ours", f"{ours / 1e6:.2f} M events/s", "5 M")
    for name, peer in (("Ciw 3.2.7", _ciw), ("SimPy 4.1.2", _simpy)):
        seconds, visits = timed(peer, 2)
        speed = 2 * visits / seconds
        line(f"{name}: ours is faster by", f"{ours / speed:.0f} × ({speed:,.0f}/s)", "100 ×" if peer is _ciw else "")
    for name, (mean, error, exact) in distances().items():
        line(f"{name}: mean, exact, z", f"{mean:.6f}, {exact:.6f}, {(mean - exact) / error:+.2f}", "|z| < 3")


def _ciw() -> int:
    import ciw

    exponentials = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions={"first": [exponentials(RATES[0])], "second": [exponentials(RATES[1])]},
        service_distributions={"first": [exponentials(1.0)], "second": [exponentials(1.0)]},
        reneging_time_distributions={"first": [exponentials(1 / PATIENCE)], "second": [exponentials(1 / PATIENCE)]},
        number_of_servers=[SERVERS],
        priority_classes={"first": 0, "second": 1},
    )
    ciw.seed(1)
    run = ciw.Simulation(network)
    run.simulate_until_max_time(400)
    return len(run.get_all_records())


def _simpy() -> int:
    import simpy

    rng, env, visits = random.Random(1), simpy.Environment(), [0]
    desk = simpy.PriorityResource(env, SERVERS)

    def customer(rank: int) -> Any:
        with desk.request(priority=rank) as turn:
            came = yield turn | env.timeout(rng.expovariate(1 / PATIENCE))
            if turn in came:
                yield env.timeout(rng.expovariate(1.0))
        visits[0] += 1

    def source(rank: int, rate: float) -> Any:
        while True:
            yield env.timeout(rng.expovariate(rate))
            env.process(customer(rank))

    for rank, rate in enumerate(RATES):
        env.process(source(rank, rate))
    env.run(until=800)
    return visits[0]
