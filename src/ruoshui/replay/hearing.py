"""Histories of halls as one stream of what was heard there, whatever they were written down in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from ruoshui.replay.bank import read_calls
from ruoshui.replay.offices import read_offices
from ruoshui.replay.reading import RefusedRow, Row, read_table

COLUMNS = ("branch", "business", "joined_at", "called_at", "ended_at")


@dataclass(frozen=True, slots=True)
class HallEvent:
    """One thing that happened in a hall, in order of time. `server`: who served, where that is known."""

    at: float
    branch: str
    what: str
    queue: str
    key: str = ""
    servers: int = 0
    server: str = ""
    group: str = ""
    announced: bool = True


def _offices(folder: Path, refused: list[RefusedRow]) -> Iterator[HallEvent]:
    for office, queues in read_offices(folder, refused=refused).items():
        for queue, rows in queues.items():
            for seen in rows:
                what = "duty" if seen.what == "open" else seen.what
                key = f"{office}/{queue}/{seen.number}"
                yield HallEvent(seen.at, office, what, queue, key, servers=seen.counters, group=office)


def _calls(folder: Path, refused: list[RefusedRow]) -> Iterator[HallEvent]:
    begin = datetime(1999, 1, 1, tzinfo=UTC).timestamp()
    kinds: dict[int, str] = {}
    for call in read_calls(folder, refused=refused):
        kind = kinds.setdefault(call.key, call.kind) if call.kind else kinds[call.key]
        yield HallEvent(
            begin + call.at,
            "calls",
            call.what,
            f"{kind[:2]}/{kind[2]}",
            str(call.key),
            server=call.server,
            group=kind[:2],
            announced=call.queued,
        )


def _tickets(file: Path, refused: list[RefusedRow]) -> Iterator[HallEvent]:
    """A row a customer: branch, business, joined_at, called_at (empty: left), ended_at; and class, counter."""
    table = read_table(file, COLUMNS)
    refused += table.refused
    latest = (timezone.now() + timedelta(days=1)).timestamp()  # of a clock that may be ahead of UTC
    for number, row in table.rows:
        try:
            yield from _visit(str(number), row, latest)
        except ValueError as wrong:
            refused.append(RefusedRow(number, str(wrong)))


def _visit(key: str, row: Row, latest: float) -> list[HallEvent]:
    joined, called, ended = (_seconds(row[name]) for name in ("joined_at", "called_at", "ended_at"))
    if joined is None or (called is not None and called < joined):
        raise ValueError("joined_at must be there, and called_at not before it")
    if max(joined, called or 0.0, ended or 0.0) > latest:
        raise ValueError("it is in the future")
    branch, business = row["branch"], row["business"]
    if not branch or not business:
        raise ValueError("branch and business must be there")
    came = HallEvent(joined, branch, "joined", business, key, group=branch)
    if called is None:
        return [came, HallEvent(max(joined, ended or joined + 60), branch, "gone", business, key)]
    began = HallEvent(called, branch, "began", business, key, server=row.get("counter", ""))
    return [came, began, HallEvent(max(called, ended or called + 60), branch, "ended", business, key)]


def _seconds(text: str) -> float | None:
    """Local time, "2026-03-04 10:00" or with seconds, as seconds of the branch's own clock."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() if text else None


READERS: dict[str, Callable[[Path, list[RefusedRow]], Iterator[HallEvent]]] = {
    "offices": _offices,
    "calls": _calls,
    "tickets": _tickets,
}
SHAPES = tuple(READERS)
