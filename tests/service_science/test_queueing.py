"""Exact queues against one another: closed forms, chains, and days that stay as they are."""

import numpy as np
import pytest

from service_science.erlang import erlang_a
from service_science.queueing import (
    follow_day,
    priority_with_patience,
    priority_without_end,
    solve_jackson,
    solve_queue,
    staff_by_isa,
    staff_by_mol,
    staff_by_sipp,
)


def test_one_server_is_the_textbook_queue():
    queue = solve_queue(1, arrivals=0.8, service=1.0)
    assert queue.mean_present == pytest.approx(4.0, rel=1e-12)
    assert queue.mean_wait == pytest.approx(4.0, rel=1e-12)
    assert queue.mean_queue == pytest.approx(3.2, rel=1e-12)


def test_two_classes_together_wait_as_one_class_would():
    first, second = priority_with_patience(8, arrivals=(2.0, 6.5), service=1.0, patience=0.7)
    one = erlang_a(8, arrivals=8.5, service=1.0, patience=0.7)
    assert first.waits == pytest.approx(one.waits, rel=1e-9)
    assert (2.0 * first.abandons + 6.5 * second.abandons) / 8.5 == pytest.approx(one.abandons, rel=1e-9)
    assert first.mean_wait < second.mean_wait


def test_patient_classes_come_near_the_closed_form():
    closed = priority_without_end(3, arrivals=[1.0, 1.0], service=1.0)
    chain = priority_with_patience(3, arrivals=(1.0, 1.0), service=1.0, patience=20_000.0, most_waiting=(60, 120))
    for one, other in zip(closed, chain, strict=True):
        assert other.mean_wait == pytest.approx(one.mean_wait, rel=1e-3)


def test_the_network_of_the_literature_has_its_waits():
    nodes = solve_jackson(
        [6, 12, 5], arrivals=[5.0, 0.0, 0.0], service=[1.0, 1.0, 1.0],
        routing=[[0, 0.5, 0.5], [0.1, 0, 0.3], [0, 0.2, 0]],
    )  # fmt: skip
    through = np.linalg.solve(np.eye(3) - np.array([[0, 0.5, 0.5], [0.1, 0, 0.3], [0, 0.2, 0]]).T, [5.0, 0, 0])
    for node, n, rate in zip(nodes, (6, 12, 5), through.tolist(), strict=True):
        assert node == solve_queue(n, arrivals=rate, service=1.0)


def test_a_day_that_never_changes_settles_at_the_steady_state():
    day = follow_day([20] * 40, arrivals=[18.0] * 40, period=1.0, service=1.0, patience=0.5)
    steady = erlang_a(20, arrivals=18.0, service=1.0, patience=0.5)
    assert day.waits[-1] == pytest.approx(steady.waits, rel=1e-6)
    assert day.abandons[-1] == pytest.approx(steady.abandons, rel=1e-6)


def test_exact_staffing_is_never_over_the_target_and_one_fewer_would_be():
    times = (np.arange(24 * 3) + 0.5) / 3
    rates = 30 + 18 * np.sin(2 * np.pi * times / 24)
    law = {"periods": 24, "period": 1.0, "service": 0.5, "waits": 0.2, "patience": 1.0}
    day = staff_by_isa(rates, **law)
    assert (day.waits <= 0.2).all()
    for period in (3, 10, 17):
        fewer = day.servers.copy()
        fewer[period] -= 1
        assert follow_day(fewer, arrivals=rates, period=1.0, service=0.5, patience=1.0).waits[period] > 0.2
    assert abs(int(day.servers.sum()) - int(staff_by_mol(rates, **law).sum())) <= 12
    assert staff_by_sipp(rates, **law).shape == (24,)
