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
from pathlib import Path

LEAP = 60  # numbers a display cannot advance by within one snapshot: it was set back or on


@dataclass(frozen=True, slots=True)
class Seen:
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
    """One queue as followed from snapshot to snapshot. `last`: the highest number issued."""

    current: int = -1
    last: int = -1
    waiting: dict[int, str] = field(default_factory=dict)
    serving: list[str] = field(default_factory=list)
    round: int = 0

    def show(self, at: float, current: int, waiting: int, counters: int, minutes: float) -> Iterator[Seen]:
        yield Seen(at, "open", counters=counters)
        if self.current < 0 or current < self.current or current - self.current > LEAP:
            yield from self.clear(at)
            self.current, self.last, self.round = current, current + waiting, self.round + 1
            return
        for number in range(self.current + 1, current + 1):
            name = self.waiting.pop(number, None)
            if name is not None:
                yield Seen(at, "began", name)
                self.serving.append(name)
        while len(self.serving) > max(1, counters):
            yield Seen(at, "ended", self.serving.pop(0))
        own = waiting * minutes * 60 / max(1, counters)
        for number in range(max(self.last, current) + 1, current + waiting + 1):
            self.waiting[number] = f"{self.round}-{number}"
            yield Seen(at, "joined", self.waiting[number], own=own)
        self.current, self.last = current, max(self.last, current + waiting)

    def clear(self, at: float) -> Iterator[Seen]:
        """The evening, or a display that was set back: nobody knows what became of those who waited."""
        for name in self.waiting.values():
            yield Seen(at, "gone", name)
        for name in self.serving:
            yield Seen(at, "ended", name)
        self.waiting.clear()
        self.serving.clear()
        self.current = -1


def read_offices(folder: Path) -> dict[str, dict[str, list[Seen]]]:
    """Office → queue → what was seen, in order of time. Seconds since 1 January 1970, local time taken as UTC."""
    found: dict[str, dict[str, list[Seen]]] = {}
    displays: dict[tuple[str, str], _Display] = {}
    days: dict[tuple[str, str], str] = {}
    for row in _rows(folder):
        queue = (row["name"], row["idGrupy"])
        at = datetime.fromisoformat(f"{row['date']}T{row['time']}:00+00:00").timestamp()
        display = displays.setdefault(queue, _Display())
        seen = found.setdefault(row["name"], {}).setdefault(row["idGrupy"], [])
        if days.get(queue) != row["date"]:
            seen.extend(display.clear(seen[-1].at if seen else at))
            days[queue] = row["date"]
        digits = re.search(r"(\d+)$", row["aktualnyNumer"])
        if digits and not (seen and at < seen[-1].at):
            counted = int(row["liczbaKlwKolejce"]), int(row["liczbaCzynnychStan"]), float(row["czasObslugi"] or 10)
            seen.extend(display.show(at, int(digits[1]), *counted))
    return found


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    paths = sorted(folder.glob("snapshots_*.csv.gz"))
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
