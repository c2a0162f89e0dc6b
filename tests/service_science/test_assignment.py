"""Assignments against the Hungarian method on single customers, by both solvers."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from service_science.assignment import Customers, Managers, Prices, assign, solving
from service_science.checks import WrongInput

PRICES = Prices(
    move=(1.0, 2.5, 4.0), within_team=0.5, neighbour=2.0, unserved=50.0, neighbours=((0, 1), (1, 2), (2, 3))
)


def a_bank(seed: int, customers: int = 60, managers: int = 7):
    rng = np.random.default_rng(seed)
    lowest = rng.integers(0, 2, managers)
    return (
        Customers(
            region=rng.integers(0, 4, customers), grade=rng.integers(0, 4, customers),
            manager=rng.integers(-1, managers, customers), tenure=rng.integers(0, 5, customers),
        ),
        Managers(
            region=rng.integers(0, 4, managers), capacity=rng.integers(4, 12, managers), lowest=lowest,
            highest=lowest + rng.integers(1, 3, managers), team=rng.integers(-1, 2, managers),
        ),
    )  # fmt: skip


def price(customers, managers, c, m):
    """What customer c costs with manager m; None where it may not be."""
    region, grade, now, tenure = (column[c] for column in customers.columns())
    places, _capacity, lowest, highest, team = managers.columns()
    near = 0.0 if places[m] == region else PRICES.neighbour
    if near and abs(places[m] - region) != 1:
        return None
    if not lowest[m] <= grade <= highest[m]:
        return None
    if now in {-1, m}:
        return near
    move = PRICES.move[min(tenure, 2)]
    colleague = team[now] >= 0 and team[now] == team[m]
    return near + move * (PRICES.within_team if colleague else 1.0)


def best_cost(customers, managers):
    capacity = managers.columns()[1]
    seats = np.repeat(np.arange(capacity.size), capacity)
    number = len(customers.columns()[0])
    costs = np.full((number, seats.size + number), PRICES.unserved)
    for c in range(number):
        for s, m in enumerate(seats):
            found = price(customers, managers, c, m)
            costs[c, s] = 1e6 if found is None else found
    return float(costs[linear_sum_assignment(costs)].sum())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("solver", ["ortools", "scipy"])
def test_the_price_is_the_least_of_all(seed, solver, monkeypatch):
    if solver == "scipy":
        monkeypatch.setattr(solving, "flows", None)
    elif solving.flows is None:
        pytest.skip("ortools is not installed")
    customers, managers = a_bank(seed)
    found = assign(customers, managers, PRICES)
    each = [
        PRICES.unserved if m < 0 else price(customers, managers, c, m) for c, m in enumerate(found.manager.tolist())
    ]
    assert None not in each
    assert sum(each) == pytest.approx(found.cost)
    assert found.cost == pytest.approx(best_cost(customers, managers))
    capacity = managers.columns()[1]
    assert (np.bincount(found.manager[found.manager >= 0], minlength=capacity.size) <= capacity).all()
    before = customers.columns()[2]
    assert found.moved == ((before >= 0) & (found.manager >= 0) & (found.manager != before)).sum()
    assert found.unserved == (found.manager < 0).sum()


def test_nobody_moves_where_everybody_fits():
    found = assign(Customers([0] * 4, [1] * 4, [0, 0, 1, 1]), Managers([0, 0], [2, 2]))
    assert (found.manager.tolist(), found.cost, found.moved) == ([0, 0, 1, 1], 0.0, 0)


def test_many_regions_and_managers_need_no_table_of_all_of_them():
    """Keys too large to count one by one are sorted instead; the answer is the same."""
    customers = Customers([10_000, 10_000, 3], [0, 1, 0], [0, -1, -1])
    found = assign(customers, Managers([10_000, 3], [2, 1]))
    assert found.manager.tolist() == [0, 0, 1]


def test_an_unknown_manager_is_refused_by_name():
    with pytest.raises(WrongInput) as refused:
        assign(Customers([0], [0], [5]), Managers([0], [1]))
    assert refused.value.argument == "customers.manager"
