"""What cannot be meant is refused, and the refusal names the argument."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest

from service_science import assignment, delay, erlang, queueing, satisfaction, simulation, staffing, text, value
from service_science.checks import WrongInput
from service_science.shares import wilson_share

HUGE = 2**63
HALF: Any = 1.5
WORD: Any = "three"
RATES = {"arrivals": 5.0, "service": 1.0}
LEVEL = {**RATES, "answer_within": 1.0, "level": 0.8}
DAY: dict[str, Any] = {"periods": 2, "period": 1.0, "service": 1.0, "waits": 0.2}
MODEL = satisfaction.PathModel({"a": [0, 1], "b": [2]}, [("a", "b")])
DATA = np.random.default_rng(1).normal(size=(20, 3))
TURN = staffing.DutyTurn("day", 8, 16)
DESK = simulation.ServerTeam("team", ("desk",), simulation.Shifts((1,)))


def someone(**more):
    return simulation.Kind(
        **{
            "name": "all",
            "arrivals": simulation.Arrivals((1.0,)),
            "enters": "desk",
            "service": simulation.fixed(1.0),
            **more,
        }
    )


def model(kind=None, teams=(DESK,), stations=("desk",), **more):
    return simulation.Model(stations, (kind or someone(),), teams, **more)


def watch():
    return delay.QueueWatch([delay.WatchedKind("one")])


CASES = [
    ("servers", lambda: erlang.erlang_b(-1, 1.0)),
    ("servers", lambda: erlang.erlang_b(HUGE, 1.0)),
    ("servers", lambda: erlang.erlang_c(HALF, 1.0)),
    ("servers", lambda: erlang.erlang_c(WORD, 1.0)),
    ("load", lambda: erlang.erlang_b(1, nan)),
    ("load", lambda: erlang.erlang_c(1, -0.1)),
    ("arrivals", lambda: erlang.erlang_a(1, arrivals=nan, service=1.0, patience=1.0)),
    ("service", lambda: erlang.erlang_a(1, arrivals=1.0, service=0.0, patience=1.0)),
    ("patience", lambda: erlang.erlang_a(1, arrivals=1.0, service=1.0, patience=-1.0)),
    ("patience", lambda: erlang.erlang_a(1, arrivals=2.0, service=1.0, patience=inf)),
    ("answer_within", lambda: erlang.service_level(3, **RATES, answer_within=-1.0)),
    ("level", lambda: erlang.staff_for_level(**{**LEVEL, "level": 1.0})),
    ("level", lambda: erlang.staff_for_level(**{**LEVEL, "level": nan})),
    ("arrivals", lambda: erlang.staff_for_level(**{**LEVEL, "arrivals": -5.0})),
    ("arrivals", lambda: erlang.staff_for_level(**{**LEVEL, "arrivals": 1e12})),
    ("arrivals", lambda: erlang.staff_intervals([], service=1.0, answer_within=1.0, level=0.8)),
    ("arrivals", lambda: erlang.staff_intervals([1.0, nan], service=1.0, answer_within=1.0, level=0.8)),
    ("arrivals", lambda: erlang.staff_intervals([[1.0]], service=1.0, answer_within=1.0, level=0.8)),
    ("most_busy", lambda: erlang.staff_for_level(**LEVEL, most_busy=0.0)),
    ("beta", lambda: erlang.halfin_whitt(0.0)),
    ("patience_ratio", lambda: erlang.garnett(1.0, 0.0)),
    ("waits", lambda: erlang.square_root_staff(10.0, waits=1.5)),
    ("load", lambda: erlang.square_root_staff(nan, waits=0.5)),
    ("arrivals", lambda: queueing.solve_queue(1, arrivals=0.0, service=1.0)),
    ("patience", lambda: queueing.solve_queue(1, arrivals=2.0, service=1.0)),
    ("servers", lambda: queueing.priority_without_end(1, arrivals=[1.0, 1.0], service=1.0)),
    ("arrivals", lambda: queueing.priority_without_end(1, arrivals=[], service=1.0)),
    ("arrivals", lambda: queueing.priority_with_patience(1, arrivals=(1.0,), service=1.0, patience=1.0)),
    ("patience", lambda: queueing.priority_with_patience(1, arrivals=(1.0, 1.0), service=1.0, patience=nan)),
    ("routing", lambda: queueing.solve_jackson([1], arrivals=[0.5], service=[1.0], routing=[[1.5]])),
    ("routing", lambda: queueing.solve_jackson([1], arrivals=[0.5], service=[1.0], routing=[[1.0]])),
    ("routing", lambda: queueing.solve_jackson([1], arrivals=[0.5], service=[1.0], routing=[[0.5, 0.5]])),
    ("servers", lambda: queueing.solve_jackson([1], arrivals=[2.0], service=[1.0], routing=[[0.0]])),
    ("service", lambda: queueing.solve_jackson([1], arrivals=[0.5], service=[1.0, 1.0], routing=[[0.0]])),
    ("arrivals", lambda: queueing.staff_by_isa([1.0, 2.0, 3.0], **DAY)),
    ("waits", lambda: queueing.staff_by_mol([1.0, 2.0], **{**DAY, "waits": 0.0})),
    ("period", lambda: queueing.staff_by_sipp([1.0, 2.0], **{**DAY, "period": -1.0})),
    ("servers", lambda: queueing.follow_day([-1, 2], arrivals=[1.0, 2.0], period=1.0, service=1.0)),
    ("kinds", lambda: delay.QueueWatch([])),
    ("kind", lambda: watch().joined("a", "other", 0.0)),
    ("at", lambda: watch().joined("a", "one", nan)),
    ("key", lambda: watch().began("nobody", 0.0)),
    ("key", lambda: watch().gone("nobody", 0.0)),
    ("key", lambda: watch().ended("nobody", 0.0)),
    ("servers", lambda: watch().on_duty(-1, 0.0)),
    ("hour", lambda: delay.features(watch(), "one", 0.0, hour=25.0)),
    ("kind", lambda: delay.features(watch(), "two", 0.0, hour=9.0)),
    ("kept", lambda: delay.WaitPromise(kept=1.0)),
    ("deviation", lambda: delay.WaitPromise().maximum("a", root=1.0, deviation=0.0)),
    ("root", lambda: delay.WaitPromise().maximum("a", root=nan, deviation=1.0)),
    ("waited", lambda: delay.WaitPromise().learn("a", waited=-1.0, promised=3.0)),
    ("margins", lambda: delay.WaitPromise().resume({"a": (1.0, 2)})),
    ("usual_service", lambda: delay.Announcer([delay.WatchedKind("one")], usual_service=0.0)),
    ("waits", lambda: delay.fit_waits([[1.0], [2.0]], [1.0, -2.0])),
    ("waits", lambda: delay.fit_waits([[1.0], [2.0]], [1.0])),
    ("features", lambda: delay.fit_waits([[nan], [2.0]], [1.0, 2.0])),
    ("features", lambda: delay.fit_waits([[1.0], [2.0]], [1.0, 2.0]).predict([[1.0, 2.0]])),
    ("half_life", lambda: delay.fit_waits([[1.0], [2.0]], [1.0, 2.0], ages=[1.0, 1.0], half_life=0.0)),
    ("ages", lambda: delay.fit_waits([[1.0], [2.0]], [1.0, 2.0], ages=[1.0])),
    ("ahead", lambda: delay.wait_by_queue(-1, servers=1, service=1.0)),
    ("servers", lambda: delay.wait_by_queue(1, servers=0, service=1.0)),
    ("patience", lambda: delay.wait_by_queue_with_leavers(1, servers=1, service=1.0, patience=0.0)),
    ("rates", lambda: simulation.Arrivals((-1.0,))),
    ("rates", lambda: simulation.Arrivals(())),
    ("step", lambda: simulation.Arrivals((1.0,), 0.0)),
    ("counts", lambda: simulation.Shifts(())),
    ("counts", lambda: simulation.Shifts((1, -2))),
    ("mean", lambda: simulation.exponential(nan)),
    ("variation", lambda: simulation.lognormal(1.0, 0.0)),
    ("high", lambda: simulation.uniform(2.0, 1.0)),
    ("shape", lambda: simulation.weibull(1.0, -1.0)),
    ("sample", lambda: simulation.empirical([1.0])),
    ("value", lambda: simulation.fixed(-1.0)),
    ("accepts", lambda: simulation.Callback(1, 2.0)),
    ("share", lambda: simulation.Redial(-0.5, simulation.fixed(1.0))),
    ("balks_at", lambda: someone(balks_at=-3)),
    ("bonus", lambda: someone(bonus=nan)),
    ("at_end", lambda: simulation.ServerTeam("t", ("desk",), simulation.Shifts((1,)), at_end="vanish")),
    ("stations", lambda: simulation.ServerTeam("t", (), simulation.Shifts((1,)))),
    ("stations", lambda: model(stations=("desk", "desk"))),
    ("station", lambda: model(someone(enters="moon"))),
    ("route", lambda: model(someone(route={"desk": [(0.7, "desk"), (0.6, "desk")]}))),
    ("service", lambda: model(someone(service={"back": simulation.fixed(1.0)}), stations=("desk", "back"))),
    (
        "kinds",
        lambda: model(teams=(simulation.ServerTeam("t", ("desk",), simulation.Shifts((1,)), kinds=("nobody",)),)),
    ),
    ("closing", lambda: model(closing=(nan,))),
    ("until", lambda: simulation.simulate(model(), until=0.0, seed=1)),
    ("seed", lambda: simulation.simulate(model(), until=1.0, seed=-1)),
    ("warm_up", lambda: simulation.simulate(model(), until=1.0, seed=1, warm_up=2.0)),
    ("runs", lambda: simulation.replicate(model(), runs=1, until=1.0, seed=1)),
    ("opens", lambda: simulation.opening_hours([1.0, 2.0], opens=9.0, closes=16.0)),
    ("needed", lambda: staffing.cover_day([1, nan], staffing.day_shifts(slots=2, lengths=[1]))),
    ("shifts", lambda: staffing.cover_day([1], [])),
    ("shifts", lambda: staffing.cover_day([1, 1, 1], staffing.day_shifts(slots=2, lengths=[2]))),
    ("costs", lambda: staffing.cover_day([1], staffing.day_shifts(slots=1, lengths=[1]), costs=[1.0, 2.0])),
    ("lengths", lambda: staffing.day_shifts(slots=4, lengths=[5])),
    ("break_after", lambda: staffing.day_shifts(slots=8, lengths=[4], break_slots=1, break_after=4, break_before=6)),
    ("needed", lambda: staffing.cover_week([[1, 1]], begins=[0], length=2)),
    ("begins", lambda: staffing.cover_week(np.ones((7, 4)), begins=[3], length=2, break_slots=0)),
    ("begins", lambda: staffing.cover_week(np.ones((7, 4)), begins=[0], length=2, break_slots=0)),
    ("turns", lambda: staffing.roster([[1]], [], people=1)),
    ("needed", lambda: staffing.roster([[1, 1]], [TURN], people=1)),
    ("people", lambda: staffing.roster([[1]], [TURN], people=0)),
    ("away", lambda: staffing.roster([[1]], [TURN], people=1, away=[(3, 0)])),
    ("end", lambda: staffing.DutyTurn("never", 9, 9)),
    (
        "customers.region",
        lambda: assignment.assign(assignment.Customers([nan], [0], [0]), assignment.Managers([0], [1])),
    ),
    (
        "customers.manager",
        lambda: assignment.assign(assignment.Customers([0], [0], [-2]), assignment.Managers([0], [1])),
    ),
    (
        "managers.capacity",
        lambda: assignment.assign(assignment.Customers([0], [0], [0]), assignment.Managers([0], [-1])),
    ),
    ("grade", lambda: assignment.assign(assignment.Customers([0, 0], [0], [0, 0]), assignment.Managers([0], [1]))),
    ("unserved", lambda: assignment.Prices(move=(5.0,), unserved=3.0)),
    ("within_team", lambda: assignment.Prices(within_team=2.0)),
    ("move", lambda: assignment.Prices(move=())),
    ("hits", lambda: wilson_share(3, 2)),
    ("promoters", lambda: satisfaction.net_promoters(promoters=-1, passives=0, detractors=0)),
    ("level", lambda: satisfaction.net_promoters(promoters=1, passives=0, detractors=0, level=0.0)),
    ("answers", lambda: satisfaction.mean_score([], lowest=1, highest=5)),
    ("answers", lambda: satisfaction.mean_score([6.0], lowest=1, highest=5)),
    ("highest", lambda: satisfaction.mean_score([1.0], lowest=5, highest=1)),
    ("items", lambda: satisfaction.satisfaction_index([[11.0]], [1.0])),
    ("weights", lambda: satisfaction.satisfaction_index([[5.0], [6.0]], [1.0, 2.0])),
    ("blocks", lambda: satisfaction.PathModel({"a": [0]}, [])),
    ("paths", lambda: satisfaction.PathModel({"a": [0], "b": [1]}, [("a", "b"), ("b", "a")])),
    ("paths", lambda: satisfaction.PathModel({"a": [0], "b": [1]}, [("a", "c")])),
    ("modes", lambda: satisfaction.PathModel({"a": [0], "b": [1]}, [("a", "b")], modes={"a": "C"})),
    ("scheme", lambda: satisfaction.fit_paths(DATA, MODEL, scheme="best")),
    ("data", lambda: satisfaction.fit_paths(np.ones((20, 3)), MODEL)),
    ("data", lambda: satisfaction.fit_paths(np.where(DATA > 2, nan, nan), MODEL)),
    ("blocks", lambda: satisfaction.fit_paths(DATA[:, :2], MODEL)),
    ("draws", lambda: satisfaction.bootstrap_paths(DATA, MODEL, rng=np.random.default_rng(1), draws=1)),
    ("drivers", lambda: satisfaction.driver_importance(np.ones((5, 30)), np.arange(5.0))),
    ("outcome", lambda: satisfaction.driver_importance(DATA, np.ones(20))),
    ("repeats", lambda: value.fit_purchases([0.0, 0.0], [0.0, 0.0], [5.0, 6.0])),
    ("repeats", lambda: value.fit_purchases([nan], [0.0], [5.0])),
    ("recency", lambda: value.fit_purchases([1.0], [9.0], [5.0])),
    ("recency", lambda: value.fit_purchases([0.0], [3.0], [5.0])),
    ("age", lambda: value.fit_purchases([1.0, 1.0], [1.0, 1.0], [5.0])),
    ("spend", lambda: value.fit_spending([1.0], [0.0])),
    ("end", lambda: value.summarise([1], [10], [5.0], end=3)),
    ("amount", lambda: value.summarise([1, 2], [1, 2], [5.0], end=3)),
    ("value", lambda: value.abc_classes([0.0, 0.0])),
    ("b", lambda: value.abc_classes([1.0], a=0.9, b=0.8)),
    ("parts", lambda: value.rfm_scores([1.0], [1.0], [1.0], parts=1)),
    ("labels", lambda: text.train(["a", "b"], ["x", "x"])),
    ("labels", lambda: text.train(["a", "b"], ["x"])),
    ("texts", lambda: text.train(["a", "b"], ["x", "y"])),
    ("cost", lambda: text.train(["a", "b"], ["x", "y"], cost=0.0)),
    ("similarity", lambda: text.near_duplicates(["a"], similarity=1.5)),
    ("window", lambda: text.HotIssues(window=0.0, half_life=1.0)),
    ("least", lambda: text.HotIssues(window=1.0, half_life=1.0, least=0)),
    ("at", lambda: text.HotIssues(window=1.0, half_life=1.0).add("k", "t", at=nan)),
]


@pytest.mark.parametrize(("argument", "call"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_wrong_input_is_refused_by_the_name_of_its_argument(argument, call):
    with pytest.raises(WrongInput) as refused:
        call()
    assert refused.value.argument == argument
    assert str(refused.value).startswith(argument)
