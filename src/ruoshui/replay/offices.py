"""The ticket queues of city offices, read from snapshots every five minutes: each new number is a customer.

A customer joins at the first snapshot that counts their number and begins at the first whose display has passed it, so
waits are known to about two and a half minutes either way. Nothing of a later snapshot is used for an earlier moment.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from pathlib import Path

from ruoshui.replay.reading import RefusedRow

HOLE = 20 * 60  # seconds without a snapshot, of which there is one every five minutes: nobody knows what went on
DAY = 86400
MOST = 10_000  # people, counters, minutes: more is a slip
LEAP = 60  # numbers a display cannot advance by within one snapshot: it was set back or on


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that a snapshot showed. `what`: open (counters), joined, began, gone, ended. `own`: the office's
    figure, s.
    """

    at: float
    what: str
    number: str = ""
    counters: int = 0
    own: float = 0.0


@dataclass(slots=True)
class _Display:
    """One queue as followed from snapshot to snapshot. `last`: the highest number issued. `at`: the last one."""

    at: float = -inf
    current: int = -1
    last: int = -1
    waiting: dict[int, str] = field(default_factory=dict)
    serving: list[str] = field(default_factory=list)
    round: int = 0

    def show(self, at: float, current: int, waiting: int, counters: int, minutes: float) -> Iterator[Sighting]:
        yield Sighting(at, "open", counters=counters)
        if self.current < 0 or current < self.current or current - self.current > LEAP:
            yield from self.clear(at)
            self.current, self.last, self.round = current, current + waiting, self.round + 1
            return
        for number in range(self.current + 1, current + 1):
            name = self.waiting.pop(number, None)
            if name is not None:
                yield Sighting(at, "began", name)
                self.serving.append(name)
        while len(self.serving) > max(1, counters):
            yield Sighting(at, "ended", self.serving.pop(0))
        own = waiting * minutes * 60 / max(1, counters)
        for number in range(max(self.last, current) + 1, current + waiting + 1):
            self.waiting[number] = f"{self.round}-{number}"
            yield Sighting(at, "joined", self.waiting[number], own=own)
        self.current, self.last = current, max(self.last, current + waiting)

    def clear(self, at: float) -> Iterator[Sighting]:
        """The evening, or a display that was set back: nobody knows what became of those who waited."""
        for name in self.waiting.values():
            yield Sighting(at, "gone", name)
        for name in self.serving:
            yield Sighting(at, "ended", name)
        self.waiting.clear()
        self.serving.clear()
        self.current = -1


def read_offices(folder: Path, *, refused: list[RefusedRow] | None = None) -> dict[str, dict[str, list[Sighting]]]:
    """Office → queue → what was seen, in order of time. Seconds since 1 January 1970, local time taken as UTC.

    `refused` gets the lines that are damaged; the rest is read.
    """
    found: dict[str, dict[str, list[Sighting]]] = {}
    displays: dict[tuple[str, str], _Display] = {}
    for line, place, row in _rows(folder):
        try:
            at, number, figures = _snapshot(row)
        except (ValueError, KeyError, TypeError) as wrong:
            if refused is not None:
                refused.append(RefusedRow(line, f"{place}: {wrong}"))
            continue
        display = displays.setdefault((row["name"], row["idGrupy"]), _Display())
        seen = found.setdefault(row["name"], {}).setdefault(row["idGrupy"], [])
        if at // DAY != display.at // DAY or at - display.at > HOLE:
            seen.extend(display.clear(seen[-1].at if seen else at))
        if number is not None and at >= display.at:
            seen.extend(display.show(at, number, *figures))
            display.at = at
    return found


def _snapshot(row: dict[str, str]) -> tuple[float, int | None, tuple[int, int, float]]:
    """(moment, number on the display if any, (waiting, counters, minutes each)). Raises ValueError, KeyError and
    TypeError for a damaged line.
    """
    at = datetime.fromisoformat(f"{row['date']}T{row['time']}:00+00:00").timestamp()
    digits = re.search(r"(\d+)$", row["aktualnyNumer"])
    if digits is None:
        return at, None, (0, 0, 0.0)
    figures = int(row["liczbaKlwKolejce"]), int(row["liczbaCzynnychStan"]), float(row["czasObslugi"] or 10)
    if not (0 <= figures[0] < MOST and 0 <= figures[1] < MOST and 0 <= figures[2] < MOST and row["name"]):
        raise ValueError(f"{figures} is no state of a queue")
    return at, int(digits[1]), figures


def _rows(folder: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    paths = sorted(folder.glob("snapshots_*.csv.gz"))
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as lines:
            reader = csv.DictReader(line.replace("\0", "?") for line in lines)
            for row in reader:
                yield reader.line_num, path.name, row
