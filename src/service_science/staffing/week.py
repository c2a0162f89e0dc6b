"""Tours that cover a week: the same begin on each of the working days, a break each day wherever it fits best.

Breaks are not tied to tours but counted for each begin and day (Aykin, Management Science 42 (1996) 591): a tenth of
the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_matrix

from service_science.arrays import ArrayLike, Ints
from service_science.checks import WrongInput, count, numbers, positive
from service_science.staffing.solving import at_least, exactly, whole

DAYS = 7


@dataclass(frozen=True, slots=True)
class Tour:
    """Begins in the slot `begin` of each of `days` (0 to 6)."""

    begin: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeekCover:
    """`tours`: how many people on each; `breaks[day, begin]`: how many rest from which slot; `on_duty[day, slot]`.

    `bound`: fewer people cannot do it; `gap`: people above that, as a share.
    """

    tours: dict[Tour, int]
    breaks: dict[tuple[int, int], dict[int, int]]
    on_duty: Ints
    people: int
    bound: int

    @property
    def gap(self) -> float:
        return (self.people - self.bound) / self.people if self.people else 0.0


def cover_week(
    needed: ArrayLike, *, begins: Sequence[int], length: int, working_days: int = 5, break_slots: int = 1,
    break_after: int = 3, break_before: int = 5, seconds: float = 60.0, gap: float = 0.0,
) -> WeekCover:  # fmt: skip
    """The fewest people on tours so that at least `needed[day, slot]` are there. Stops at `gap` or after `seconds`."""
    wanted = numbers("needed", needed, least=0, sizes=(2,))
    if wanted.shape[0] != DAYS:
        raise WrongInput("needed", "must have seven rows, a day each")
    form = _WeekForm(wanted, _begins(begins, wanted.shape[1], length), count("length", length, least=1),
                 list(combinations(range(DAYS), count("working_days", working_days, least=1))),
                 count("break_slots", break_slots), range(break_after, break_before + 1))  # fmt: skip
    if break_slots and not 0 < break_after <= break_before <= length - break_slots:
        raise WrongInput("break_after", "to break_before must lie inside the shift")
    bare = np.argwhere((wanted > 0) & ~form.reachable())
    if len(bare):
        raise WrongInput("begins", f"leave slot {bare[0][1]} of day {bare[0][0]} without anybody")
    cost = np.concatenate([np.ones(form.tours), np.zeros(form.rests)])
    found = whole(cost, form.constraints(), seconds=positive("seconds", seconds), gap=gap, whole_cost=True)
    if found is None:
        raise WrongInput("seconds", "were too few to find any cover")
    return form.read(found.values, max(0, int(found.bound)))


def _begins(begins: Sequence[int], slots: int, length: int) -> list[int]:
    found = [count("begins", begin) for begin in begins]
    if not found:
        raise WrongInput("begins", "must not be empty")
    if max(found) + length > slots:
        raise WrongInput("begins", f"{max(found)} and a shift of {length} end after the day's {slots} slots")
    return found


@dataclass(slots=True)
class _WeekForm:
    """Columns: a tour for each begin and pattern of days; then, for each begin and day, each place of the break."""

    wanted: np.ndarray
    begins: list[int]
    length: int
    patterns: list[tuple[int, ...]]
    break_slots: int
    places: range

    @property
    def tours(self) -> int:
        return len(self.begins) * len(self.patterns)

    @property
    def rests(self) -> int:
        return len(self.begins) * DAYS * len(self.places) if self.break_slots else 0

    def rest(self, b: int, day: int, k: int) -> int:
        return self.tours + (b * DAYS + day) * len(self.places) + k

    def reachable(self) -> np.ndarray:
        seen = np.zeros(self.wanted.shape, dtype=bool)
        for begin in self.begins:
            seen[:, begin : begin + self.length] = True
        return seen

    def constraints(self) -> list:  # type: ignore[type-arg]
        slots, entries = self.wanted.shape[1], []
        working = []
        for b, begin in enumerate(self.begins):
            for p, days in enumerate(self.patterns):
                tour = b * len(self.patterns) + p
                entries += [(d * slots + s, tour, 1.0) for d in days for s in range(begin, begin + self.length)]
                working += [(b * DAYS + d, tour, 1.0) for d in days]
            if self.break_slots:
                for d in range(DAYS):
                    for k, place in enumerate(self.places):
                        away = range(begin + place, begin + place + self.break_slots)
                        entries += [(d * slots + s, self.rest(b, d, k), -1.0) for s in away]
                        working.append((b * DAYS + d, self.rest(b, d, k), -1.0))
        width = self.tours + self.rests
        needed = at_least(_sparse(entries, self.wanted.size, width), self.wanted.ravel())
        if not self.break_slots:
            return [needed]
        rows = len(self.begins) * DAYS
        return [needed, exactly(_sparse(working, rows, width), np.zeros(rows))]

    def read(self, values: Ints, bound: int) -> WeekCover:
        slots = self.wanted.shape[1]
        tours = {
            Tour(begin, days): int(values[b * len(self.patterns) + p])
            for b, begin in enumerate(self.begins)
            for p, days in enumerate(self.patterns)
            if values[b * len(self.patterns) + p]
        }
        breaks: dict[tuple[int, int], dict[int, int]] = {}
        for b, begin in enumerate(self.begins):
            for d in range(DAYS) if self.break_slots else ():
                resting = {begin + place: int(values[self.rest(b, d, k)]) for k, place in enumerate(self.places)}
                if any(resting.values()):
                    breaks[d, begin] = {slot: n for slot, n in resting.items() if n}
        on_duty = (self.constraints()[0].A @ values).reshape(DAYS, slots).astype(np.int64)
        return WeekCover(tours, breaks, on_duty, int(values[: self.tours].sum()), bound)


def _sparse(entries: list[tuple[int, int, float]], rows: int, columns: int):  # type: ignore[no-untyped-def]
    row, column, value = zip(*entries, strict=True)
    return coo_matrix((value, (row, column)), shape=(rows, columns)).tocsr()
