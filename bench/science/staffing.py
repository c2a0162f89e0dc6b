"""Shifts that cover a day, tours that cover a week."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.telling import line, part, timed
from service_science.staffing import Shift, cover_day, cover_week, day_shifts


def a_day() -> tuple[Any, list[Shift]]:
    """Needed in 96 quarter-hours, and 1,680 shifts: six lengths, eight places of a break of half an hour."""
    hours = np.arange(96) / 4
    needed = np.round(40 * np.exp(-(((hours - 11) / 3) ** 2)) + 30 * np.exp(-(((hours - 16) / 2.5) ** 2)) + 3)
    needed[(hours < 7) | (hours >= 22)] = 0
    shifts = [
        shift
        for length in (16, 20, 24, 28, 32, 36)
        for shift in day_shifts(
            slots=96, lengths=[length], break_slots=2, break_after=length // 2 - 4, break_before=length // 2 + 3
        )
        if shift.begin >= 28 and shift.end <= 88
    ]
    return needed, shifts


def a_week(scale: float) -> Any:
    """Needed in 48 half-hours of seven days."""
    hours = np.arange(48) / 2
    day = 60 * np.exp(-(((hours - 11) / 3) ** 2)) + 45 * np.exp(-(((hours - 17) / 3) ** 2)) + 4
    day[(hours < 6) | (hours >= 22.5)] = 0
    return np.round(np.outer([1.1, 1.0, 0.95, 1.0, 1.05, 0.7, 0.5], day) * scale)


def tell() -> None:
    part("shifts that cover a day of 96 quarter-hours (1,680 shifts with breaks)")
    needed, shifts = a_day()
    for title, costs in (("fewest people", None), ("fewest paid hours", [shift.paid for shift in shifts])):
        seconds, cover = timed(lambda costs=costs: cover_day(needed, shifts, costs=costs), 3)  # type: ignore[misc]
        proof = "proven" if cover.proven else "NOT proven"
        line(title, f"{cover.people} people, cost {cover.cost:.0f}, {proof}, {seconds:.2f} s", "1 s")
    seconds, theirs = timed(lambda: _pyworkforce(needed, shifts), 1)
    line("pyworkforce 0.5.1 on the same shifts", f"{theirs}, {seconds:.1f} s")
    part("tours of five days with a break each, 18 begins, 21 patterns of days")
    for scale in (1.0, 1.57, 3.1):
        seconds, week = timed(
            lambda scale=scale: cover_week(  # type: ignore[misc]
                a_week(scale), begins=range(12, 30), length=16, break_slots=1, break_after=5, break_before=10
            ),
            1,
        )
        line(f"week of {week.people} people", f"gap {week.gap:.2%}, {seconds:.1f} s", "0.3 % in 60 s")


def _pyworkforce(needed: Any, shifts: list[Shift]) -> str:
    from pyworkforce.scheduling import MinRequiredResources

    coverage = {str(i): [int(shift.covers(slot)) for slot in range(needed.size)] for i, shift in enumerate(shifts)}
    solver = MinRequiredResources(
        num_days=1, periods=needed.size, shifts_coverage=coverage, required_resources=[needed.astype(int).tolist()],
        max_period_concurrency=200, max_shift_concurrency=200, max_search_time=60.0,
    )  # fmt: skip
    found = solver.solve()
    people = sum(shift["resources"] for shift in found.get("resources_shifts", []))
    return f"{people} people, {str(found['status']).lower()}"
