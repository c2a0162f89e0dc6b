"""Customers given to managers at the least total price, proven: grades, capacities, regions, continuity, teams.

>>> from service_science.assignment import Customers, Managers, Prices, assign
>>> found = assign(
...     Customers(region=[0, 0, 0, 1], grade=[1, 1, 2, 1], manager=[0, 0, -1, -1]),
...     Managers(region=[0, 0, 1], capacity=[1, 2, 2]),
...     Prices(move=(5.0,)),
... )
>>> found.manager.tolist(), found.cost
([1, 0, 1, 2], 5.0)
"""

from service_science.assignment.model import Assignment, Customers, Managers, Prices
from service_science.assignment.solving import assign

__all__ = ["Assignment", "Customers", "Managers", "Prices", "assign"]
