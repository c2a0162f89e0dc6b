"""The cheapest flow: by ortools where it is installed, otherwise as a linear programme by scipy's HiGHS. Both are
exact.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from service_science.arrays import Ints
from service_science.assignment.model import Assignment, Customers, Managers, Prices
from service_science.assignment.network import Classes, Network, classes_of, network_of

flows: Any
try:
    flows = import_module("ortools.graph.python.min_cost_flow")
except ImportError:  # the extra `optimize` is not installed
    flows = None

SCALE = 1000  # prices are whole thousandths for ortools


def assign(customers: Customers, managers: Managers, prices: Prices | None = None) -> Assignment:
    """Everybody to somebody at the least total price; nobody beyond a capacity, a grade or a neighbouring region.

    Prices are taken to a thousandth.
    """
    charged = prices or Prices()
    classes = classes_of(customers, managers.columns()[0].size, charged)
    network = network_of(classes, managers, charged)
    flow = _by_ortools(network) if flows is not None else _by_scipy(network)
    given = _expand(network, classes, flow)
    before = np.asarray(customers.manager, dtype=np.int64)
    cost = float(flow @ np.round(network.price * SCALE)) / SCALE
    moved = int(((before >= 0) & (given >= 0) & (given != before)).sum())
    return Assignment(given, cost, moved, int((given < 0).sum()))


def _by_ortools(network: Network) -> Ints:
    solver = flows.SimpleMinCostFlow()
    costs = np.round(network.price * SCALE).astype(np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.room, costs)
    solver.set_nodes_supplies(np.arange(network.supply.size), network.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:  # every customer may stay unserved, so there is always a flow
        raise RuntimeError(f"minimum-cost flow ended with {status}")
    return np.asarray(solver.flows(np.arange(network.tail.size)), dtype=np.int64)


def _by_scipy(network: Network) -> Ints:
    """Capacities are whole and the matrix is a network's, so the corner that the simplex method ends in is whole."""
    arcs = np.arange(network.tail.size)
    ones = np.ones(arcs.size)
    matrix = coo_matrix(
        (np.concatenate([ones, -ones]), (np.concatenate([network.tail, network.head]), np.concatenate([arcs, arcs])))
    ).tocsr()
    found = linprog(
        np.round(network.price * SCALE) / SCALE, A_eq=matrix, b_eq=network.supply,
        bounds=np.column_stack([np.zeros(arcs.size), network.room]), method="highs-ds",
    )  # fmt: skip
    if found.x is None:
        raise RuntimeError(f"linear programme ended with {found.message}")
    return np.round(found.x).astype(np.int64)


def _expand(network: Network, classes: Classes, flow: Ints) -> Ints:
    """From flows to customers: each class hands out its ways in order, each hub its managers in order."""
    n, hubs, m = network.classes, network.hubs, network.managers
    out = (network.tail < n) & (flow > 0)
    by_class = np.lexsort((network.head[out], network.tail[out]))
    target = np.repeat(network.head[out][by_class], flow[out][by_class])
    onward = (network.tail >= n) & (network.tail < n + hubs) & (flow > 0)
    by_hub = np.argsort(network.tail[onward], kind="stable")
    through = np.repeat(network.head[onward][by_hub], flow[onward][by_hub])
    inside = np.flatnonzero((target >= n) & (target < n + hubs))
    target[inside[np.argsort(target[inside], kind="stable")]] = through
    given = np.where(target == n + hubs + m, -1, target - n - hubs)
    found = np.empty(classes.of.size, dtype=np.int64)
    found[np.argsort(classes.of, kind="stable")] = given
    return found
