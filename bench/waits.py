"""bin/bench waits: the live announcer on the past of city offices and of a bank's calls.

They are brought in by the path that brings in any history.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.database import bench_database
from bench.telling import shared

ENOUGH = 300
AIM, LOW, HIGH = 0.70, 0.88, 0.92


def measure() -> int:
    with bench_database():
        import django

        django.setup()
        for shape, folder in (("offices", "warsaw_queues"), ("calls", "anonbank")):
            place = shared(folder)
            if place is not None:
                _measure(shape, place)
            else:
                print(f"  {shape}: the shared data is not here")
    return 0


def _measure(shape: str, place: Path) -> None:
    from ruoshui.organization.models import Unit
    from ruoshui.queues.history import DAY
    from ruoshui.queues.models import Branch, Ticket
    from ruoshui.queues.queries import announced_to, in_all
    from ruoshui.replay.halls import replay_halls

    began = time.perf_counter()
    found = replay_halls(shape, place, unit=Unit.objects.get(code="hq"), say=lambda _line: None)
    outcomes = [one for branch in found.values() for one in branch]
    print(f"  — {shape}: {len(outcomes):,} customers announced to and served, in {time.perf_counter() - began:.0f} s —")
    learned = [one for one in outcomes if one.learned and one.wait > 0]
    first = min(one.at for one in outcomes)
    for title, days in (("all announcements of a learned model", 0), ("from the third day on", 2)):
        _tell(title, [one for one in learned if one.at // DAY >= first // DAY + days])
    branch = Branch.objects.filter(unit__code__startswith=shape).order_by("pk").first()
    if branch is not None:
        tickets = announced_to(branch, *_all_time(), learned_only=True)
        report = in_all(tickets)
        told = f"kept {report.kept.value:.3f} of {report.n:,}, mean wait {report.wait:.0f} s"
        print(f"  the report of the first branch, from its tickets: {told} ({Ticket.objects.count():,} tickets in all)")


def _all_time() -> tuple[datetime, datetime]:
    return datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _tell(title: str, rows: Sequence[Any]) -> None:
    wait, typical, maximum, last = (
        np.array([getattr(one, name) for one in rows]) for name in ("wait", "typical", "maximum", "last_wait")
    )
    groups = np.array([one.group for one in rows])
    mae = np.abs(typical - wait).mean() / np.abs(last - wait).mean()
    kept = wait <= maximum
    large = [name for name in sorted(set(groups)) if (groups == name).sum() >= ENOUGH]
    shares = {name: float(kept[groups == name].mean()) for name in large}
    inside = sum(LOW <= share <= HIGH for share in shares.values())
    print(f"  {title}: MAE {mae:.3f} × LES (aim {AIM:.2f}), kept {kept.mean():.3f} of {len(rows):,}", flush=True)
    print(f"    groups with {ENOUGH} served or more: {inside} of {len(large)} within {LOW}–{HIGH}, "
          f"{min(shares.values()):.3f}–{max(shares.values()):.3f}; mean wait {wait.mean():.0f} s, promised "
          f"{maximum.mean():.0f} s")  # fmt: skip
