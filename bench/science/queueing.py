"""Staff for a day whose load moves: SIPP, modified offered load, and the exact equations."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.telling import line, part, timed
from service_science.queueing import Day, follow_day, staff_by_isa, staff_by_mol, staff_by_sipp

TARGET, DAYS = 0.2, 2  # the second of two equal days is looked at: the first begins empty


def measure(service: float) -> dict[str, tuple[float, Day]]:
    """Way of staffing → staff-hours of a day, and what it gives; load 100 ± 60 erlang over the day."""
    times = (np.arange(48 * 6 * DAYS) + 0.5) / 12
    rates = 100 / service * (1 + 0.6 * np.sin(2 * np.pi * times / 24))
    law: dict[str, Any] = {
        "periods": 48 * DAYS, "period": 0.5, "service": service, "waits": TARGET, "patience": service,
    }  # fmt: skip
    found = {}
    for name, way in (("SIPP", staff_by_sipp), ("MOL", staff_by_mol)):
        staff = way(rates, **law)
        found[name] = _second(follow_day(staff, arrivals=rates, period=0.5, service=service, patience=service))
    found["exact"] = _second(staff_by_isa(rates, **law))
    return found


def _second(day: Day) -> tuple[float, Day]:
    half = Day(day.servers[48:], day.waits[48:], day.mean_queue[48:], day.abandons[48:])
    return float(half.servers.sum()) / 2, half


def tell() -> None:
    part(f"staff by the half-hour, load 100 ± 60 erlang, at most {TARGET:.0%} may wait")
    for title, service in (("services of an hour", 1.0), ("services of six minutes", 0.1)):
        seconds, found = timed(lambda service=service: measure(service), 1)  # type: ignore[misc]
        for name, (hours, day) in found.items():
            over, more = int((day.waits > TARGET).sum()), hours / found["MOL"][0] - 1
            line(
                f"{title}, {name}",
                f"{hours:.1f} staff-hours ({more:+.2%} over MOL), {over} of 48 over, worst {day.waits.max():.3f}",
                "0 over, +0.2 %" if name == "exact" else "",
            )
        line("  all three", f"{seconds:.1f} s")
