"""The simulation against every exact formula, and each of its rules by a case small enough to reckon by hand."""

import numpy as np
import pytest

from service_science.queueing import (
    follow_day,
    priority_with_patience,
    priority_without_end,
    solve_jackson,
    solve_queue,
)
from service_science.simulation import (
    OUTCOMES,
    Arrivals,
    Callback,
    Kind,
    Model,
    Redial,
    ServerTeam,
    Shifts,
    compare,
    exponential,
    fixed,
    gamma,
    lognormal,
    never,
    opening_hours,
    replicate,
    simulate,
    uniform,
    weibull,
)


def desk(*kinds, servers=1, **team):
    return Model(("desk",), kinds, (ServerTeam("team", ("desk",), Shifts((servers,)), **team),))


def z(estimate, truth):
    return (estimate.mean - truth) / estimate.error


def test_patient_customers_wait_as_erlang_says():
    model = desk(Kind("all", Arrivals((8.0,)), "desk", exponential(1.0)), servers=10)
    found = replicate(model, runs=40, until=3000.0, seed=1, warm_up=100.0)
    exact = solve_queue(10, arrivals=8.0, service=1.0)
    assert abs(z(found["all at desk: waited"], exact.waits)) < 3
    assert abs(z(found["all at desk: mean_wait"], exact.mean_wait)) < 3


def test_two_impatient_classes_wait_as_their_chain_says():
    model = desk(
        Kind("first", Arrivals((12.0,)), "desk", exponential(1.0), exponential(2.0)),
        Kind("second", Arrivals((36.0,)), "desk", exponential(1.0), exponential(2.0), priority=1),
        servers=50,
    )
    found = replicate(model, runs=40, until=1500.0, seed=7, warm_up=30.0)
    exact = priority_with_patience(50, arrivals=(12.0, 36.0), service=1.0, patience=2.0)
    for name, truth in zip(("first", "second"), exact, strict=True):
        assert abs(z(found[f"{name} at desk: waited"], truth.waits)) < 3
        assert abs(z(found[f"{name} at desk: abandoned"], truth.abandons)) < 3
        assert abs(z(found[f"{name} at desk: mean_wait"], truth.mean_wait)) < 3


def test_patient_classes_wait_as_the_closed_form_says():
    kinds = [Kind(f"class {i}", Arrivals((0.8,)), "desk", exponential(1.0), priority=i) for i in range(3)]
    found = replicate(desk(*kinds, servers=3), runs=40, until=4000.0, seed=3, warm_up=200.0)
    exact = priority_without_end(3, arrivals=[0.8] * 3, service=1.0)
    for i, truth in enumerate(exact):
        assert abs(z(found[f"class {i} at desk: mean_wait"], truth.mean_wait)) < 3


def test_a_network_waits_as_jackson_says():
    routing = [[0, 0.5, 0.5], [0.1, 0, 0.3], [0, 0.2, 0]]
    places = ("one", "two", "three")
    route = {
        place: [(part, to) for part, to in zip(row, places, strict=True) if part]
        for place, row in zip(places, routing, strict=True)
    }
    model = Model(
        places,
        (Kind("all", Arrivals((5.0,)), "one", exponential(1.0), route=route),),
        tuple(ServerTeam(place, (place,), Shifts((n,))) for place, n in zip(places, (7, 5, 6), strict=True)),
    )
    exact = solve_jackson([7, 5, 6], arrivals=[5.0, 0, 0], service=[1.0] * 3, routing=routing)
    found = replicate(model, runs=40, until=3000.0, seed=5, warm_up=200.0)
    for place, node in zip(places, exact, strict=True):
        assert abs(z(found[f"all at {place}: mean_wait"], node.mean_wait)) < 3


def test_a_morning_whose_load_and_staff_change_goes_as_the_equations_say():
    rates, staff = (10.0, 40.0, 60.0, 30.0), (8, 22, 32, 20)
    kind = Kind("all", Arrivals((*rates, *[0.0] * 4)), "desk", exponential(0.5), exponential(1.0))
    model = Model(("desk",), (kind,), (ServerTeam("team", ("desk",), Shifts((*staff, *[60] * 4)), at_end="hand over"),))
    exact = follow_day(staff, arrivals=rates, period=1.0, service=0.5, patience=1.0)
    hours = [[] for _hour in rates]
    for seed in range(400):
        rows = simulate(model, until=4.0, seed=seed, records=2000).records
        waited = np.where(rows.began >= 0, rows.began - rows.joined, 1.0) > 0
        for hour, share in enumerate(hours):
            mine = (rows.joined >= hour) & (rows.joined < hour + 1)
            share.append((waited[mine].sum(), mine.sum()))
    for hour, pairs in enumerate(hours):
        late, came = np.array(pairs, dtype=float).T
        ratio = late.sum() / came.sum()
        error = np.std(late - ratio * came, ddof=1) / np.sqrt(len(pairs)) / came.mean()
        assert abs(ratio - exact.waits[hour]) / error < 3


def test_laws_have_the_means_and_deviations_they_are_asked_for():
    for law, mean, deviation in (
        (exponential(3.0), 3.0, 3.0), (fixed(2.0), 2.0, 0.0), (uniform(1.0, 3.0), 2.0, 12**-0.5 * 2),
        (lognormal(2.0, 0.5), 2.0, 1.0), (gamma(2.0, 0.5), 2.0, 1.0), (gamma(2.0, 2.0), 2.0, 4.0),
        (weibull(2.0, 2.0), 2.0, 2 * 0.5227),
    ):  # fmt: skip
        rows = simulate(
            desk(Kind("all", Arrivals((1.0,)), "desk", law), servers=200), until=20_000.0, seed=2, records=30_000
        ).records
        times = rows.ended - rows.began
        assert times.mean() == pytest.approx(mean, rel=0.04)
        assert times.std() == pytest.approx(deviation, rel=0.08, abs=1e-6)


def test_ageing_and_bonus_decide_among_equals_and_priority_before_them():
    records = []
    for bonus, priority in ((0.0, 0), (5.0, 0), (0.0, -1)):
        early = Kind("early", Arrivals((4.0, 0.0), 1.0), "desk", fixed(10.0))
        late = Kind("late", Arrivals((0.0, 4.0), 1.0), "desk", fixed(10.0), bonus=bonus, priority=priority)
        rows = simulate(desk(early, late), until=2.0, seed=12, overtime=1e4, records=100).records
        order = rows.kind[np.argsort(rows.began)]
        assert {0, 1} == set(order.tolist())
        records.append(order.tolist())
    waits_in_turn, with_bonus, with_priority = records
    assert waits_in_turn == sorted(waits_in_turn)
    assert with_bonus == with_priority != waits_in_turn


def test_full_rooms_turn_away_and_closing_sends_away():
    full = desk(Kind("all", Arrivals((50.0,)), "desk", fixed(1.0), balks_at=3))
    found = simulate(full, until=10.0, seed=1).tallies["all", "desk"]
    assert found.served == pytest.approx(13, abs=1)
    assert found.balked == pytest.approx(1 - found.served / found.arrived)
    closing = Model(
        full.stations, (Kind("all", Arrivals((50.0,)), "desk", fixed(1.0)),), full.teams, closing=(5.0, 10.0)
    )
    done = simulate(closing, until=10.0, seed=1, records=1000)
    sent = done.records.outcome == OUTCOMES.index("sent away")
    assert set(done.records.ended[sent].tolist()) == {5.0, 10.0}
    assert done.unfinished == 0


def test_a_shift_that_ends_finishes_or_hands_over_the_work_that_is_left():
    kind = Kind("all", Arrivals((8.0,)), "desk", fixed(3.0))
    ends = {}
    for rule in ("finish", "hand over"):
        teams = (
            ServerTeam("day", ("desk",), Shifts((2, 2, *[0] * 98)), at_end=rule),
            ServerTeam("late", ("desk",), Shifts((0, 0, 0, 0, *[1] * 96))),
        )
        rows = simulate(Model(("desk",), (kind,), teams), until=1.0, seed=3, overtime=1000.0, records=50).records
        ends[rule] = rows
    served_by_day = ends["finish"].team == 0
    assert served_by_day.sum() == 2
    assert (ends["finish"].ended - ends["finish"].began == pytest.approx(3.0)) is True
    handed = ends["hand over"]
    longer = handed.ended - handed.began > 3.0 + 1e-9
    assert longer.sum() == 2
    assert set(handed.team.tolist()) == {1}


def test_callbacks_keep_their_place_and_never_leave():
    kind = Kind("all", Arrivals((6.0,)), "desk", exponential(0.5), fixed(0.2), callback=Callback(behind=0, accepts=1.0))
    found = simulate(desk(kind, servers=4), until=500.0, seed=1).tallies["all", "desk"]
    assert (found.abandoned, found.served) == (0.0, found.arrived)
    assert 0 < found.called == pytest.approx(found.waited)


def test_who_redials_comes_again():
    base = {"arrivals": Arrivals((20.0,)), "enters": "desk", "service": exponential(0.2), "patience": exponential(0.1)}
    once = simulate(desk(Kind("all", **base)), until=200.0, seed=4).tallies["all", "desk"]
    again = simulate(desk(Kind("all", **base, redial=Redial(0.5, fixed(0.1)))), until=200.0, seed=4)
    found = again.tallies["all", "desk"]
    came = simulate(desk(Kind("all", **base)), until=200.0, seed=4).tallies["all", "desk"].arrived
    assert once.arrived == came
    assert found.arrived - came == pytest.approx(0.5 * found.abandoned * found.arrived, rel=0.05)
    assert again.unfinished == 0


def test_skills_decide_who_serves_whom():
    kinds = (
        Kind("plain", Arrivals((5.0,)), "desk", exponential(0.3)),
        Kind("special", Arrivals((2.0,)), "desk", exponential(0.3)),
    )
    teams = (
        ServerTeam("plain only", ("desk",), Shifts((2,)), kinds=("plain",)),
        ServerTeam("all", ("desk",), Shifts((1,)), kinds=("special", "plain")),
    )
    rows = simulate(Model(("desk",), kinds, teams), until=100.0, seed=1, records=2000).records
    assert set(zip(rows.kind.tolist(), rows.team.tolist(), strict=True)) == {(0, 0), (0, 1), (1, 1)}


def test_another_staff_meets_the_same_customers():
    kind = Kind("all", Arrivals((9.0,)), "desk", lognormal(0.2, 1.0), exponential(1.0))
    few, many = desk(kind, servers=2), desk(kind, servers=3)
    rows = [simulate(model, until=300.0, seed=8, records=5000).records for model in (few, many)]
    joined = [np.sort(one.joined) for one in rows]
    assert (joined[0] == joined[1]).all()
    paired = compare(few, many, runs=20, until=300.0, seed=1)["all at desk: mean_wait"]
    apart = [
        replicate(model, runs=20, until=300.0, seed=50 * i)["all at desk: mean_wait"]
        for i, model in enumerate((few, many))
    ]
    assert paired.mean < 0
    assert paired.half_width < 0.8 * (apart[0].half_width ** 2 + apart[1].half_width ** 2) ** 0.5


def test_mirrored_pairs_narrow_the_interval():
    kind = Kind("all", Arrivals((8.0,)), "desk", exponential(1.0))
    model = desk(kind, servers=10)
    pairs = replicate(model, runs=20, until=500.0, seed=1, antithetic=True)["all at desk: mean_wait"]
    plain = replicate(model, runs=40, until=500.0, seed=1)["all at desk: mean_wait"]
    assert pairs.half_width < plain.half_width * 1.2
    assert abs(pairs.mean - plain.mean) < 3 * (pairs.error + plain.error)


def test_a_calendar_opens_and_closes():
    hours = opening_hours([4.0, 4.0, 8.0, 8.0, 4.0, 4.0, 2.0, 2.0], opens=9.0, closes=17.0)
    model = desk(Kind("all", hours, "desk", exponential(0.05), never()), servers=4)
    rows = simulate(model, until=72.0, seed=1, records=1000).records
    times = rows.joined % 24
    assert times.min() >= 9.0
    assert times.max() < 17.0
    assert ((times >= 11) & (times < 13)).sum() > ((times >= 15) & (times < 17)).sum()


def test_more_customers_than_expected_only_take_more_room():
    found = simulate(desk(Kind("all", Arrivals((3000.0,)), "desk", fixed(1.0))), until=2.0, seed=1, overtime=1e5)
    assert found.unfinished == 0
    assert found.tallies["all", "desk"].served > 5000
