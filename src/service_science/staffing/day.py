"""Shifts that cover one day, breaks included, at the least cost; proven by HiGHS (a cover's linear form is nearly
whole).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from service_science.arrays import ArrayLike, Ints
from service_science.checks import WrongInput, count, numbers, positive
from service_science.staffing.solving import at_least, whole


@dataclass(frozen=True, slots=True)
class Shift:
    """Slots of the day: begins in `begin`, ends before `end`; away in the slots `away`. `paid`: slots paid for."""

    begin: int
    end: int
    away: tuple[int, ...] = ()

    @property
    def paid(self) -> int:
        return self.end - self.begin - len(self.away)

    def covers(self, slot: int) -> bool:
        return self.begin <= slot < self.end and slot not in self.away


@dataclass(frozen=True, slots=True)
class Cover:
    """`chosen`: how many on each shift used; `on_duty`: people in each slot; `proven`: nothing cheaper exists."""

    chosen: dict[Shift, int]
    on_duty: Ints
    people: int
    cost: float
    proven: bool


def day_shifts(
    *,
    slots: int,
    lengths: Sequence[int],
    every: int = 1,
    break_slots: int = 0,
    break_after: int = 0,
    break_before: int = 0,
) -> list[Shift]:
    """Every shift of these lengths that fits, begun on every `every`-th slot or ending with the day, with a break of
    `break_slots` that begins `break_after` to `break_before` slots into the shift (the last included); no break when
    `break_slots` is 0.
    """
    day, step = count("slots", slots, least=1), count("every", every, least=1)
    found = []
    for length in lengths:
        if not 1 <= count("lengths", length) <= day:
            raise WrongInput("lengths", f"{length} does not fit in {day} slots")
        if break_slots and not 0 < break_after <= break_before < length - break_slots + 1:
            raise WrongInput("break_after", f"to break_before must lie inside a shift of {length}")
        for begin in sorted({*range(0, day - length + 1, step), day - length}):
            starts = range(begin + break_after, begin + break_before + 1) if break_slots else (None,)
            for rest in starts:
                away = () if rest is None else tuple(range(rest, rest + break_slots))
                found.append(Shift(begin, begin + length, away))
    return found


def cover_day(
    needed: ArrayLike, shifts: Sequence[Shift], *, costs: ArrayLike | None = None, seconds: float = 30.0
) -> Cover:
    """The cheapest shifts with at least `needed` people in each slot; each costs 1 unless `costs` says otherwise.

    Raises WrongInput when some slot is covered by no shift.
    """
    wanted = numbers("needed", needed, least=0)
    if not shifts:
        raise WrongInput("shifts", "must not be empty")
    prices = np.ones(len(shifts)) if costs is None else numbers("costs", costs, least=0)
    if prices.size != len(shifts):
        raise WrongInput("costs", f"must be as many as the shifts ({len(shifts)}), are {prices.size}")
    pairs = [
        (slot, j) for j, s in enumerate(shifts) for slot in range(s.begin, min(s.end, wanted.size)) if s.covers(slot)
    ]
    rows, columns = np.array(pairs).T
    matrix = csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(wanted.size, len(shifts)))
    bare = np.flatnonzero((wanted > 0) & (matrix.getnnz(axis=1) == 0))
    if bare.size:
        raise WrongInput("shifts", f"leave slot {bare[0]} without anybody")
    found = whole(
        prices,
        [at_least(matrix, wanted)],
        seconds=positive("seconds", seconds),
        whole_cost=bool((prices % 1 == 0).all()),
    )
    if found is None:
        raise WrongInput("seconds", "were too few to find any cover")
    chosen = {shift: int(n) for shift, n in zip(shifts, found.values, strict=True) if n}
    return Cover(chosen, matrix @ found.values, int(found.values.sum()), found.cost, found.proven)
