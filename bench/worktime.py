"""bin/bench worktime: how fast and how right the working calendar is, beside its peers.

Every comparison is within one run, on one calendar: Monday to Friday 9–12 and 13–18 in Shanghai, with the public
holidays of 2019 to 2024 (no peer takes make-up days by date, so none are in it).
"""

import csv
import gzip
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench.telling import shared
from service_science.worktime import DayHours, Worktime, compile_worktime

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2019, 1, 1), date(2024, 12, 31)
SPLIT: DayHours = [(clock(9), clock(12)), (clock(13), clock(18))]
BLOCK: DayHours = [(clock(9), clock(17))]
DAY = 86400


def measure() -> int:
    worktime = compile_worktime(dict.fromkeys(range(5), SPLIT), _holidays(), ZONE, FIRST, LAST)
    r = np.random.default_rng(1)
    begins = r.integers(worktime.first + DAY, worktime.last - 200 * DAY, 1_000_000)
    ends = begins + r.integers(0, 60 * DAY, begins.size)
    amounts = r.integers(60, 80 * 3600, begins.size)
    print("  working calendar, operations per second (best of 5):")
    _vectorised(worktime, begins, ends, amounts)
    scalar = _scalar(worktime, begins[:200_000].tolist(), ends[:200_000].tolist(), amounts[:200_000].tolist())
    _peers(worktime, scalar)
    _incidents()
    return 0


def _holidays() -> dict[date, DayHours]:
    path = files("ruoshui.organization") / "data" / "cn_public_days.csv"
    with path.open(encoding="utf-8") as lines:
        days = [(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(lines)]
    return {day: [] for day, kind in days if kind == "off" and FIRST <= day <= LAST}


def _best(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of `times` runs: other work on the machine only ever adds."""
    found = []
    for _run in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def _vectorised(worktime: Worktime, begins: Any, ends: Any, amounts: Any) -> None:
    for name, work in (
        ("between", lambda: worktime.vector.between(begins, ends)),
        ("add", lambda: worktime.vector.add(begins, amounts)),
    ):
        print(f"    vectorised {name:<8} {begins.size / _best(work) / 1e6:8.1f} M   (aim: 30 M)", flush=True)


def _scalar(worktime: Worktime, begins: list[int], ends: list[int], amounts: list[int]) -> dict[str, float]:
    moments, later = [_moment(s) for s in begins[:50_000]], [_moment(s) for s in ends[:50_000]]
    rates = {}
    for name, question, first, second in (
        ("between, seconds", worktime.between_seconds, begins, ends),
        ("add, seconds", worktime.add_seconds, begins, amounts),
        ("between, datetimes", worktime.between, moments, later),
        ("add, datetimes", worktime.add, moments, amounts),
    ):
        rates[name] = len(first) / _best(lambda q=question, a=first, b=second: _ask(q, a, b))  # type: ignore[misc]
        aim = "   (aim: 1 M)" if "seconds" in name else ""
        print(f"    scalar {name:<20} {rates[name] / 1e6:6.2f} M{aim}", flush=True)
    return rates


def _ask(question: Callable[[Any, Any], Any], first: Sequence[Any], second: Sequence[Any]) -> None:
    for a, b in zip(first, second, strict=False):
        question(a, b)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, ZONE)


def _peers(worktime: Worktime, ours: dict[str, float]) -> None:
    """The peers are asked what they can express; naive local times, because Shanghai never changes its clock."""
    try:
        import businesstimedelta
        from business_duration import businessDuration
    except ImportError:
        print("  the peers are not installed: bin/bench worktime installs them from requirements/peers.lock")
        return
    r = random.Random(1)
    origin = datetime(2019, 1, 3)  # noqa: DTZ001 the peers take naive times
    begins = [origin + timedelta(minutes=r.randrange(1800 * 24 * 60)) for _n in range(400)]
    ends = [begin + timedelta(minutes=r.randrange(30 * 24 * 60)) for begin in begins]
    amounts = [r.randrange(60, 80 * 3600, 60) for _n in begins]
    off = sorted(_holidays())
    _timedelta_peer(businesstimedelta, worktime, ours, off, begins, ends, amounts)
    _duration_peer(businessDuration, off, begins, ends)


def _timedelta_peer(
    peer: Any,
    worktime: Worktime,
    ours: dict[str, float],
    off: list[date],
    begins: list[datetime],
    ends: list[datetime],
    amounts: list[int],
) -> None:
    days = {"working_days": [0, 1, 2, 3, 4]}
    workday = peer.WorkDayRule(start_time=clock(9), end_time=clock(18), **days)
    lunch = peer.LunchTimeRule(start_time=clock(12), end_time=clock(13), **days)
    # It raises once no later holiday is in its list, so one far away is added.
    rules = peer.Rules([workday, lunch, peer.HolidayRule(dict.fromkeys([*off, date(2099, 1, 1)], "off"))])

    def between(begin: datetime, end: datetime) -> int:
        found: float = rules.difference(begin, end).timedelta.total_seconds()
        return round(found)

    def add(begin: datetime, seconds: int) -> datetime:
        return begin + peer.BusinessTimeDelta(rules, seconds=seconds)  # type: ignore[no-any-return]

    wrong = sum(
        between(a, b) != worktime.between(_local(a), _local(b)) for a, b in zip(begins, ends, strict=True)
    ) + sum(
        _local(add(a, n).replace(tzinfo=None)) != worktime.add(_local(a), n)
        for a, n in zip(begins, amounts, strict=True)
    )
    rates = {
        "between": len(begins) / _best(lambda: _ask(between, begins, ends), 1),
        "add": len(begins) / _best(lambda: _ask(add, begins, amounts), 1),
    }
    _told("businesstimedelta 1.0.1", rates, {"between": ours["between, datetimes"], "add": ours["add, datetimes"]})
    print(f"      disagreements in {2 * len(begins)} questions: {wrong}", flush=True)


def _duration_peer(peer: Any, off: list[date], begins: list[datetime], ends: list[datetime]) -> None:
    """It knows one block a day and no addition, so it is compared on 9–17."""
    block = compile_worktime(dict.fromkeys(range(5), BLOCK), _holidays(), ZONE, FIRST, LAST)
    holidays = dict.fromkeys(off, "off")

    def between(begin: datetime, end: datetime) -> int:
        found = peer(
            startdate=begin, enddate=end, starttime=clock(9), endtime=clock(17), holidaylist=holidays, unit="sec"
        )
        return 0 if found != found else round(found)  # it answers NaN where no work lies between

    wrong = sum(between(a, b) != block.between(_local(a), _local(b)) for a, b in zip(begins, ends, strict=True))
    mine = len(begins) / _best(lambda: _ask(block.between, [_local(a) for a in begins], [_local(b) for b in ends]))
    _told(
        "business-duration 0.68",
        {"between": len(begins) / _best(lambda: _ask(between, begins, ends), 1)},
        {"between": mine},
    )
    print(f"      disagreements in {len(begins)} questions: {wrong}", flush=True)


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZONE)


def _told(name: str, rates: dict[str, float], ours: dict[str, float]) -> None:
    print(f"    {name}, up to 30 days:")
    for question, rate in rates.items():
        print(f"      {question:<8} {rate:9,.0f}   ours with datetimes is {ours[question] / rate:,.0f} times as fast")


def _incidents() -> None:
    """Which calendar explains the promises kept in a real log: opened to closed against `made_sla`."""
    path = shared("servicenow_incidents/incident_event_log.csv.gz")
    if path is None:
        return
    begins, ends, kept = _opened_and_closed(path)
    print(f"  real incidents of priority 3: {len(kept):,}; share of made_sla that one threshold explains:")
    for name, days in (("around the clock", range(7)), ("Monday to Friday", range(5))):
        worktime = compile_worktime(
            {day: [(clock(0), clock(0))] for day in days}, {}, UTC, date(2015, 1, 1), date(2018, 12, 31)
        )
        share, threshold = best_threshold(worktime.vector.between(begins, ends), kept)
        print(f"    {name:<18} {share:7.2%} at {threshold / 3600:.1f} h", flush=True)


def _opened_and_closed(path: Path) -> tuple[Any, Any, Any]:
    last: dict[str, dict[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            last[row["number"]] = row
    rows = [r for r in last.values() if r["priority"].startswith("3") and "?" not in (r["opened_at"], r["closed_at"])]
    return (
        np.array([_day_first(row["opened_at"]) for row in rows]),
        np.array([_day_first(row["closed_at"]) for row in rows]),
        np.array([row["made_sla"] == "true" for row in rows]),
    )


def _day_first(text: str) -> int:
    return int(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC).timestamp())


def best_threshold(taken: Any, kept: Any) -> tuple[float, int]:
    """The threshold with the most agreement when all at or under it count as kept."""
    order = np.argsort(taken, kind="stable")
    taken, kept = taken[order], kept[order]
    right = np.concatenate(([0], np.cumsum(kept))) + (~kept).sum() - np.concatenate(([0], np.cumsum(~kept)))
    between_equals = np.concatenate(([False], taken[1:] == taken[:-1], [False]))
    right[between_equals] = -1  # equal durations fall on the same side
    best = int(right.argmax())
    return right[best] / len(kept), int(taken[best - 1]) if best else 0
