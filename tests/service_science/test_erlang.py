"""Erlang's formulas against fifty digits, and staffing against looking at every number."""

from math import inf

import numpy as np
import pytest

from bench.science import exact
from service_science.erlang import (
    erlang_a,
    erlang_b,
    erlang_c,
    garnett,
    halfin_whitt,
    service_level,
    square_root_staff,
    staff_for_level,
    staff_intervals,
)

PLACES = [
    (1, 0.5), (3, 0.001), (5, 4.0), (11, 10.0), (100, 90.0), (100, 130.0), (250, 240.0), (1000, 1010.0), (1000, 950.0),
    (10_000, 9800.0), (100_300, 100_000.0), (1_000_000, 999_000.0), (1_000_000, 1_000_000.0), (1_000_000, 1_001_000.0),
]  # fmt: skip


@pytest.mark.parametrize(("n", "a"), PLACES)
def test_b_and_c_are_right_to_fourteen_digits(n, a):
    assert abs(float(erlang_b(n, a) / float(exact.erlang_b(n, a))) - 1) < 1e-14
    if a < n:
        assert abs(float(erlang_c(n, a) / float(exact.erlang_c(n, a))) - 1) < 1e-14


@pytest.mark.parametrize(("n", "a"), [place for place in PLACES if place[0] <= 10_000])
@pytest.mark.parametrize("theta", [1e-4, 0.1, 1.0, 30.0])
def test_a_is_right_to_fourteen_digits_at_any_patience(n, a, theta):
    if a > n and theta < 0.01:
        pytest.skip("the sum of the reference has millions of terms")
    waits, leaves = exact.erlang_a(n, a, theta)
    found = erlang_a(n, arrivals=a, service=1.0, patience=1 / theta)
    assert abs(found.waits / float(waits) - 1) < 2e-14
    assert abs(found.abandons / float(leaves) - 1) < 2e-14
    assert found.mean_wait == pytest.approx(found.abandons / theta, rel=1e-13)


def test_a_tends_to_c_as_patience_grows():
    c = erlang_c(12, 10.0)
    assert erlang_a(12, arrivals=10.0, service=1.0, patience=1e12).waits == pytest.approx(c, rel=1e-9)
    endless = erlang_a(12, arrivals=10.0, service=1.0, patience=inf)
    assert (endless.waits, endless.abandons) == (c, 0.0)


def test_the_share_within_a_limit_grows_from_no_wait_to_all_who_stay():
    at_once = erlang_a(50, arrivals=48.0, service=1.0, patience=2.0)
    later = [erlang_a(50, arrivals=48.0, service=1.0, patience=2.0, answer_within=t).within for t in (0.05, 0.2, 1, 50)]
    assert at_once.within == pytest.approx(1 - at_once.waits, abs=1e-12)
    assert sorted(later) == later
    assert later[-1] == pytest.approx(1 - at_once.abandons, abs=1e-12)


def test_without_load_nobody_waits_and_without_servers_everybody():
    assert (erlang_b(3, 0.0), erlang_c(3, 0.0), erlang_b(0, 2.0), erlang_c(2, 5.0)) == (0.0, 0.0, 1.0, 1.0)
    assert erlang_a(0, arrivals=2.0, service=1.0, patience=3.0).abandons == 1.0


def test_the_search_finds_the_fewest_servers_of_every_interval():
    rates = np.random.default_rng(5).gamma(2.0, 0.05, 300)
    found = staff_intervals(rates, service=180.0, answer_within=20.0, level=0.8)
    for rate, n in zip(rates.tolist(), found.servers.tolist(), strict=True):
        case = {"arrivals": rate, "service": 180.0, "answer_within": 20.0}
        assert service_level(n, **case) >= 0.8 > service_level(n - 1, **case)
    assert found.service_level[0] == pytest.approx(
        service_level(int(found.servers[0]), arrivals=float(rates[0]), service=180.0, answer_within=20.0), rel=1e-12
    )


def test_a_limit_on_occupancy_can_ask_for_more():
    case = {"arrivals": 1.0, "service": 100.0, "answer_within": 60.0, "level": 0.5}
    assert staff_for_level(**case) < staff_for_level(**case, most_busy=0.8) == 125


def test_many_servers_behave_as_the_square_root_rule_says():
    n, a = 1_001_000, 1_000_000.0
    assert erlang_c(n, a) == pytest.approx(halfin_whitt(1.0), rel=2e-3)
    assert erlang_a(n, arrivals=a, service=1.0, patience=2.0).waits == pytest.approx(garnett(1.0, 2.0), rel=2e-3)
    assert erlang_c(square_root_staff(1000.0, waits=0.2), 1000.0) == pytest.approx(0.2, abs=0.01)
    assert square_root_staff(1000.0, waits=0.2, patience_ratio=1.0) < square_root_staff(1000.0, waits=0.2)
