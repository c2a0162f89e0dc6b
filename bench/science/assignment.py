"""Customers given to managers: up to a million to a thousand, with and without ortools."""

from __future__ import annotations

import numpy as np

from bench.telling import line, part, timed
from service_science.assignment import Customers, Managers, Prices, assign, solving

REGIONS = 31


def a_bank(customers: int, managers: int) -> tuple[Customers, Managers, Prices]:
    """Made up: regions of uneven size, four in five with a manager of their region, three bands of tenure."""
    rng = np.random.default_rng(1)
    place = rng.integers(0, REGIONS, managers)
    home = place[rng.choice(managers, customers, p=rng.dirichlet(np.full(managers, 3.0)))]
    order = np.argsort(place, kind="stable")
    begin, end = (np.searchsorted(place[order], np.arange(REGIONS), side=side) for side in ("left", "right"))
    near = order[np.minimum(begin[home] + rng.integers(0, 10**6, customers) % (end - begin)[home], managers - 1)]
    highest = rng.integers(2, 6, managers)
    ring = [(i, (i + step) % REGIONS) for i in range(REGIONS) for step in (1, 5)]
    manager = np.where(rng.random(customers) < 0.8, near, -1)
    grade = rng.choice(5, customers, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    room = np.full(managers, int(customers / managers * 1.05) + 1)
    return (
        Customers(home, grade, manager, rng.integers(0, 3, customers)),
        Managers(place, room, np.maximum(0, highest - 3), highest, place // 3),
        Prices(move=(1.0, 2.0, 4.0), neighbours=tuple(ring)),
    )


def tell() -> None:
    part("customers given to managers at the least price (proven), end to end")
    for customers, managers in ((10_000, 10), (100_000, 100), (1_000_000, 1000)):
        case = a_bank(customers, managers)
        seconds, found = timed(lambda case=case: assign(*case), 5)  # type: ignore[misc]
        aim = "0.5 s" if customers == 1_000_000 else ""
        line(f"{customers:,} to {managers:,}", f"{seconds:.3f} s, price {found.cost:,.1f}", aim)
        flows, solving.flows = solving.flows, None
        try:
            seconds, plain = timed(lambda case=case: assign(*case), 1)  # type: ignore[misc]
        finally:
            solving.flows = flows
        line("  without ortools", f"{seconds:.2f} s, price {plain.cost:,.1f}")
