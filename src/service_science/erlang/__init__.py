"""Erlang's formulas: how many wait, how long, how many servers are enough.

>>> from service_science.erlang import erlang_c, service_level, staff_for_level
>>> round(erlang_c(11, 10.0), 4)
0.6821
>>> team = staff_for_level(arrivals=100 / 1800, service=180.0, answer_within=20.0, level=0.8)
>>> team
14
>>> round(service_level(team, arrivals=100 / 1800, service=180.0, answer_within=20.0), 4)
0.8884

Times are in any one unit (seconds here); `load` is in erlangs, arrivals × service time.
"""

from service_science.erlang.formulas import SteadyState, erlang_a, erlang_b, erlang_c, service_level
from service_science.erlang.staffing import (
    StaffedInterval,
    garnett,
    halfin_whitt,
    square_root_staff,
    staff_for_level,
    staff_intervals,
)

__all__ = [
    "StaffedInterval",
    "SteadyState",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "garnett",
    "halfin_whitt",
    "service_level",
    "square_root_staff",
    "staff_for_level",
    "staff_intervals",
]
