"""Waits foretold: nothing of the future is used, promises are kept while the load drifts, places learn."""

import random

import numpy as np
import pytest

from service_science.delay import (
    Announcer,
    BoostedWaits,
    QueueWatch,
    WaitPromise,
    WatchedKind,
    features,
    fit_waits,
    refit_together,
)
from service_science.delay.features import habits

KINDS = [WatchedKind("ordinary", "desk"), WatchedKind("valued", "desk", credit=120.0), WatchedKind("loan", "loans")]


def a_day(seed: int, *, servers: int = 3, rate: float = 1 / 45, length: float = 20_000.0):
    """A queue in order of join time plus credit, some leaving: (at, what, key, kind or server), in order of time."""
    rng = random.Random(seed)
    joins, at, number = [], 0.0, 0
    while (at := at + rng.expovariate(rate)) < length:
        kind = rng.choices(KINDS, [6, 2, 2])[0]
        joins.append((at, f"{number:05d}", kind))
        number += 1
    free = [(0.0, f"s{i}") for i in range(servers)]
    waiting: list = []
    told: list = []
    while joins or waiting:
        free.sort()
        when, server = free[0]
        while joins and (joins[0][0] <= when or not waiting):
            at, key, kind = joins.pop(0)
            told.append((at, 1, "joined", key, kind.name))
            waiting.append((at - kind.credit, at, key, kind))
        waiting.sort()
        _rank, joined, key, _kind = waiting.pop(0)
        begins = max(when, joined)
        if begins - joined > 1500:
            told.append((joined + 1500, 2, "gone", key, ""))
            continue
        ends = begins + rng.expovariate(1 / 110)
        told += [(begins, 2, "began", key, server), (ends, 0, "ended", key, "")]
        free[0] = (ends, server)
    return sorted(told)


def feed(watch, event):
    at, _order, what, key, more = event
    if what == "began":
        watch.began(key, at, server=more)
    else:
        getattr(watch, what)(key, at)


def predictions(events):
    """What was foretold at each joining; each prediction is made before its event is told."""
    watch, found = QueueWatch(KINDS), []
    for event in events:
        if event[2] == "joined":
            found.append((event[0], features(watch, event[4], event[0], hour=event[0] / 3600 % 24).tolist()))
            watch.joined(event[3], event[4], event[0])
        else:
            feed(watch, event)
    return found


def test_a_prediction_uses_only_what_was_known_at_its_time():
    events = a_day(1)
    moment = 9000.0
    past = [event for event in events if event[0] <= moment]
    # Another future: everybody still there leaves at once, and others come.
    other = [*past, *[(at + 1, *rest) for at, *rest in a_day(2) if at > moment and rest[1] == "joined"]]
    known = [found for found in predictions(events) if found[0] <= moment]
    assert len(known) > 100
    assert known == [found for found in predictions(other) if found[0] <= moment]


def test_announcements_know_nothing_of_the_future_either():
    events, said = a_day(3), []
    for cut in (len(events), len(events) // 2):
        place, found = Announcer(KINDS, usual_service=110.0), []
        for number, event in enumerate(events[:cut]):
            if event[2] == "joined":
                found.append(place.joined(event[3], event[4], event[0], hour=9.0))
            else:
                feed(place, event)
            if number in {400, 800}:
                place.refit(event[0])
        said.append(found)
    assert said[1] == said[0][: len(said[1])]


def test_a_place_that_learns_beats_the_last_wait_and_keeps_its_promises():
    place, rows, open_now, day_at = Announcer(KINDS, usual_service=110.0), [], {}, 0.0
    for day in range(10):
        for at, order, what, key, more in a_day(100 + day):
            event = (day_at + at, order, what, f"{day}-{key}", more)
            if what == "joined":
                last = place.watch.last_wait()
                said = place.joined(event[3], more, event[0], hour=event[0] / 3600 % 24)
                open_now[event[3]] = (event[0], said, last)
            else:
                feed(place, event)
                if what == "began":
                    joined, said, last = open_now.pop(event[3])
                    rows.append((day, event[0] - joined, said.typical, said.maximum, last))
        day_at += 86400.0
        place.refit(day_at)
    found = np.array([row for row in rows if row[0] >= 4])
    waits, typical, maximum, last = found.T[1:]
    assert np.abs(typical - waits).mean() < 0.75 * np.abs(last - waits).mean()
    assert 0.87 < (waits <= maximum).mean() < 0.93


def test_a_promise_is_kept_nine_times_in_ten_while_the_load_doubles():
    rng, promise, kept = np.random.default_rng(4), WaitPromise(kept=0.9), {"a": [], "b": []}
    for i in range(12_000):
        name, drift = ("a", "b")[i % 2], 1 + i / 12_000
        promised = promise.maximum(name, root=10.0, deviation=2.0)
        waited = float(rng.gamma(4.0, 25.0 * drift)) if name == "a" else float(rng.gamma(9.0, 12.0 * drift))
        kept[name].append(waited <= promised)
        promise.learn(name, waited=waited, promised=promised)
    for shares in kept.values():
        assert abs(np.mean(shares) - 0.9) < 0.01
        assert abs(np.mean(shares[-2000:]) - 0.9) < 0.02


def test_leavers_count_by_how_likely_they_would_have_been_missed():
    plain, weighing = WaitPromise(), WaitPromise(weigh_leavers=True)
    for promise in (plain, weighing):
        for _customer in range(200):
            promised = promise.maximum("a", root=10.0, deviation=2.0)
            promise.learn_leaver("a", waited=promised + 1, promised=promised, root=10.0, deviation=2.0)
    start = WaitPromise().maximum("a", root=10.0, deviation=2.0)
    assert plain.maximum("a", root=10.0, deviation=2.0) == start
    assert weighing.maximum("a", root=10.0, deviation=2.0) > start


def test_what_a_promise_learned_can_be_kept_and_resumed():
    first, second = WaitPromise(), WaitPromise()
    for waited in (50.0, 500.0, 20.0, 800.0):
        first.learn("a", waited=waited, promised=150.0)
    second.resume(first.margins())
    assert second.margins() == first.margins()


def test_the_order_of_service_decides_who_is_ahead():
    watch = QueueWatch(KINDS)
    for key, kind, at in (
        ("A1", "ordinary", 0.0),
        ("A2", "ordinary", 100.0),
        ("B1", "valued", 110.0),
        ("L1", "loan", 115.0),
    ):
        watch.joined(key, kind, at)
    assert (watch.ahead("ordinary", 120.0), watch.ahead("valued", 120.0), watch.ahead("loan", 120.0)) == (3, 2, 1)
    watch.gone("A1", 130.0)
    watch.began("B1", 140.0, server="one")
    watch.ended("B1", 200.0)
    assert (watch.ahead("ordinary", 210.0), watch.last_wait(), watch.head_wait(210.0, line="desk")) == (1, 30.0, 110.0)


def test_before_it_has_learned_a_place_answers_by_the_queue_formula():
    place = Announcer([WatchedKind("only")], usual_service=200.0)
    place.on_duty(4, 0.0)
    for i in range(4):
        assert place.joined(i, "only", 0.0, hour=9.0).expected == 0.0
        place.began(i, 0.0)
    place.joined("x", "only", 1.0, hour=9.0)
    said = place.joined("y", "only", 2.0, hour=9.0)
    assert (said.expected, said.ahead, said.learned) == (100.0, 1, False)


def test_the_first_model_begins_the_promises_anew():
    place = Announcer([WatchedKind("only")], usual_service=1.0)
    for i in range(260):  # the formula is far too hopeful here, so the margins grow
        place.joined(i, "only", i * 400.0, hour=9.0)
        place.began(i, i * 400.0 + 300 + i % 7)
        place.ended(i, i * 400.0 + 310 + i % 7)
    assert place.promise.margins()[""][0] > 10
    assert place.refit(2e5)
    (margin, seen, missed), *others = place.promise.margins().values()
    assert (abs(margin) < 3, seen, missed, others) == (True, 0, 0.0, [])
    place.joined("next", "only", 2e5, hour=9.0)
    place.began("next", 2e5 + 303)
    place.refit(2e5 + 1000)
    place.joined("later", "only", 2e5 + 2000, hour=9.0)
    assert place.promise.margins()[""] != (margin, 0, 0.0)


def test_a_place_that_opens_later_does_not_undo_the_promise_it_shares():
    shared = WaitPromise()
    places = [Announcer([WatchedKind("only")], promise=shared) for _place in range(2)]
    for i in range(250):
        places[0].joined(i, "only", i * 50.0, hour=9.0)
        places[0].began(i, i * 50.0 + i % 9)
        places[0].ended(i, i * 50.0 + 20)
    assert places[0].refit(2e4)
    shared.learn("only", waited=500.0, promised=100.0)
    before = shared.margins()
    assert refit_together(places, 2e4)
    assert shared.margins() == before


def test_who_is_served_at_once_teaches_nothing_but_is_seen():
    place = Announcer([WatchedKind("only")])
    place.joined_unannounced("x", "only", 0.0)
    place.began("x", 0.0, server="one")
    place.ended("x", 90.0)
    assert (len(place.history), place.watch.everyone.services.mean) == (0, 90.0)


def served_days(days):
    """A place with two lines, a few customers every hour, who wait the longer the later in the day."""
    place = Announcer([WatchedKind("north", "n"), WatchedKind("south", "s")])
    for number in range(days * 144):
        at = 86400.0 * (number // 144) + 600.0 * (number % 144)
        for kind in ("north", "south"):
            place.joined((number, kind), kind, at, hour=at % 86400 / 3600)
        for kind in ("north", "south"):
            place.began((number, kind), at + 1 + number % 144)
        for kind in ("north", "south"):
            place.ended((number, kind), at + 300)
    return place


def test_the_columns_of_habits_are_those_that_change_with_the_hour_alone():
    watch = served_days(1).watch
    morning, evening = (features(watch, "north", 86400.0 * 2, hour=hour) for hour in (8.0, 20.0))
    changed = set(np.flatnonzero(morning != evening))
    sizes = (morning.size - 2 - 32) // 2  # all but kinds and plain values come twice
    lengths = {10, 11, 12, 13}
    assert set(habits(2)) - changed == lengths | {sizes + column for column in lengths}
    assert changed - set(habits(2)) == set()


@pytest.mark.parametrize(("days", "learned"), [(2, False), (3, True)])
def test_habits_are_learned_from_three_days_on(days, learned):
    place = served_days(days)
    assert place.refit(86400.0 * days)
    (model,) = place.model.models
    assert bool(np.abs(model.root[habits(2)]).max() > 1e-9) == learned
    assert np.abs(model.root[:-1]).max() > 0.01


def test_places_alike_can_learn_together():
    places = [Announcer([WatchedKind(name)]) for name in ("north", "south")]
    for number, place in enumerate(places):
        for i in range(150):
            place.joined(i, "north" if number == 0 else "south", i * 10.0, hour=9.0)
            place.began(i, i * 10.0 + 5)
            place.ended(i, i * 10.0 + 9)
    assert not places[0].refit(2000.0)
    assert refit_together(places, 2000.0)
    assert places[0].model is places[1].model is not None


def test_trees_predict_no_worse_than_the_line_they_start_from():
    pytest.importorskip("lightgbm")
    rng = np.random.default_rng(6)
    rows = rng.uniform(0, 3, (3000, 4))
    waits = (5 + 4 * (rows[:, 0] > 1.5) + rows[:, 1] + rng.normal(0, 0.5, 3000)) ** 2
    line, trees = fit_waits(rows[:2000], waits[:2000]), BoostedWaits.fit(rows[:2000], waits[:2000])
    errors = [np.abs(model.predict(rows[2000:]).typical - waits[2000:]).mean() for model in (line, trees)]
    assert errors[1] < 0.8 * errors[0]
