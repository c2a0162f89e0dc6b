"""What is assigned to whom, and what each choice costs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from service_science.arrays import ArrayLike, Ints
from service_science.checks import WrongInput, number, numbers, same_length


def whole(name: str, values: ArrayLike, *, least: int = 0) -> Ints:
    found = numbers(name, values, least=least)
    if (found % 1 != 0).any():
        raise WrongInput(name, "must be whole numbers")
    return found.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Customers:
    """An entry a customer. `manager`: the present manager, -1 for none; `tenure`: band of how long, from 0."""

    region: ArrayLike
    grade: ArrayLike
    manager: ArrayLike
    tenure: ArrayLike | None = None

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Region, grade, manager, tenure; checked."""
        region, grade = whole("customers.region", self.region), whole("customers.grade", self.grade)
        manager = whole("customers.manager", self.manager, least=-1)
        tenure = np.zeros_like(region) if self.tenure is None else whole("customers.tenure", self.tenure)
        same_length(region=region, grade=grade, manager=manager, tenure=tenure)
        return region, grade, manager, tenure


@dataclass(frozen=True, slots=True)
class Managers:
    """An entry a manager: takes grades from `lowest` to `highest`, in its region and the neighbours; team -1: none."""

    region: ArrayLike
    capacity: ArrayLike
    lowest: ArrayLike | None = None
    highest: ArrayLike | None = None
    team: ArrayLike | None = None

    def columns(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Region, capacity, lowest, highest, team; checked."""
        region, capacity = whole("managers.region", self.region), whole("managers.capacity", self.capacity)
        lowest = np.zeros_like(region) if self.lowest is None else whole("managers.lowest", self.lowest)
        highest = np.full_like(region, 2**31) if self.highest is None else whole("managers.highest", self.highest)
        team = np.full_like(region, -1) if self.team is None else whole("managers.team", self.team, least=-1)
        same_length(region=region, capacity=capacity, lowest=lowest, highest=highest, team=team)
        return region, capacity, lowest, highest, team


@dataclass(frozen=True, slots=True)
class Prices:
    """`move`: of a change of manager, by band of tenure (the last for all beyond); for customers with none, nothing.
    `within_team`: the part of it that a change to a colleague of the same team costs. `neighbour`: of a manager in a
    neighbouring region. `unserved`: of nobody at all; it must be the highest.
    """

    move: tuple[float, ...] = (1.0,)
    within_team: float = 0.5
    neighbour: float = 2.0
    unserved: float = 1000.0
    neighbours: tuple[tuple[int, int], ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.move:
            raise WrongInput("move", "must not be empty")
        for price in self.move:
            number("move", price, least=0)
        number("within_team", self.within_team, least=0, most=1)
        number("neighbour", self.neighbour, least=0)
        dearest = max(self.move) + self.neighbour
        if number("unserved", self.unserved, least=0) <= dearest:
            raise WrongInput("unserved", f"must be above {dearest:g}, the dearest way to be served")


@dataclass(frozen=True, slots=True)
class Assignment:
    """`manager` of each customer, -1 for nobody; `moved`: customers who had another before. The cost is the least."""

    manager: Ints
    cost: float
    moved: int
    unserved: int
