"""Models learned from the customers of announcers: of one place, of the places of a branch, of all branches alike.

A queue's own model knows its habits but has seen few customers; that of all has seen many. Heard together they are
better than any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from service_science.arrays import Floats
from service_science.checks import WrongInput
from service_science.delay.announcer import Announcer
from service_science.delay.features import habits
from service_science.delay.model import PENALTY, Blend, WaitModel, fit_waits

ENOUGH = 200  # customers before a model is believed
DAY = 86400.0
DAYS_OF_A_HABIT = 3  # days before anything is learned from the hour
YOUNG = 10.0  # how much more carefully a single day is believed
OWN, BRANCH, ALL = 0.5, 0.25, 0.25  # how much each level's word weighs

Row = tuple[float, float, Floats]  # when joined, how long waited, the features then


def refit_together(places: Iterable[Announcer], at: float, *, half_life: float = 15.0) -> bool:
    """One model for several places with as many kinds and lines each; False while their customers are too few."""
    found = list(places)
    if len({form(place) for place in found}) > 1:
        raise WrongInput("places", "must have the same number of kinds and of lines")
    rows = [row for place in found for row in place.history]
    model = fit_rows(rows, at, lines=form(found[0])[1], half_life=half_life) if found else None
    if model is None:
        return False
    adopt(found, Blend((model,), (1.0,)), rows)
    return True


def refit_levels(branches: Iterable[Sequence[Announcer]], at: float, *, half_life: float = 7.0) -> int:
    """Learn on three levels: each place, each branch, all places of one form. Returns how many have a model now."""
    found = [list(places) for places in branches]
    alike: dict[tuple[int, int], list[Row]] = {}
    for places in found:
        for place in places:
            alike.setdefault(form(place), []).extend(place.history)
    shared = {key: fit_rows(rows, at, lines=key[1], half_life=half_life) for key, rows in alike.items()}
    learned = 0
    for places in found:
        for key in sorted({form(place) for place in places}):
            mine = [place for place in places if form(place) == key]
            learned += refit_branch(mine, at, shared=shared[key], half_life=half_life)
    return learned


def refit_branch(places: Sequence[Announcer], at: float, *, shared: WaitModel | None, half_life: float = 7.0) -> int:
    """Places of one form in one branch; `shared` is what all branches know. Returns how many have a model now."""
    rows = [row for place in places for row in place.history]
    lines = form(places[0])[1]
    branch = fit_rows(rows, at, lines=lines, half_life=half_life)
    learned = 0
    for place in places:
        alone = len(places) == 1
        own = branch if alone else fit_rows(list(place.history), at, lines=lines, half_life=half_life)
        levels = [(OWN, own), (BRANCH, None if alone else branch), (ALL, shared)]
        known = [(weight, model) for weight, model in levels if model is not None]
        if known:
            blend = Blend(tuple(model for _weight, model in known), tuple(weight for weight, _model in known))
            adopt([place], blend, list(place.history) or rows)
            learned += 1
    return learned


def form(place: Announcer) -> tuple[int, int]:
    """Kinds and lines: places that agree in both have the same features."""
    return len(place.watch.kinds), len(place.watch.lines)


def fit_rows(rows: Sequence[Row], at: float, *, lines: int, half_life: float) -> WaitModel | None:
    """A model of these customers of places with so many lines; None while they are too few.

    The customers of one day have that day in common: the fewer the days, the stiffer the model, and of the first days
    it learns no habits.
    """
    if len(rows) < ENOUGH:
        return None
    times, waits = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    columns = np.array([row[2] for row in rows])
    days = np.unique(times // DAY).size
    if days < DAYS_OF_A_HABIT:
        columns[:, habits(lines)] = 0.0
    ages = np.maximum(0.0, at - times) / DAY
    return fit_waits(columns, waits, ages=ages, half_life=half_life, penalty=PENALTY * max(1.0, YOUNG / days**2))


def adopt(places: Iterable[Announcer], model: Blend, rows: Sequence[Row] = ()) -> None:
    """From now on announce by this model. Who announced by the formula until now begins with the margin that would
    have kept the promise to the customers in `rows`.
    """
    found = list(places)
    used = {id(place.promise) for place in found if place.model is not None}
    for place in found:
        if id(place.promise) not in used and not place.promise.on_model:
            # Margins learned on the formula's deviations mean nothing on the model's.
            place.promise.begin_again(_margin(model, rows, place.promise.kept) if rows else None)
            place.promise.on_model = True
        place.model = model


def _margin(model: Blend, rows: Sequence[Row], kept: float) -> float:
    predicted = model.predict(np.array([row[2] for row in rows]))
    roots = np.sqrt(np.array([row[1] for row in rows]))
    return float(np.quantile((roots - predicted.root) / predicted.deviation, kept))
