"""How many will call: each day predicted from the days before it, on made-up weeks and on a bank's calls."""

import gzip
from datetime import date, timedelta

import numpy as np
import pytest

from bench.arrivals import Arrived, measure_arrivals, read_arrivals
from ruoshui.queues.staffing import LOOKS_BACK_DAYS
from service_science.forecast import forecast_day
from tests.service_science.shared import shared

MONDAY = date(2026, 1, 5)


def weekdays(number: int) -> list[date]:
    return [MONDAY + timedelta(days=place // 5 * 7 + place % 5) for place in range(number)]


def test_half_hours_add_up_their_parts_and_one_that_is_not_whole_is_left_out(tmp_path):
    rows = ["nominal_weekday,slot_start,calls"]
    for day in ("2026-01-05", "2026-01-06"):
        rows += [f"{day},{hour:02d}:{minute:02d},{hour}" for hour in (7, 8) for minute in range(0, 60, 5)]
        rows += [f"{day},09:00,100"]
    path = tmp_path / "calls.csv.gz"
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    found = read_arrivals(path)
    assert found.days == [date(2026, 1, 5), date(2026, 1, 6)]
    assert found.counts.tolist() == [[42, 42, 48, 48]] * 2


def test_one_busy_day_after_equal_ones_is_missed_as_much_as_by_last_week():
    """Ten calls a day, twenty on the last: ten are missed of 510, and one band of fifty does not hold."""
    counts = np.full((80, 1), 10.0)
    counts[-1] = 20.0
    found = measure_arrivals(Arrived(weekdays(80), counts), looks_back_days=LOOKS_BACK_DAYS, smooth=1)
    assert (found.days, found.held) == (50, 0.98)
    assert (found.of_last_week, found.of_calls) == pytest.approx((1.0, 10 / 510))


def test_a_banks_calls_come_out_as_written_down():
    arrived = read_arrivals(shared("bank_calls_5min/calls.csv.gz"))
    assert arrived.counts.shape == (124, 28)
    found = measure_arrivals(arrived, looks_back_days=LOOKS_BACK_DAYS, smooth=1)
    figures = found.days, round(found.of_last_week, 2), round(found.of_calls, 3), round(found.held, 2)
    assert figures == (94, 0.92, 0.076, 0.76)


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_a_day_of_few_slots_is_predicted_slot_by_slot(slots):
    found = forecast_day(np.full((5, slots), 6.0), weekdays=[0] * 5, ages=[7, 14, 21, 28, 35], weekday=0, smooth=1)
    assert found.expected.tolist() == pytest.approx([6.0] * slots)
    assert found.low.shape == found.high.shape == (slots,)
