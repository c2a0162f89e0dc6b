"""Exact queues: steady states, networks, and days whose load and staff change.

These are the yardsticks the simulation is held to, and what staffing for a moving load is reckoned with.
"""

from service_science.queueing.jackson import Node, solve_jackson
from service_science.queueing.priority import ClassWaits, PatientClass, priority_with_patience, priority_without_end
from service_science.queueing.stationary import SteadyQueue, solve_queue
from service_science.queueing.varying import Day, follow_day, staff_by_isa, staff_by_mol, staff_by_sipp

__all__ = [
    "ClassWaits",
    "Day",
    "Node",
    "PatientClass",
    "SteadyQueue",
    "follow_day",
    "priority_with_patience",
    "priority_without_end",
    "solve_jackson",
    "solve_queue",
    "staff_by_isa",
    "staff_by_mol",
    "staff_by_sipp",
]
