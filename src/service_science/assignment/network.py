"""The network: like customers are one class; a class flows to its manager, to the team, or to the hub of its region
and grade.

A million customers become some ten thousand classes, and a hub saves an arc from every class to every manager.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import Floats, Ints
from service_science.assignment.model import Customers, Managers, Prices
from service_science.checks import WrongInput


@dataclass(frozen=True, slots=True)
class Classes:
    """Customers who differ in nothing: their number, and of which class each customer is."""

    region: Ints
    grade: Ints
    manager: Ints
    tenure: Ints
    size: Ints
    of: Ints


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes: classes, then hubs, then managers, then the end. Arcs with room and price."""

    tail: Ints
    head: Ints
    room: Ints
    price: Floats
    supply: Ints
    hubs: int
    managers: int

    @property
    def classes(self) -> int:
        return self.supply.size - self.hubs - self.managers - 1


def classes_of(customers: Customers, managers: int, prices: Prices) -> Classes:
    region, grade, manager, tenure = customers.columns()
    if manager.max() >= managers:
        raise WrongInput("customers.manager", f"names manager {manager.max()} of {managers}")
    tenure = np.where(manager < 0, 0, np.minimum(tenure, len(prices.move) - 1))
    widths = int(grade.max()) + 1, managers + 1, int(tenure.max()) + 1
    key = ((region * widths[0] + grade) * widths[1] + manager + 1) * widths[2] + tenure
    codes, size, of = _grouped(key)
    rest, own_tenure = np.divmod(codes, widths[2])
    rest, own_manager = np.divmod(rest, widths[1])
    own_region, own_grade = np.divmod(rest, widths[0])
    return Classes(own_region, own_grade, own_manager - 1, own_tenure, size, of)


def _grouped(key: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct keys, how often each occurs, and which each entry is; by counting where keys are small."""
    if key.max() > 4 * key.size + 1_000_000:
        codes, of, size = np.unique(key, return_inverse=True, return_counts=True)
        return codes, size, of
    often = np.bincount(key)
    codes = np.flatnonzero(often)
    place = np.zeros(often.size, dtype=np.int64)
    place[codes] = np.arange(codes.size)
    return codes, often[codes], place[key]


def network_of(classes: Classes, managers: Managers, prices: Prices) -> Network:
    region, capacity, lowest, highest, team = managers.columns()
    n, m = classes.size.size, region.size
    near = _near(int(max(classes.region.max(), region.max())) + 1, prices)
    move = np.where(classes.manager < 0, 0.0, np.array(prices.move)[classes.tenure])
    hub_key, hub_of = np.unique(_key(classes.region, classes.grade, -1, m), return_inverse=True)
    had = np.flatnonzero(classes.manager >= 0)
    own_team = team[classes.manager[had]]
    in_team = had[own_team >= 0]
    team_key, team_hub_of = np.unique(
        _key(classes.region[in_team], classes.grade[in_team], own_team[own_team >= 0], m), return_inverse=True
    )
    hubs = hub_key.size + team_key.size
    end = n + hubs + m
    now = classes.manager[had]
    stays = (
        (near[classes.region[had], region[now]] >= 0)
        & (lowest[now] <= classes.grade[had])
        & (classes.grade[had] <= highest[now])
    )
    held = had[stays]
    onward = _onward(np.concatenate([hub_key, team_key]), m, near, (region, lowest, highest, team))
    arcs = [
        (held, n + hubs + classes.manager[held], near[classes.region[held], region[classes.manager[held]]]),
        (np.arange(n), n + hub_of, move),
        (in_team, n + hub_key.size + team_hub_of, move[in_team] * prices.within_team),
        (n + onward[0], n + hubs + onward[1], onward[2]),
        (np.arange(n), np.full(n, end), np.full(n, float(prices.unserved))),
        (n + hubs + np.arange(m), np.full(m, end), np.zeros(m)),
    ]
    tail, head, price = (np.concatenate(parts) for parts in zip(*arcs, strict=True))
    everyone = int(classes.size.sum())
    room = np.full(tail.size, everyone, dtype=np.int64)
    room[-m:] = capacity
    supply = np.concatenate([classes.size, np.zeros(hubs + m, dtype=np.int64), [-everyone]])
    return Network(tail, head, room, price, supply, hubs, m)


def _key(region: Ints, grade: Ints, team: Ints | int, managers: int) -> Ints:
    return (region * 2**20 + grade) * (managers + 2) + np.asarray(team) + 1


def _near(regions: int, prices: Prices) -> Floats:
    """The price of a manager of region r for a customer of region c; -1 where it may not be."""
    near = np.full((regions, regions), -1.0)
    np.fill_diagonal(near, 0.0)
    for one, other in prices.neighbours:
        if not (one >= 0 and other >= 0):
            raise WrongInput("neighbours", "must be pairs of region numbers")
        if one < regions and other < regions and one != other:
            near[one, other] = near[other, one] = prices.neighbour
    return near


def _onward(keys: Ints, managers: int, near: Floats, who: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints, Floats]:
    """Arcs from each hub to the managers who may take its customers."""
    region, lowest, highest, team = who
    rest, team_code = np.divmod(keys, managers + 2)
    hub_region, hub_grade = np.divmod(rest, 2**20)
    tails, heads, prices = [], [], []
    for hub in range(keys.size):
        price = near[hub_region[hub], region]
        fits = (price >= 0) & (lowest <= hub_grade[hub]) & (hub_grade[hub] <= highest)
        if team_code[hub] > 0:
            fits &= team == team_code[hub] - 1
        found = np.flatnonzero(fits)
        tails.append(np.full(found.size, hub))
        heads.append(found)
        prices.append(price[found])
    return np.concatenate(tails), np.concatenate(heads), np.concatenate(prices)
