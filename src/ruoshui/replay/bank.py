"""The calls of a bank, as events in order of time: joined, began, gone, ended. Seconds from the first of January."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruoshui.replay.reading import RefusedRow
from service_science.delay import WatchedKind

TYPES = ("PS", "PE", "IN", "NE", "NW", "TT")
PRIORITIES = ("0", "1", "2")
CREDIT = 90.0  # seconds that callers of priority 2 are put forward
DAY = 86400

KINDS = [WatchedKind(t + p, t, CREDIT if p == "2" else 0.0) for t in TYPES for p in PRIORITIES]


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event. `queued`: the caller waited in the queue at all; `wait`: told with `joined`, for measuring only."""

    at: float
    what: str
    key: int
    kind: str = ""
    server: str = ""
    queued: bool = False
    served: bool = False
    wait: float = 0.0


def read_calls(
    folder: Path, months: tuple[str, ...] = ("january", "february"), *, refused: list[RefusedRow] | None = None
) -> list[CallEvent]:
    """`refused` gets the lines that are damaged; the rest is read."""
    found: list[tuple[float, int, int, CallEvent]] = []
    for number, (line, place, row) in enumerate(_rows(folder, months)):
        try:
            events = list(_events(number, {name: (value or "").strip() for name, value in row.items() if name}))
        except (ValueError, KeyError) as wrong:
            if refused is not None:
                refused.append(RefusedRow(line, f"{place}: {_why(wrong)}"))
            continue
        found += [(call.at, order, number, call) for order, call in events]
    return [call for *_order, call in sorted(found, key=lambda entry: entry[:3])]


def _why(wrong: Exception) -> str:
    return f"there is no column {wrong}" if isinstance(wrong, KeyError) else str(wrong)


def _rows(folder: Path, months: tuple[str, ...]) -> Iterator[tuple[int, str, dict[str, str | None]]]:
    """(line, file, row); calls that a switch made up are left out. A short row has None in what it lacks."""
    for month in months:
        path = folder / f"{month}.txt.gz"
        with gzip.open(path, "rt", encoding="latin-1", newline="") as lines:
            reader = csv.DictReader((line.replace("\0", "?") for line in lines), delimiter="\t", quoting=csv.QUOTE_NONE)
            for row in reader:
                if (row.get("outcome") or "").strip() != "PHANTOM":
                    yield reader.line_num, path.name, row


def _events(key: int, row: dict[str, str]) -> Iterator[tuple[int, CallEvent]]:
    """With the order among events of one second: ends, joinings, then beginnings and leavings."""
    begin = _seconds(row["date"])
    queued, served = row["q_start"] != "0:00:00", row["outcome"] == "AGENT"
    if not queued and not served:
        return
    joined = _clock(row["q_start"]) if queued else _clock(row["ser_start"])
    kind = row["type"] + row["priority"]
    if row["type"] not in TYPES or row["priority"] not in PRIORITIES:
        raise ValueError(f"“{kind}” is no kind of call")
    if served:
        began = max(_clock(row["ser_start"]), joined)
        ended = max(_clock(row["ser_exit"]), began)
        yield 1, CallEvent(begin + joined, "joined", key, kind, queued=queued, served=True, wait=float(began - joined))
        yield 2, CallEvent(begin + began, "began", key, server=row["server"])
        yield 0 if ended > began else 3, CallEvent(begin + ended, "ended", key)
    elif (left := _clock(row["q_exit"])) >= joined:
        yield 1, CallEvent(begin + joined, "joined", key, kind, queued=True, wait=float(left - joined))
        yield 2, CallEvent(begin + left, "gone", key)


def _seconds(day: str) -> float:
    moment = date(1900 + int(day[:2]), int(day[2:4]), int(day[4:6]))
    return float((moment - date(moment.year, 1, 1)).days * DAY)


def _clock(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    if not (hours >= 0 and 0 <= minutes < 60 and 0 <= seconds < 60):
        raise ValueError(f"“{text}” is no time of a day")
    return hours * 3600 + minutes * 60 + seconds
