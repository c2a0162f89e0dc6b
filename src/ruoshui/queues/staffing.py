"""How many counters when: arrivals predicted from the branch's own past, people needed, shifts.

What calculates them is loaded when somebody asks: every process begins sooner without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import Extract

from ruoshui.queues.models import OrderRule, Queue, Ticket
from ruoshui.queues.setup import BranchSetup
from service_science.arrays import Floats, Ints

if TYPE_CHECKING:
    from service_science.staffing import Cover

SLOT = timedelta(minutes=30)
LOOKS_BACK_DAYS = 56
LEAST_SERVICE = 30.0


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day in slots of half an hour, `begins` their local times of day in minutes. Arrays by queue id, people a slot.

    `needed`: counters for the whole hall; `loads`: counters' worth of work by queue; `usual`: open on such days.
    """

    day: date
    begins: Ints
    arrivals: dict[int, Floats]
    services: dict[int, float]
    patience: float
    needed: Ints
    loads: dict[int, Floats]
    usual: Ints
    seen_days: float

    @property
    def total(self) -> Floats:
        return np.sum(list(self.arrivals.values()), axis=0) if self.arrivals else np.zeros(self.begins.size)

    @property
    def words(self) -> list[str]:
        return [clock(minute) for minute in self.begins.tolist()]


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def plan_day(setup: BranchSetup, day: date, *, at: datetime) -> DayPlan:
    """Foretell the day and say how many counters keep the branch's aim."""
    from service_science.forecast import forecast_day

    begins = _slots(setup, day)
    counts, days = _past(setup, begins, at)
    begins, counts = _trimmed(begins, counts)
    ages = np.array([(day - one).days for one in days], dtype=float)
    weekdays = np.array([one.weekday() for one in days], dtype=float)
    arrivals, seen = {}, 0.0
    for pk in setup.queues:
        if len(days) and counts[pk].any():
            found = forecast_day(counts[pk], weekdays=weekdays, ages=ages, weekday=day.weekday())
            arrivals[pk], seen = found.expected, found.days
        else:
            arrivals[pk] = np.zeros(begins.size)
    services, patience = _services(setup, at), _patience(setup, at)
    loads = {pk: arrivals[pk] / SLOT.total_seconds() * services[pk] for pk in arrivals}
    needed = _needed(setup, arrivals, loads)
    return DayPlan(day, begins, arrivals, services, patience, needed, loads, _usual(setup, begins, day, at), seen)


def _slots(setup: BranchSetup, day: date) -> Ints:
    """The half-hours of the opening hours; of a day that is closed, those of an ordinary one from nine to five."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=setup.zone)
    minutes = set()
    for opens, closes in setup.hours_of_day(noon):
        begin, end = opens.astimezone(setup.zone), closes.astimezone(setup.zone)
        first = begin.hour * 60 + begin.minute
        last = 24 * 60 if end.date() > day else end.hour * 60 + end.minute
        minutes |= set(range(first // 30 * 30, last, 30))
    return np.array(sorted(minutes or range(9 * 60, 17 * 60, 30)), dtype=np.int64)


def _past(setup: BranchSetup, begins: Ints, at: datetime) -> tuple[dict[int, Floats], list[date]]:
    """Counts by queue, day and slot, of the days on which anybody came."""
    since = at - timedelta(days=LOOKS_BACK_DAYS)
    rows = Ticket.objects.filter(branch=setup.branch, joined_at__gte=since, joined_at__lt=at)
    today = at.astimezone(setup.zone).date()
    place = {int(minute): i for i, minute in enumerate(begins)}
    days: dict[date, int] = {}
    found: list[tuple[int, int, int]] = []
    for queue, joined in rows.values_list("queue_id", "joined_at").iterator(5000):
        local = joined.astimezone(setup.zone)
        slot = place.get((local.hour * 60 + local.minute) // 30 * 30)
        if local.date() != today and slot is not None and queue in setup.queues:
            found.append((queue, days.setdefault(local.date(), len(days)), slot))
    counts = {pk: np.zeros((len(days), begins.size)) for pk in setup.queues}
    for queue, number, slot in found:
        counts[queue][number, slot] += 1
    return counts, list(days)


def _trimmed(begins: Ints, counts: dict[int, Floats]) -> tuple[Ints, dict[int, Floats]]:
    """Without the hours before and after which nobody ever came: a hall that is always open sleeps at night."""
    came = np.flatnonzero(np.sum([rows.sum(axis=0) for rows in counts.values()], axis=0)) if counts else np.zeros(0)
    if not came.size:
        return begins, counts
    kept = slice(int(came[0]), int(came[-1]) + 1)
    return begins[kept], {pk: rows[:, kept] for pk, rows in counts.items()}


def _services(setup: BranchSetup, at: datetime) -> dict[int, float]:
    """Mean seconds from the call to the end, by queue; where few were served, as set up for the business."""
    since = at - timedelta(days=LOOKS_BACK_DAYS)
    done = Ticket.objects.filter(
        branch=setup.branch, joined_at__gte=since, joined_at__lt=at, state="done", ended_at__gt=F("called_at")
    )
    seconds = Extract(F("ended_at") - F("called_at"), "epoch")
    rows = done.values("queue_id").annotate(n=Count("pk"), mean=Avg(seconds))
    known = {row["queue_id"]: row["mean"] for row in rows if row["n"] >= 20}
    return {
        pk: max(LEAST_SERVICE, float(known.get(pk) or 60.0 * queue.business.usual_minutes))
        for pk, queue in setup.queues.items()
    }


def _patience(setup: BranchSetup, at: datetime) -> float:
    """Mean seconds until somebody leaves, from those who did and the waits of those who did not; none: for ever (0)."""
    since = at - timedelta(days=LOOKS_BACK_DAYS)
    rows = Ticket.objects.filter(branch=setup.branch, joined_at__gte=since, joined_at__lt=at).aggregate(
        left=Count("pk", filter=Q(state__in=["left", "no_show"], left_reason__in=["", "cancelled", "unknown"])),
        waited=Avg(Extract(F("first_called_at") - F("joined_at"), "epoch")),
        n=Count("pk"),
    )
    if not rows["left"] or not rows["waited"]:
        return 0.0
    return float(rows["waited"] * rows["n"] / rows["left"])


def _needed(setup: BranchSetup, arrivals: Mapping[int, Floats], loads: Mapping[int, Floats]) -> Ints:
    """Counters by slot: in each pool of queues that share counters as many as keep the aim, summed."""
    from service_science.erlang import staff_intervals

    size = next(iter(arrivals.values())).size if arrivals else 0
    total = np.zeros(size, dtype=np.int64)
    for pool in setup.pools:
        people = np.sum([arrivals[pk] for pk in pool], axis=0)
        work = np.sum([loads[pk] for pk in pool], axis=0)
        if not people.any():
            continue
        rates = people / SLOT.total_seconds()
        service = float(work.sum() / max(1e-12, rates.sum()))
        found = staff_intervals(
            work / service,
            service=service,
            answer_within=60.0 * setup.branch.target_minutes,
            level=setup.branch.target_percent / 100,
            most_busy=0.95,
        )
        total += np.maximum(found.servers, (people > 0.05).astype(np.int64))
    return total


def _usual(setup: BranchSetup, begins: Ints, day: date, at: datetime) -> Ints:
    """Counters that were open on such days: the median over the last four of the same weekday."""
    from ruoshui.queues.models import CounterSession, SessionKind

    days = [day - timedelta(days=7 * back) for back in range(1, 9)]
    sessions = list(
        CounterSession.objects.filter(
            counter__branch=setup.branch, kind=SessionKind.OPEN, since__gte=at - timedelta(days=70)
        ).values_list("since", "until")
    )
    rows = []
    for one in days:
        moments = [datetime(one.year, one.month, one.day, m // 60, m % 60, tzinfo=setup.zone) for m in begins.tolist()]
        middle = [moment + SLOT / 2 for moment in moments]
        row = [sum(1 for since, until in sessions if since <= m and (until is None or until > m)) for m in middle]
        if any(row):
            rows.append(row)
    return np.median(np.array(rows[:4]), axis=0).astype(np.int64) if rows else np.zeros(begins.size, dtype=np.int64)


def propose_shifts(plan: DayPlan, lengths: Sequence[float], *, break_minutes: int = 30) -> "Cover | None":
    """Shifts of these hours that cover what is needed, with a break; None when nobody is needed."""
    from service_science.staffing import cover_day, day_shifts

    if not plan.needed.any():
        return None
    slots = plan.begins.size
    fits = sorted({int(hours * 2) for hours in lengths if 1 <= int(hours * 2) <= slots}) or [slots]
    shifts = []
    for length in fits:
        rest = max(0, round(break_minutes / 30)) if length >= 10 else 0
        shifts += day_shifts(
            slots=slots,
            lengths=[length],
            every=1 if slots <= 24 else 2,
            break_slots=rest,
            break_after=length // 3 if rest else 0,
            break_before=length - length // 3 - rest if rest else 0,
        )
    return cover_day(plan.needed, shifts, seconds=10.0)


def with_rule(setup: BranchSetup, *, order_rule: str = "", bonuses: Mapping[int, int] | None = None) -> BranchSetup:
    """The same branch by another rule: what-if only, nothing is changed."""
    from copy import copy

    branch = copy(setup.branch)
    if order_rule in OrderRule.values:
        branch.order_rule = order_rule
    queues: dict[int, Queue] = {}
    for pk, queue in setup.queues.items():
        other = copy(queue)
        other.service_class = copy(queue.service_class)
        if bonuses and queue.service_class_id in bonuses:
            other.service_class.bonus_minutes = bonuses[queue.service_class_id]
        queues[pk] = other
    return replace(setup, branch=branch, queues=queues)
