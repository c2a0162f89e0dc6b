"""ruoshui replay: read, play, show progress, report."""

import csv
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from django.db import connection
from django.utils import timezone, translation

from ruoshui.core.parents import end_with
from ruoshui.core.refusals import Refusal
from ruoshui.core.spreadsheets import harmless
from ruoshui.demo.visits import tell_past_visits
from ruoshui.organization.models import Unit
from ruoshui.queues.models import Branch, Ticket, TicketSource
from ruoshui.replay.mapping import Mapping, read_mapping
from ruoshui.replay.models import ReplayedItem
from ruoshui.replay.people import People
from ruoshui.replay.playing import Line, Player
from ruoshui.replay.reading import RefusedRow, Table, read_table
from ruoshui.reports.loop import LoopReport, loop_report
from ruoshui.settings.places import data_folder, mark, project_root
from ruoshui.sla.actions import sweep_clocks

SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
LONGEST_KEY = 100
SHARED = {
    "citizen_letters": "data/citizen_letters/letters_with_replies.csv.gz",
    "servicenow_incidents": "data/servicenow_incidents/incident_event_log.csv.gz",
}


@dataclass(slots=True)
class Progress:
    label: str
    total: int
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    def step(self, last: bool = False) -> None:
        now = time.monotonic()
        every = 0.2 if sys.stdout.isatty() else 10
        if not last and now - self.shown < every:
            return
        self.shown = now
        rate = self.done / max(0.001, now - self.began)
        left = (self.total - self.done) / rate if rate else 0
        end = "\n" if last or not sys.stdout.isatty() else ""
        print(
            f"\r  {self.label}: {self.done:,} of {self.total:,} cases, {rate:.0f}/s, {left:.0f} s left   ",
            end=end,
            flush=True,
        )


def replay_command(file: Path, mapping: str, *, report: Path | None, limit: int | None, jobs: int = 2) -> int:
    try:
        return _replay(file, read_mapping(mapping), report, limit, jobs)
    except (Refusal, FileNotFoundError) as refused:
        print(f"✗ {refused}", file=sys.stderr)
        return 1


def _replay(file: Path, mapping: Mapping, report: Path | None, limit: int | None, jobs: int) -> int:
    table = read_table(file, tuple(dict.fromkeys(mapping.columns.values())))
    columns = ", ".join(name for name in table.columns if name)
    print(f"  {file.name}: {table.form}; columns in line {table.header_line}: {columns}", flush=True)
    rows = grouped(table, mapping)
    known = dict(ReplayedItem.objects.filter(source=mapping.source).values_list("key", "rows"))
    chosen = list(rows.by_key)[:limit]
    rows.before = sum(min(known.get(key, 0), len(rows.by_key[key])) for key in chosen)
    todo = [key for key in chosen if known.get(key, 0) < len(rows.by_key[key])]
    if len(todo) < len(chosen):
        print(f"  {len(chosen) - len(todo):,} cases were brought in before; going on with {len(todo):,}", flush=True)
    player = Player(mapping, People(mapping, _earliest(mapping, rows.by_key)), now=timezone.now())
    people = Progress(f"{file.name}, people", len(todo))
    for key in todo:
        player.meet(rows.by_key[key])
        people.done += 1
        people.step()
    people.step(last=True)
    progress = Progress(file.name, len(todo))
    stop = _asked_to_stop()
    for key, refused in _played(player, [(key, rows.by_key[key]) for key in todo], jobs):
        rows.refused += refused
        rows.taken += len(rows.by_key[key]) - known.get(key, 0) - len(refused)
        progress.done += 1
        progress.step()
        if stop():
            progress.step(last=True)
            print("  Interrupted. Start it again to go on from here.")
            return 130
    progress.step(last=True)
    sweep_clocks(timezone.now())
    print(f"  {rows.summary()}", flush=True)
    _write_refused(rows.refused + rows.repeated, report or data_folder() / f"refused-{mapping.source}.csv")
    with translation.override("en"):
        _print_report(loop_report(mapping.source))
    return 0


def _played(player: Player, cases: list[tuple[str, list[Line]]], jobs: int) -> Iterator[tuple[str, list[RefusedRow]]]:
    """Play the cases in several processes: a case is one transaction, and cases do not touch."""
    if jobs < 2 or len(cases) < 50:
        for key, lines in cases:
            yield key, player.play(key, lines)
        return
    global _player
    _player = player
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with multiprocessing.get_context("fork").Pool(jobs, initializer=_begin, initargs=(os.getpid(),)) as pool:
        yield from pool.imap_unordered(_play_one, cases, chunksize=8)


_player: Player | None = None


def _play_one(case: tuple[str, list[Line]]) -> tuple[str, list[RefusedRow]]:
    assert _player is not None
    return case[0], _player.play(*case)


def _begin(parent: int) -> None:
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it stops us with SIGTERM
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@dataclass(slots=True)
class Rows:
    """What becomes of every row: taken + refused + repeated (+ before + left for later) = all of them."""

    total: int
    by_key: dict[str, list[Line]] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    repeated: list[RefusedRow] = field(default_factory=list)
    taken: int = 0
    before: int = 0

    def summary(self) -> str:
        counts = {"taken": self.taken, "refused": len(self.refused), "repeated": len(self.repeated)}
        more = {"brought in before": self.before, "left for later": self.total - sum(counts.values()) - self.before}
        counts |= {name: count for name, count in more.items() if count}
        return f"rows {self.total:,} = " + " + ".join(f"{name} {count:,}" for name, count in counts.items())


def grouped(table: Table, mapping: Mapping) -> Rows:
    """Lines by case, in the order of the file. Refused: without a key, or with one that a sheet has shortened."""
    rows = Rows(len(table.rows) + len(table.refused), refused=list(table.refused))
    column = mapping.columns["key"]
    for number, row in table.rows:
        key = row[column]
        if key in mapping.missing or not key:
            rows.refused.append(RefusedRow(number, f"column “{column}” is empty or missing"))
        elif SHORTENED.fullmatch(key):
            rows.refused.append(RefusedRow(number, f"a sheet has shortened “{key}”: keep column “{column}” as text"))
        elif len(key) > LONGEST_KEY:
            rows.refused.append(RefusedRow(number, f"column “{column}” has more than {LONGEST_KEY} letters"))
        elif mapping.shape == "letters" and key in rows.by_key:
            first = rows.by_key[key][0][0]
            rows.repeated.append(RefusedRow(number, f"repeated: “{key}” is in line {first} already"))
        else:
            rows.by_key.setdefault(key, []).append((number, row))
    return rows


def _earliest(mapping: Mapping, groups: dict[str, list[Line]]) -> datetime:
    """The people of a history are set up as of its first day."""
    column, earliest = mapping.columns["opened_at"], timezone.now()
    for lines in groups.values():
        try:
            earliest = min(earliest, mapping.moment(lines[0][1].get(column, "")))
        except ValueError:
            continue
    return earliest


def _asked_to_stop() -> Callable[[], bool]:
    """Ctrl-C finishes the case in hand, then stops."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.append(1))
    return lambda: bool(asked)


def _write_refused(refused: list[RefusedRow], path: Path) -> None:
    if not refused:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["line", "reason"])
        writer.writerows([one.line, harmless(one.reason)] for one in sorted(refused, key=lambda one: one.line))
    print(f"  {len(refused):,} rows were refused or repeated; line and reason of each: {path}")


def _print_report(report: LoopReport) -> None:
    took = f"{report.mean_resolution.total_seconds() / 86400:.1f} days" if report.mean_resolution else "—"
    print(
        f"\n  cases {report.cases:,}   closed {report.closed:,}   reopened {report.reopened:,}   "
        f"resolved after {took} on average"
    )
    for kept in report.promises:
        share = kept.kept / max(1, kept.kept + kept.broken)
        print(
            f"  {kept.target:<15} promised {kept.promised:,}   kept {kept.kept:,} ({share:.0%})   "
            f"broken {kept.broken:,}   running {kept.running:,}   not reached {kept.not_reached:,}"
        )
    print("  late by unit and team:")
    for unit in report.late_by_unit[:10]:
        print(f"    {unit.unit:<40} {unit.broken:>6,} of {unit.cases:,}")
    answered = report.satisfaction.satisfied
    if answered.n:
        print(f"  satisfied {answered.value:.0%} ({answered.low:.0%}–{answered.high:.0%}) of {answered.n:,} answers")
    else:
        print("  satisfaction: nobody was asked (history is never mailed)")
    print(flush=True)


def _past_visits() -> None:
    """The demo's hall gets a past, once."""
    branch = Branch.objects.select_related("unit").filter(unit__code="east", learned=0).first()
    if branch is not None and not Ticket.objects.filter(branch=branch, source=TicketSource.HISTORY).exists():
        print(f"  {branch.unit.name_en}: {tell_past_visits(branch, timezone.now()):,} made-up visits", flush=True)


def load_history() -> int:
    """Both shipped mappings: over the shared data beside the project, else over made-up samples."""
    if not Unit.objects.exists():
        print("There is no organisation yet: ruoshui demo")
        return 1
    _past_visits()
    root = project_root()
    for name, path in SHARED.items():
        real = (root.parent / "shared" / path) if root else None
        if real and real.exists():
            code = replay_command(real, name, report=None, limit=None)
        else:
            with as_file(files("ruoshui.replay.samples") / f"{name}.csv") as sample:
                code = replay_command(sample, name, report=None, limit=None)
        if code:
            return code
    mark("history-loaded").touch()
    return 0
