"""Waits foretold on a bank's calls and on city offices: against the last wait (LES), and whether promises were kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.telling import line, part, shared, timed
from ruoshui.replay.bank import DAY, KINDS, CallEvent, read_calls
from ruoshui.replay.offices import Sighting, read_offices
from service_science.arrays import Floats
from service_science.delay import (
    Announcer,
    BoostedWaits,
    Prediction,
    WaitPromise,
    WatchedKind,
    features,
    fit_waits,
    refit_together,
)

TEST_BEGINS, TEST_ENDS = 41.0 * DAY, 59.0 * DAY  # 11 to 28 February
PROMISES_BEGIN = 31.0 * DAY
ENOUGH_SERVED = 300


@dataclass(frozen=True, slots=True)
class Joined:
    """One caller who queued: what was known then, and what became of it."""

    at: float
    kind: str
    row: Floats
    last_wait: float
    wait: float
    served: bool


def watch_calls(calls: Iterable[CallEvent]) -> list[Joined]:
    watch, found = Announcer(KINDS).watch, []
    for call in calls:
        if call.what == "joined":
            if call.queued:
                hour = call.at % DAY / 3600
                row = features(watch, call.kind, call.at, hour=hour)
                found.append(Joined(call.at, call.kind, row, watch.last_wait(), call.wait, call.served))
            watch.joined(call.key, call.kind, call.at)
        elif call.what == "began":
            watch.began(call.key, call.at, server=call.server)
        elif call.what == "gone":
            watch.gone(call.key, call.at)
        else:
            watch.ended(call.key, call.at)
    return found


@dataclass(frozen=True, slots=True)
class BankFigures:
    """Ratios to the last wait, and the promise on callers served between 11 and 28 February, 7 to 24 h."""

    rmse: float
    mae: float
    kept: float
    pinball: float
    groups: dict[str, tuple[float, int]]
    tested: int
    promised: Floats
    waits: Floats
    expected: Floats


def measure_bank(found: Sequence[Joined], *, first: float = 0.0, last: float = TEST_BEGINS) -> BankFigures:
    """Fitted once, on callers between `first` and `last`; the promise learns from the first of February on."""
    at, waits = np.array([one.at for one in found]), np.array([one.wait for one in found])
    known = np.array([one.served and one.wait > 0 and one.at % DAY >= 7 * 3600 for one in found])
    rows = np.array([one.row for one in found])
    fitted = known & (at >= first) & (at < last)
    model = fit_waits(rows[fitted], waits[fitted], ages=(last - at[fitted]) / DAY)
    predicted = model.predict(rows)
    promised = _promise(found, predicted)
    test = known & (at >= TEST_BEGINS) & (at < TEST_ENDS)
    les = np.array([one.last_wait for one in found])[test] - waits[test]
    over = waits[test] - promised[test]
    return BankFigures(
        rmse=float(np.sqrt(((predicted.expected[test] - waits[test]) ** 2).mean() / (les**2).mean())),
        mae=float(np.abs(predicted.typical[test] - waits[test]).mean() / np.abs(les).mean()),
        kept=float((over <= 0).mean()),
        pinball=float(np.where(over > 0, 0.9 * over, -0.1 * over).mean()),
        groups=_groups([one.kind for one in found], test, waits <= promised),
        tested=int(test.sum()),
        promised=promised[test],
        waits=waits[test],
        expected=predicted.expected[test],
    )


def _promise(found: Sequence[Joined], predicted: Prediction) -> Floats:
    """Promises in order of time, each learned from when its time is up and not before."""
    promise, promised = WaitPromise(), np.zeros(len(found))
    pending: list[tuple[float, int]] = []
    for i, one in enumerate(found):
        if one.at < PROMISES_BEGIN or one.at % DAY < 7 * 3600:
            continue
        while pending and pending[0][0] <= one.at:
            j = heapq.heappop(pending)[1]
            if found[j].served and found[j].wait > 0:
                promise.learn(_group(found[j].kind), waited=found[j].wait, promised=promised[j])
        promised[i] = promise.maximum(
            _group(one.kind), root=float(predicted.root[i]), deviation=float(predicted.deviation[i])
        )
        heapq.heappush(pending, (one.at + max(promised[i], one.wait), i))
    return promised


def _group(kind: str) -> str:
    return kind[:2] + ("2" if kind[2] == "2" else "")


def _groups(kinds: Sequence[str], test: Any, kept: Any) -> dict[str, tuple[float, int]]:
    found = {}
    for name, at in (("type", slice(0, 2)), ("priority", slice(2, 3))):
        values = np.array([kind[at] for kind in kinds])
        for value in sorted(set(values[test])):
            mine = test & (values == value)
            if mine.sum() >= ENOUGH_SERVED:
                found[f"{name} {value}"] = (float(kept[mine].mean()), int(mine.sum()))
    return found


@dataclass(frozen=True, slots=True)
class Served:
    """One customer of an office: seconds waited, and what had been said on joining."""

    office: str
    at: float
    wait: float
    typical: float
    maximum: float
    last_wait: float
    own: float


def measure_offices(offices: dict[str, dict[str, list[Sighting]]]) -> list[Served]:
    """Live: every queue has its announcer; each office has one promise, and fits its queues together every night."""
    promises = {office: WaitPromise(step=0.1, drawn=0.02) for office in offices}
    places = {
        (office, queue): Announcer([WatchedKind(queue)], usual_service=600.0, promise=promises[office])
        for office, own in offices.items()
        for queue in own
    }
    events = sorted(
        (seen.at, office, queue, i)
        for office, own in offices.items()
        for queue, rows in own.items()
        for i, seen in enumerate(rows)
    )
    told: dict[tuple[str, str, str], tuple[float, float, float, float, float]] = {}
    served, day = [], -1.0
    for at, office, queue, i in events:
        if at // DAY != day:
            day = at // DAY
            for name, own in offices.items():
                refit_together([places[name, other] for other in own], at)
        seen, place = offices[office][queue][i], places[office, queue]
        key = (office, queue, seen.number)
        if seen.what == "open":
            place.on_duty(seen.counters, at)
        elif seen.what == "joined":
            last = place.watch.last_wait()
            said = place.joined(seen.number, queue, at, hour=at % DAY / 3600)
            told[key] = (at, said.typical, said.maximum, last, seen.own)
        elif seen.what == "began":
            place.began(seen.number, at)
            joined, *rest = told.pop(key)
            served.append(Served(office, joined, at - joined, *rest))
        elif seen.what == "gone":
            place.gone(seen.number, at)
        else:
            place.ended(seen.number, at)
    return served


def tell() -> None:
    part("waits foretold: a bank's calls (mean and typical forms of one model, to the last wait LES = 1)")
    folder = shared("anonbank")
    if folder is not None:
        seconds, found = timed(lambda: watch_calls(read_calls(folder)), 1)
        line("reading two months and watching them", f"{seconds:.1f} s, {len(found):,} callers queued")
        for title, span in (
            ("fitted once on all before the test", {}),
            ("fitted on January alone", {"last": 31.0 * DAY}),
        ):
            figures = measure_bank(found, **span)
            line(f"{title}: RMSE", f"{figures.rmse:.3f} × LES", "0.65")
            line("  MAE", f"{figures.mae:.3f} × LES", "0.64")
            line("  90 % promise kept", f"{figures.kept:.3f} of {figures.tested:,}", "0.89–0.91")
            line("  pinball loss", f"{figures.pinball:.2f}", "14.0")
            for name, (kept, number) in figures.groups.items():
                line(f"  kept, {name}", f"{kept:.3f} of {number:,}", "0.88–0.92")
        _tell_trees(found)
    _tell_offices()


def _tell_trees(found: Sequence[Joined]) -> None:
    known = [one for one in found if one.served and one.wait > 0 and one.at % DAY >= 7 * 3600]
    rows, waits = np.array([one.row for one in known]), np.array([one.wait for one in known])
    at = np.array([one.at for one in known])
    test = (at >= TEST_BEGINS) & (at < TEST_ENDS)
    les = np.array([one.last_wait for one in known])[test] - waits[test]
    trees = BoostedWaits.fit(rows[at < TEST_BEGINS], waits[at < TEST_BEGINS]).predict(rows[test])
    rmse = np.sqrt(((trees.expected - waits[test]) ** 2).mean() / (les**2).mean())
    mae = np.abs(trees.typical - waits[test]).mean() / np.abs(les).mean()
    line("with boosted trees (lightgbm): RMSE, MAE", f"{rmse:.3f}, {mae:.3f} × LES")


def _tell_offices() -> None:
    part("waits foretold: city offices, live, fitted each night (last two of eight days)")
    folder = shared("warsaw_queues")
    if folder is None:
        return
    served = measure_offices(read_offices(folder))
    begin, learned = (datetime(2020, 1, day, tzinfo=UTC).timestamp() for day in (9, 7))
    tested = [one for one in served if one.at >= begin]
    waits, typical, maximum, last, own = np.array(
        [(one.wait, one.typical, one.maximum, one.last_wait, one.own) for one in tested]
    ).T
    mae = np.abs(typical - waits).mean()
    line("MAE against the last wait", f"{mae / np.abs(last - waits).mean():.3f} × LES of {len(tested):,}", "0.65")
    line("MAE against the office's own figure", f"{mae / np.abs(own - waits).mean():.3f}", "0.25")
    line("mean wait, mean promise", f"{waits.mean() / 60:.0f}, {maximum.mean() / 60:.0f} min")
    line("90 % promise kept", f"{(waits <= maximum).mean():.3f}", "0.88–0.92")
    _tell_promises([one for one in served if one.at >= learned])


def _tell_promises(served: Sequence[Served]) -> None:
    """Over the last four days, before which each office had seen two and a half at least."""
    names, kept = np.array([one.office for one in served]), np.array([one.wait <= one.maximum for one in served])
    large = [name for name in sorted(set(names)) if (names == name).sum() >= ENOUGH_SERVED]
    shares = [float(kept[names == name].mean()) for name in large]
    inside = sum(0.88 <= value <= 0.92 for value in shares)
    line("  over the last four days", f"{kept.mean():.3f} of {len(served):,}", "0.88–0.92")
    line(
        f"  in {len(large)} offices with {ENOUGH_SERVED} served or more",
        f"{min(shares):.3f}–{max(shares):.3f}, {inside} of them within 0.88–0.92",
    )
