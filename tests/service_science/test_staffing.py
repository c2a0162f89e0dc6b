"""Covers and rosters against every possibility, where there are few enough to try them all."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.science.staffing import a_day
from service_science.staffing import DutyTurn, cover_day, cover_week, day_shifts, may_follow, requirement, roster

TURNS = [DutyTurn("early", 6, 14), DutyTurn("late", 14, 22), DutyTurn("night", 22, 30)]


def test_shifts_lie_within_the_day_and_their_breaks_within_the_shifts():
    shifts = day_shifts(slots=20, lengths=[8, 10], every=2, break_slots=2, break_after=3, break_before=5)
    assert len(shifts) == (7 + 6) * 3
    for shift in shifts:
        assert 0 <= shift.begin < shift.end <= 20
        assert shift.begin + 3 <= min(shift.away) <= max(shift.away) < shift.end
        assert shift.paid == shift.end - shift.begin - 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(1, 3))
def test_a_cover_is_as_cheap_as_the_best_of_all(needed, dear):
    shifts = day_shifts(slots=6, lengths=[3, 4], every=1)
    costs = [1.0 if shift.paid == 3 else float(dear) for shift in shifts]
    found = cover_day(needed, shifts, costs=costs)
    best = min(
        sum(n * cost for n, cost in zip(counts, costs, strict=True))
        for counts in product(range(4), repeat=len(shifts))
        if all(
            sum(n for n, shift in zip(counts, shifts, strict=True) if shift.covers(slot)) >= need
            for slot, need in enumerate(needed)
        )
    )
    assert found.proven
    assert found.cost == best
    assert (found.on_duty >= needed).all()


def test_shifts_begun_every_hour_also_cover_the_last_half_hour():
    shifts = day_shifts(slots=31, lengths=[8, 12], every=2)
    assert {shift.end for shift in shifts if shift.begin % 2} == {31}
    assert cover_day([0] * 30 + [1], shifts).people == 1


def test_sixteen_hundred_shifts_are_covered_with_proof():
    needed, shifts = a_day()
    found = cover_day(needed, shifts)
    assert len(shifts) == 1680
    assert found.proven
    assert (found.on_duty >= needed).all()


def test_a_week_is_covered_with_a_break_in_every_day_of_every_tour():
    needed = np.zeros((7, 24))
    needed[:, 8:20] = [[6], [5], [5], [5], [7], [4], [2]]
    found = cover_week(needed, begins=range(8, 13), length=8, break_slots=1, break_after=3, break_before=5, seconds=20)
    assert (found.on_duty >= needed).all()
    assert found.bound <= found.people == sum(found.tours.values())
    assert found.gap == 0
    for tour in found.tours:
        assert len(tour.days) == 5
    for day in range(7):
        at_work = sum(n for tour, n in found.tours.items() if day in tour.days)
        resting = sum(sum(places.values()) for (d, _begin), places in found.breaks.items() if d == day)
        assert resting == at_work


def test_rest_counts_from_the_end_of_a_night_on_the_next_day():
    assert may_follow(TURNS[0], TURNS[0], days_later=1, rest=11)
    assert not may_follow(TURNS[1], TURNS[0], days_later=1, rest=11)
    assert not may_follow(TURNS[2], TURNS[0], days_later=1, rest=11)
    assert may_follow(TURNS[2], TURNS[0], days_later=2, rest=11)
    assert not may_follow(TURNS[2], TURNS[2], days_later=1, rest=17)


def allowed(plan, rest, longest):
    for first in range(len(plan)):
        for second in range(first + 1, len(plan)):
            a, b = plan[first], plan[second]
            if a >= 0 and b >= 0 and not may_follow(TURNS[a], TURNS[b], days_later=second - first, rest=rest):
                return False
    return all(-1 in plan[i : i + longest + 1] for i in range(len(plan) - longest))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 1)] * 3), min_size=4, max_size=4),
    st.sampled_from([8.0, 11.0, 24.0]),
    st.integers(1, 4),
)
def test_a_roster_exists_exactly_when_some_plan_keeps_the_rules(needed, rest, longest):
    people = 2
    found = roster(needed, TURNS, people=people, rest=rest, most_in_a_row=longest)
    plans = [plan for plan in product(range(-1, 3), repeat=4) if allowed(plan, rest, longest)]
    costs = [
        sum(turn >= 0 for plan in team for turn in plan)
        for team in product(plans, repeat=people)
        if all(sum(plan[day] == turn for plan in team) >= needed[day][turn] for day in range(4) for turn in range(3))
    ]
    assert (found is None) == (not costs)
    if found is not None:
        assert found.worked == min(costs)
        assert all(allowed(tuple(plan), rest, longest) for plan in found.turns.tolist())


def test_six_people_can_share_one_night_a_day():
    """The rule that others model as a day off after every night would leave no roster here."""
    found = roster([[0, 0, 1]] * 7, TURNS, people=6, rest=11)
    assert found is not None
    assert found.worked == 7


def test_absences_and_limits_are_kept():
    found = roster([[1, 0, 0]] * 6, TURNS, people=2, most_turns=3, away=[(0, 0), (0, 1)])
    assert found is not None
    assert found.turns[0, :2].tolist() == [-1, -1]
    assert (found.turns >= 0).sum(axis=1).tolist() == [3, 3]
    assert roster([[1, 0, 0]] * 6, TURNS, people=2, most_turns=2) is None


def test_the_requirement_of_a_half_hour_is_that_of_the_exact_equations():
    day = requirement([20.0, 60.0, 30.0], periods=3, period=0.5, service=0.1, waits=0.2)
    assert (day.waits <= 0.2).all()
