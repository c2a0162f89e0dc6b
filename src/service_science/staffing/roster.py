"""A roster for a team: who takes which turn on which day, with rest between turns and days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import lil_matrix

from service_science.arrays import ArrayLike, Floats, Ints
from service_science.checks import WrongInput, count, number, numbers, positive
from service_science.staffing.solving import at_least, at_most, whole


@dataclass(frozen=True, slots=True)
class DutyTurn:
    """A turn of duty: begins and ends at these hours; an end beyond 24 is on the next day."""

    name: str
    begin: float
    end: float

    def __post_init__(self) -> None:
        number("begin", self.begin, least=0, most=24)
        if not self.begin < number("end", self.end) <= 48:
            raise WrongInput("end", "must be after begin, and on the next day at the latest")


@dataclass(frozen=True, slots=True)
class Roster:
    """`turns[person, day]`: number of the turn, -1 for a day off."""

    turns: Ints
    worked: int
    proven: bool


def may_follow(first: DutyTurn, second: DutyTurn, *, days_later: int, rest: float) -> bool:
    """Whether the second turn, so many days later, leaves `rest` hours after the first.

    >>> night, morning = DutyTurn("night", 22, 30), DutyTurn("morning", 6, 14)
    >>> may_follow(night, morning, days_later=1, rest=11), may_follow(night, night, days_later=1, rest=11)
    (False, True)
    """
    return 24 * days_later + second.begin - first.end >= rest - 1e-9


def roster(
    needed: ArrayLike, turns: Sequence[DutyTurn], *, people: int, rest: float = 11.0, most_in_a_row: int = 6,
    most_turns: int | None = None, away: Sequence[tuple[int, int]] = (), seconds: float = 30.0,
) -> Roster | None:  # fmt: skip
    """The fewest turns worked with at least `needed[day, turn]` people; None when the rules leave no roster.

    `rest`: hours between the end of a turn and the next; `most_in_a_row`: days worked on end; `most_turns`: of each
    person; `away`: (person, day) pairs off.
    """
    wanted = numbers("needed", needed, least=0, sizes=(2,))
    if not turns:
        raise WrongInput("turns", "must not be empty")
    if wanted.shape[1] != len(turns):
        raise WrongInput("needed", f"must have a column for each of the {len(turns)} turns")
    team, longest = count("people", people, least=1), count("most_in_a_row", most_in_a_row, least=1)
    form = _Form(team, wanted.shape[0], len(turns))
    rules = form.one_a_day() + form.rests(turns, number("rest", rest, least=0)) + form.runs(longest)
    if most_turns is not None:
        limit = count("most_turns", most_turns)
        rules += [([form.at(p, d, t) for d in range(form.days) for t in range(form.turns)], limit) for p in range(team)]
    for person, day in away:
        if not (0 <= person < team and 0 <= day < form.days):
            raise WrongInput("away", f"({person}, {day}) names nobody or no day")
        rules += [([form.at(person, day, t) for t in range(form.turns)], 0)]
    found = whole(
        np.ones(form.size),
        [form.cover(wanted), form.limits(rules)],
        seconds=positive("seconds", seconds),
        most=1,
        whole_cost=True,
    )
    if found is None:
        return None
    chosen = found.values.reshape(team, form.days, form.turns)
    picked = np.where(chosen.any(axis=2), chosen.argmax(axis=2), -1)
    return Roster(picked, int(chosen.sum()), found.proven)


Rule = tuple[list[int], int]  # at most so many of these columns


@dataclass(frozen=True, slots=True)
class _Form:
    people: int
    days: int
    turns: int

    @property
    def size(self) -> int:
        return self.people * self.days * self.turns

    def at(self, person: int, day: int, turn: int) -> int:
        return (person * self.days + day) * self.turns + turn

    def one_a_day(self) -> list[Rule]:
        return [
            ([self.at(p, d, t) for t in range(self.turns)], 1) for p in range(self.people) for d in range(self.days)
        ]

    def rests(self, turns: Sequence[DutyTurn], rest: float) -> list[Rule]:
        """One rule for each pair that does not leave the rest: other pairs stay free, a day off is never forced."""
        pairs = [
            (a, b, later)
            for a, first in enumerate(turns)
            for b, second in enumerate(turns)
            for later in range(1, self.days)
            if not may_follow(first, second, days_later=later, rest=rest)
        ]
        return [
            ([self.at(p, d, a), self.at(p, d + later, b)], 1)
            for p in range(self.people)
            for a, b, later in pairs
            for d in range(self.days - later)
        ]

    def runs(self, longest: int) -> list[Rule]:
        return [
            ([self.at(p, d + i, t) for i in range(longest + 1) for t in range(self.turns)], longest)
            for p in range(self.people)
            for d in range(self.days - longest)
        ]

    def limits(self, rules: list[Rule]):  # type: ignore[no-untyped-def]
        matrix = lil_matrix((len(rules), self.size))
        for row, (columns, _most) in enumerate(rules):
            matrix[row, columns] = 1.0
        return at_most(matrix.tocsr(), np.array([most for _columns, most in rules], dtype=float))

    def cover(self, wanted: Floats):  # type: ignore[no-untyped-def]
        matrix = lil_matrix((self.days * self.turns, self.size))
        for d in range(self.days):
            for t in range(self.turns):
                matrix[d * self.turns + t, [self.at(p, d, t) for p in range(self.people)]] = 1.0
        return at_least(matrix.tocsr(), wanted.ravel())
