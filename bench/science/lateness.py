"""Chances of being late, on two public event logs: learned from four fifths of the cases, asked on the rest.

The help desk by time: the last fifth is foretold from what was known when it began. The incidents by lot: that log
holds what was closed in one spring, so that its old cases are the slow ones by selection.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from zlib import crc32

from bench.telling import line, part, shared, timed
from service_science.lateness import Lateness, Remaining

LOGS = {"helpdesk": "by time", "bpi_13_incidents": "by lot"}
Trace = list[tuple[str, float]]
# The chance foretold, whether it came late, and the same from two simpler ways.
Asked = tuple[float, bool, float, float]


def tell() -> None:
    for name, split in LOGS.items():
        path = shared(f"process_logs/{name}.csv.gz")
        if path is not None:
            _one(name, path, split)


def _one(name: str, path: Path, split: str) -> None:
    traces = sorted(_traces(path), key=lambda trace: trace[0][1])
    if split == "by lot":
        traces.sort(key=lambda trace: crc32(repr(trace).encode()))
    cut = len(traces) * 4 // 5
    known, asked = traces[:cut], traces[cut:]
    due = quantiles([trace[-1][1] - trace[0][1] for trace in known], n=4)[2]
    part(f"{name}, {split}: {len(known):,} cases learned from, {len(asked):,} asked; due after {due / 86400:.1f} days")
    until = asked[0][0][1] if split == "by time" else float("inf")
    seconds, learned = timed(lambda: Lateness(_observed(known, until)), 3)
    line("learned in", f"{seconds * 1e3:.0f} ms")
    found = list(_asked(asked, learned, known, due, until))
    late = sum(one[1] for one in found) / len(found)
    brier = [sum((one[way] - one[1]) ** 2 for one in found) / len(found) for way in (0, 2, 3)]
    line("moments asked, of them late", f"{len(found):,}, {late:.1%}")
    line("Brier score: ours", f"{brier[0]:.4f}")
    line("  by the time since opening alone", f"{brier[1]:.4f}: ours {brier[0] / brier[1]:.2f} ×", "below 1")
    line("  the same for all", f"{brier[2]:.4f}: ours {brier[0] / brier[2]:.2f} ×", "below 1")
    line("a late one is given more than one in time", f"{_auc(found):.3f}")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        here = [one for one in found if low <= one[0] < low + 0.2 or (low == 0.8 and one[0] == 1)]
        if here:
            told, came = sum(one[0] for one in here) / len(here), sum(one[1] for one in here) / len(here)
            line(f"  foretold {told:.2f} ({len(here):,})", f"came {came:.2f}")


def _traces(path: Path) -> Iterator[Trace]:
    cases: dict[str, Trace] = defaultdict(list)
    with gzip.open(path, "rt") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["CompleteTimestamp"]).timestamp()
            cases[row["CaseID"]].append((row["ActivityID"], at))
    for trace in cases.values():
        yield sorted(trace, key=lambda step: step[1])


def _observed(traces: list[Trace], until: float) -> Iterator[Remaining]:
    """What was known when the first of the others began: a case that ran on was seen until then."""
    for trace in traces:
        end = trace[-1][1]
        for place, (step, at) in enumerate(trace[:-1]):
            if at < until:
                yield Remaining(("all", step, (step, min(place, 5))), min(end, until) - at, end <= until)


def _asked(asked: list[Trace], learned: Lateness, known: list[Trace], due: float, until: float) -> Iterator[Asked]:
    """Each step but the last, as long as the case is not late yet; asked right after the step."""
    whole = Lateness(
        Remaining(("all",), min(trace[-1][1], until) - trace[0][1], trace[-1][1] <= until) for trace in known
    )
    for trace in asked:
        begin, end = trace[0][1], trace[-1][1]
        for place, (step, at) in enumerate(trace[:-1]):
            left = begin + due - at
            if left <= 0:
                break
            chance = learned.chance(("all", step, (step, min(place, 5))), waited=0, left=left)
            by_age = whole.chance(("all",), waited=at - begin, left=left)
            if chance is not None and by_age is not None:
                yield chance, end - begin > due, by_age, 0.25


def _auc(found: list[Asked]) -> float:
    """The share of pairs, one late and one in time, of which the late one got the higher chance; ties count half."""
    ordered = sorted((one[0], one[1]) for one in found)
    late = in_time = wins = place = 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        here = ordered[place:end]
        lates = sum(one[1] for one in here)
        wins += lates * in_time * 2 + lates * (len(here) - lates)
        late, in_time, place = late + lates, in_time + len(here) - lates, end
    return wins / (2 * late * in_time) if late and in_time else 0.5
