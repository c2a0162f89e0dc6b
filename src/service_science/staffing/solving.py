"""One way into HiGHS, through scipy: highspy itself must never be imported beside ortools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from service_science.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Solution:
    """`values` are whole numbers; `bound`: no solution costs less; `proven`: this one costs that."""

    values: Ints
    cost: float
    bound: float
    proven: bool


def whole(
    cost: Any, constraints: list[LinearConstraint], *, seconds: float, gap: float = 0.0, most: Any = np.inf,
    fractional: Any = None, whole_cost: bool = False,
) -> Solution | None:  # fmt: skip
    """The cheapest whole numbers from 0 to `most`; None when there are none.

    `fractional` marks columns that need not be whole. With `whole_cost` a bound is as good as the next whole number.
    """
    kinds = np.ones(len(cost)) if fractional is None else 1 - np.asarray(fractional, dtype=float)
    found = milp(
        cost, constraints=constraints, integrality=kinds, bounds=Bounds(0, most),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )  # fmt: skip
    if found.x is None:
        return None
    price = float(np.asarray(cost) @ np.round(found.x))
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else -np.inf
    if whole_cost:
        bound = float(np.ceil(bound - 1e-6))
    return Solution(np.round(found.x).astype(np.int64), price, bound, price <= bound + 1e-6 * max(1.0, abs(price)))


def at_least(matrix: Any, needed: Floats | Ints) -> LinearConstraint:
    return LinearConstraint(matrix, needed, np.inf)


def exactly(matrix: Any, values: Floats | Ints) -> LinearConstraint:
    return LinearConstraint(matrix, values, values)


def at_most(matrix: Any, values: Floats | Ints) -> LinearConstraint:
    return LinearConstraint(matrix, -np.inf, values)
