"""bin/bench arrivals: the calls of a bank by the half-hour, each day predicted from the days before it."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bench.telling import line, part, shared
from service_science.arrays import Floats
from service_science.forecast import forecast_day, mean_error

FIRST_PREDICTED = 30  # six weeks of five days have been seen by then
A_WEEK = 5  # the centre answers on weekdays only
SLOT_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Arrived:
    """Calls by day and half-hour; a half-hour that the file does not hold whole is left out."""

    days: list[date]
    counts: Floats


@dataclass(frozen=True, slots=True)
class ArrivalFigures:
    """`of_last_week`: the error as a share of that of “as many as a week ago”; `of_calls`: as a share of the calls."""

    days: int
    of_last_week: float
    of_calls: float
    held: float


def measure() -> int:
    import django

    django.setup()
    from ruoshui.queues.staffing import LOOKS_BACK_DAYS

    part("a bank's calls by the half-hour, each day predicted from the days before it")
    path = shared("bank_calls_5min/calls.csv.gz")
    if path is None:
        return 0
    arrived = read_arrivals(path)
    for title, smooth in (("as the staffing of a hall predicts", 1), ("each half-hour by itself", 0)):
        found = measure_arrivals(arrived, looks_back_days=LOOKS_BACK_DAYS, smooth=smooth)
        line(title, f"{found.days} of {len(arrived.days)} days predicted")
        line("  mean absolute error", f"{found.of_last_week:.2f} of “as last week”, {found.of_calls:.1%} of the calls")
        line("  the band holds", f"{found.held:.0%} of the half-hours", "80 %")
    return 0


def read_arrivals(path: Path) -> Arrived:
    calls: dict[date, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            hour, minute = map(int, row["slot_start"].split(":"))
            half_hour = (hour * 60 + minute) // SLOT_MINUTES
            calls[date.fromisoformat(row["nominal_weekday"])][half_hour].append(int(row["calls"]))
    days = sorted(calls)
    whole = max(len(parts) for parts in calls[days[0]].values())
    kept = sorted(slot for slot, parts in calls[days[0]].items() if len(parts) == whole)
    return Arrived(days, np.array([[sum(calls[day][slot]) for slot in kept] for day in days], dtype=float))


def measure_arrivals(arrived: Arrived, *, looks_back_days: int, smooth: int) -> ArrivalFigures:
    days, counts = arrived.days, arrived.counts
    predicted = [
        forecast_day(
            counts[first:place],
            weekdays=[one.weekday() for one in days[first:place]],
            ages=[(day - one).days for one in days[first:place]],
            weekday=day.weekday(),
            smooth=smooth,
        )
        for place, day in enumerate(days)
        if place >= FIRST_PREDICTED
        for first in [next(i for i, one in enumerate(days) if (day - one).days <= looks_back_days)]
    ]
    came, a_week_ago = counts[FIRST_PREDICTED:], counts[FIRST_PREDICTED - A_WEEK : -A_WEEK]
    expected, low, high = (np.array([getattr(one, name) for one in predicted]) for name in ("expected", "low", "high"))
    error = mean_error(expected.ravel(), came.ravel())
    return ArrivalFigures(
        days=len(predicted),
        of_last_week=error / mean_error(a_week_ago.ravel(), came.ravel()),
        of_calls=error,
        held=float(((low <= came) & (came <= high)).mean()),
    )
