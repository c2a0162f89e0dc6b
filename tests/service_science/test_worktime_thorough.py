"""Slow: a million random questions against counting minute by minute."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from service_science.worktime import compile_worktime

OFFICE = [(time(9), time(12)), (time(13), time(18))]
WEEK = dict.fromkeys(range(5), OFFICE)
NIGHTS = {day: [(time(0), time(6)), (time(22), time(0))] for day in range(7)}
QUESTIONS = 1_000_000


def chinese_notices() -> dict[date, list[tuple[time, time]]]:
    """Days off and make-up days of 2007 to 2026, as the State Council announced them."""
    with (files("ruoshui.organization") / "data" / "cn_public_days.csv").open(encoding="utf-8") as lines:
        return {
            date.fromisoformat(row["date"]): [] if row["kind"] == "off" else OFFICE for row in csv.DictReader(lines)
        }


def open_minutes(week, special, zone, begin: datetime, minutes: int) -> np.ndarray:
    """The oracle: ask every single minute whether its wall clock lies within the hours of its date."""
    found = np.zeros(minutes, np.int64)
    for n in range(minutes):
        local = (begin + timedelta(minutes=n)).astimezone(zone)
        clock = local.time()
        for opens, closes in special.get(local.date(), week.get(local.weekday(), ())):
            if opens <= clock and (clock < closes or closes == time(0)):
                found[n] = 1
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "week", "special", "first", "last"),
    [
        ("Asia/Shanghai", WEEK, chinese_notices(), date(2007, 1, 1), date(2026, 12, 31)),
        ("Europe/Berlin", NIGHTS, {}, date(2024, 1, 1), date(2026, 12, 31)),
        ("America/New_York", NIGHTS, {}, date(2024, 1, 1), date(2026, 12, 31)),
        ("Australia/Lord_Howe", NIGHTS, {}, date(2025, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_million_questions_agree_with_a_minute_by_minute_count(zone, week, special, first, last):
    tz, r = ZoneInfo(zone), np.random.default_rng(1)
    worktime = compile_worktime(week, special, tz, first, last)
    begin = datetime.combine(first, time(0), tz).astimezone(UTC)
    origin = int(begin.timestamp())
    minutes = (last - first).days * 24 * 60
    worked = np.concatenate(([0], np.cumsum(open_minutes(week, special, tz, begin, minutes))))

    a, b = np.sort(r.integers(0, minutes, (2, QUESTIONS)), axis=0)
    expected = (worked[b] - worked[a]) * 60
    begins, ends = origin + a * 60, origin + b * 60
    assert np.array_equal(worktime.vector.between(begins, ends), expected)
    assert [worktime.between_seconds(x, y) for x, y in zip(begins.tolist(), ends.tolist(), strict=True)] == (
        expected.tolist()
    )
    # The earliest moment at which so much is done: what was done until then is exact, and a second earlier less.
    some = expected > 0
    due = worktime.vector.add(begins[some], expected[some])
    minute_of_due = np.searchsorted(worked, (worked[a] + expected // 60)[some], side="left")
    assert np.array_equal(due, origin + minute_of_due * 60)
    assert [
        worktime.add_seconds(x, y) for x, y in zip(begins[some].tolist(), expected[some].tolist(), strict=True)
    ] == due.tolist()
