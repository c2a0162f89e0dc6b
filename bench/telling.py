"""How a bench tells what it found, and where the public data lie."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def part(title: str) -> None:
    print(f"\n  {title}", flush=True)


def line(what: str, found: str, aim: str = "") -> None:
    print(f"    {what:<52} {found}" + (f"   (aim: {aim})" if aim else ""), flush=True)


def timed(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Seconds of the fastest run, and what it gave: other work on the machine only ever adds."""
    best, result = float("inf"), None
    for _run in range(times):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


def shared(path: str) -> Path | None:
    """Public data beside the checkout; None, said aloud, where they are missing."""
    found = ROOT.parent / "shared" / "data" / path
    if found.exists():
        return found
    line(path, "not here: skipped")
    return None
