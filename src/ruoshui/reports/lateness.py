"""Which promises that still run will probably be broken: how long others of their kind took from the same step on.

Learned from the clocks of a year: for each step of a case (as on the process map) the working time from it until the
promise was reached. What still runs counts as seen so far. Waits are left in: they are part of how long things take.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ruoshui.cases.models.cases import CaseQuerySet
from ruoshui.organization.models import Calendar
from ruoshui.reports.process_log import Happening, log_of
from ruoshui.sla.calendars import worked
from ruoshui.sla.models import Clock, Target
from service_science.lateness import Lateness, Remaining

PAST = timedelta(days=365)
# One at every answer: "the next update" says nothing of how a case goes.
FORETOLD = (Target.FIRST_RESPONSE, Target.RESOLUTION, Target.MILESTONE)
LEAST_ENDED = 10  # of the same target, later than this one has waited


@dataclass(frozen=True, slots=True)
class Risk:
    """`chance` that `clock` will be broken, from `seen` others that ended later after `step`, which was `since`."""

    clock: Clock
    step: str
    since: datetime
    chance: float
    seen: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Of the promises foretold from `low` to `high`: how many, the mean chance, and the share that were broken."""

    low: float
    high: float
    count: int
    foretold: float
    came: float


Logs = Mapping[int, Sequence[Happening]]


def risks_of(cases: CaseQuerySet, at: datetime, *, most: int = 100) -> list[Risk]:
    """Running promises of these cases that are not late yet, the most endangered first; of the newest 5,000 cases."""
    logs, clocks = _loaded(cases.filter(opened_at__gte=at - PAST), at)
    learned = Lateness(_observed(logs, clocks, at))
    found = [risk for clock in clocks if (risk := _risk(learned, logs, clock, at))]
    return sorted(found, key=lambda risk: -risk.chance)[:most]


def record_of(cases: CaseQuerySet, at: datetime) -> list[Bin]:
    """How true the chances would have been: the newest third of the promises that ended, asked when half their time was
    used up, from what was known when the first of them began. Empty when there are fewer than 30.
    """
    logs, clocks = _loaded(cases.filter(opened_at__gte=at - PAST), at)
    settled = (
        clock for clock in clocks if clock.ended_at and clock.seconds and (clock.broken_at or not clock.not_reached)
    )
    ended = sorted(settled, key=lambda clock: clock.starts_at)
    asked = ended[len(ended) * 2 // 3 :]
    if len(asked) < 30:
        return []
    until = asked[0].starts_at
    learned = Lateness(_observed(logs, [clock for clock in clocks if clock.starts_at < until], until))
    pairs = [pair for clock in asked if (pair := _halfway(learned, logs, clock))]
    return list(_binned(pairs))


def _loaded(cases: CaseQuerySet, at: datetime) -> tuple[Logs, list[Clock]]:
    logs = log_of(cases)
    found = Clock.objects.filter(case__in=list(logs), target__in=FORETOLD, starts_at__lte=at)
    return logs, list(found.select_related("term", "calendar", "case__type", "case__unit", "case__assignee", "unit"))


def _groups(clock: Clock, step: Happening) -> tuple[str, ...]:
    """From all promises of this target to those of this type of case after this step."""
    case = clock.case
    assert case is not None
    what = clock.milestone or clock.target
    return (what, f"{what}/{case.type_id}", f"{what}/{case.type_id}/{step.kind}/{step.name_zh}")


def _observed(logs: Logs, clocks: Iterable[Clock], at: datetime) -> Iterator[Remaining]:
    """For each step while the promise ran: the working time from it to the end, or to `at`."""
    for clock in clocks:
        end = min(clock.ended_at or at, at)
        ended = clock.ended_at is not None and clock.ended_at <= at
        if ended and (clock.not_reached or (clock.due_at is None and clock.broken_at is None)):
            continue  # never reached, or it ended while it waited: no word on how long it takes
        for step in logs.get(clock.case_id or 0, ()):
            if clock.starts_at <= step.at < end:
                yield Remaining(_groups(clock, step), _working(clock.calendar, step.at, end), ended)


def _risk(learned: Lateness, logs: Logs, clock: Clock, at: datetime) -> Risk | None:
    if clock.ended_at is not None or clock.broken_at is not None or clock.due_at is None or clock.due_at <= at:
        return None
    step = _last_step(logs, clock, at)
    if step is None:
        return None
    waited, left = _working(clock.calendar, step.at, at), _working(clock.calendar, at, clock.due_at)
    groups = _groups(clock, step)
    chance = learned.chance(groups, waited=waited, left=left)
    if chance is None or learned.seen(groups[:1], waited) < LEAST_ENDED:
        return None
    return Risk(clock, step.activity, step.at, chance, learned.seen(groups, waited))


def _halfway(learned: Lateness, logs: Logs, clock: Clock) -> tuple[float, bool] | None:
    """The chance that would have been told when half the time was used up, and whether it was broken."""
    due = clock.broken_at or clock.due_at
    if due is None or clock.ended_at is None:
        return None
    middle = clock.starts_at + (due - clock.starts_at) / 2
    step = _last_step(logs, clock, middle)
    if step is None or clock.ended_at <= middle:
        return None
    waited, left = _working(clock.calendar, step.at, middle), _working(clock.calendar, middle, due)
    chance = learned.chance(_groups(clock, step), waited=waited, left=left)
    return None if chance is None else (chance, clock.broken_at is not None)


def _last_step(logs: Logs, clock: Clock, at: datetime) -> Happening | None:
    """The last one up to `at`: a promise that began later than it counts from the step all the same."""
    return next((step for step in reversed(logs.get(clock.case_id or 0, ())) if step.at <= at), None)


def _working(calendar: Calendar | None, begin: datetime, end: datetime) -> float:
    return float(worked(calendar, begin, end))


def _binned(pairs: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    by_bin: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, broken in pairs:
        by_bin[min(4, int(chance * 5))].append((chance, broken))
    for place in sorted(by_bin):
        here = by_bin[place]
        foretold, came = sum(chance for chance, _ in here) / len(here), sum(broken for _, broken in here) / len(here)
        yield Bin(place / 5, (place + 1) / 5, len(here), foretold, came)
