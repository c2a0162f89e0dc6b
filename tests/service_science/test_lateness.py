"""Chances of being late: survival curves that agree with counting, and shrinkage that stays between its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_science.lateness import LEAN, Lateness, Remaining, Survival

seconds = st.floats(0, 1e6, allow_nan=False)


@given(st.lists(seconds, min_size=1, max_size=40), seconds)
def test_without_censoring_the_curve_is_the_share_that_lasted_longer(lasted, at):
    curve = Survival((one, True) for one in lasted)
    assert curve.share(at) == pytest.approx(sum(one > at for one in lasted) / len(lasted))


@given(st.lists(st.tuples(seconds, st.booleans()), min_size=1, max_size=40), seconds, seconds)
def test_a_curve_never_rises(observed, a, b):
    curve = Survival(observed)
    assert 0 <= curve.share(max(a, b)) <= curve.share(min(a, b)) <= 1


def test_kaplan_and_meier_by_hand():
    # Ends at 2 and 5, one seen until 3 only: S(2) = 3/4, S(5) = 3/4 × 1/2.
    curve = Survival([(2, True), (3, False), (5, True), (7, False)])
    assert [curve.share(at) for at in (1, 2, 4, 5, 9)] == [1, 0.75, 0.75, 0.375, 0.375]
    assert [curve.beyond(at) for at in (0, 2, 3, 7)] == [2, 1, 1, 0]
    assert [curve.knows(at) for at in (7, 8)] == [True, False]


@given(st.lists(st.tuples(st.sampled_from("ab"), seconds, st.booleans()), min_size=1, max_size=40), seconds, seconds)
def test_a_chance_is_a_chance_or_unknown(observed, waited, left):
    learned = Lateness(Remaining(("all", name), lasted, ended) for name, lasted, ended in observed)
    chance = learned.chance(("all", "a"), waited=waited, left=left)
    assert chance is None or 0 <= chance <= 1


@given(st.lists(seconds, min_size=2, max_size=40), seconds, seconds)
def test_more_time_never_makes_it_likelier(lasted, waited, left):
    learned = Lateness(Remaining(("all",), one, True) for one in lasted)
    chances = [learned.chance(("all",), waited=waited, left=more) for more in (left, left + 10)]
    assert chances[0] is chances[1] is None or chances[0] >= chances[1]


def test_beyond_what_was_ever_seen_nothing_is_claimed():
    learned = Lateness([Remaining(("all",), 5.0, True), Remaining(("all",), 9.0, False)])
    assert [learned.chance(("all",), waited=0, left=left) for left in (8, 20)] == [0.5, None]


def test_a_small_group_leans_on_the_large_one():
    large = [Remaining(("all",), float(n), True) for n in range(100)]
    small = [Remaining(("all", "x"), 1000.0, True)]
    learned = Lateness(large + small)
    general = learned.chance(("all",), waited=0, left=500)
    assert general == pytest.approx(1 / 100)
    assert learned.chance(("all", "x"), waited=0, left=500) == pytest.approx((1 + LEAN * general) / (1 + LEAN))
    assert (learned.seen(("all", "x"), 0), learned.seen(("all", "y"), 0)) == (1, 100)


def test_nothing_like_it_gives_no_chance():
    learned = Lateness([Remaining(("all",), 5.0, True)])
    assert learned.chance(("all",), waited=6, left=1) is None
    assert learned.chance(("none",), waited=0, left=1) is None
