"""What a branch has been set up with, read together and remembered: queues, counters, who serves what."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from ruoshui.customers.models import Customer
from ruoshui.organization.models import Calendar
from ruoshui.organization.worktimes import calendar_of, worktime_of
from ruoshui.queues.models import Branch, Business, Counter, CounterDuty, OrderRule, Queue, ServiceClass
from service_science.delay import WatchedKind

STRICT_STEP_SECONDS = 4 * 3600.0  # what a rank is worth to the prediction under the strict rule


@dataclass(frozen=True, slots=True)
class BranchSetup:
    """`duties`: for each counter its queues with their turn; `turns`: the same by names, one object for those alike.

    `pools`: queues that share counters, directly or not.
    `rivals`: the queues that share a counter with this one and are served there in the same turn or an earlier one.
    `shape`: what learned waits depend on.
    """

    branch: Branch
    queues: dict[int, Queue]
    counters: dict[int, Counter]
    duties: dict[int, dict[int, int]]
    turns: dict[int, dict[str, int]]
    pools: tuple[tuple[int, ...], ...]
    rivals: dict[int, frozenset[int]]
    calendar: Calendar | None
    shape: str

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.tzinfo if self.calendar else ZoneInfo(timezone.get_default_timezone_name())

    @property
    def businesses(self) -> list[Business]:
        """Those offered, each once, in their order."""
        return list({queue.business_id: queue.business for queue in self.queues.values()}.values())

    def queue_for(self, business: Business, customer: Customer | None) -> Queue | None:
        """The queue of the best class that the customer's tier reaches; None where the business is not offered."""
        rank = customer.tier.rank if customer and customer.tier else None
        open_to = [q for q in self.queues.values() if q.business_id == business.pk and _admits(q.service_class, rank)]
        return min(open_to, key=lambda q: (q.service_class.tier_rank or 10_000, q.service_class.rank), default=None)

    def place_of(self, queue: Queue, since: datetime) -> tuple[int, datetime]:
        """(rank, time) by the branch's order for somebody who counts as having come at `since`."""
        if self.branch.order_rule == OrderRule.STRICT:
            return queue.service_class.rank, since
        return 5, since - bonus_of(queue)

    def kinds(self, pool: Iterable[int]) -> list[WatchedKind]:
        return [WatchedKind(str(pk), str(self.queues[pk].business_id), self._credit(self.queues[pk])) for pk in pool]

    def _credit(self, queue: Queue) -> float:
        if self.branch.order_rule == OrderRule.STRICT:
            return max(0, 9 - queue.service_class.rank) * STRICT_STEP_SECONDS
        return bonus_of(queue).total_seconds()

    def is_open(self, at: datetime) -> bool:
        return self.calendar is None or worktime_of(self.calendar).is_open(at)

    def opens_next(self, at: datetime) -> datetime | None:
        return worktime_of(self.calendar).next_open(at) if self.calendar else None

    def hours_of_day(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The opening intervals of the local day of `at`."""
        begin, end = day_of(at, self.zone)
        if self.calendar is None:
            return [(begin, end)]
        return list(worktime_of(self.calendar).intervals(begin, end))


def _admits(service_class: ServiceClass, tier_rank: int | None) -> bool:
    limit = service_class.tier_rank
    return limit is None or (tier_rank is not None and tier_rank <= limit)


def bonus_of(queue: Queue) -> timedelta:
    return timedelta(minutes=queue.service_class.bonus_minutes)


def day_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day of `at`, from midnight to midnight."""
    begin = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, (begin + timedelta(days=1, hours=2)).replace(hour=0)


_kept: dict[int, BranchSetup] = {}


def setup_of(branch_id: int, revision: int | None = None) -> BranchSetup:
    """As set up now, or at the `revision` that the caller has just read: read anew only when that has changed."""
    if revision is None:
        revision = Branch.objects.values_list("revision", flat=True).get(pk=branch_id)
    kept = _kept.get(branch_id)
    if kept is None or kept.branch.revision != revision:
        kept = _kept[branch_id] = _read(branch_id)
    return kept


def forget_setups() -> None:
    """For tests, whose transactions are rolled back."""
    _kept.clear()


def _read(branch_id: int) -> BranchSetup:
    branch = Branch.objects.select_related("unit", "calendar__holidays").get(pk=branch_id)
    found = branch.queues.filter(is_active=True, business__is_active=True)
    queues = {queue.pk: queue for queue in found.select_related("business__type", "service_class")}
    counters = {counter.pk: counter for counter in branch.counters.filter(is_active=True)}
    duties: dict[int, dict[int, int]] = {pk: {} for pk in counters}
    for duty in CounterDuty.objects.filter(counter__in=counters, queue__in=queues).order_by("turn", "pk"):
        duties[duty.counter_id][duty.queue_id] = duty.turn
    rivals, sharing = {pk: {pk} for pk in queues}, {pk: {pk} for pk in queues}
    for served in duties.values():
        for pk, turn in served.items():
            sharing[pk] |= served.keys()
            rivals[pk] |= {other for other, theirs in served.items() if theirs <= turn}
    found_pools = _pools(sharing)
    setup = BranchSetup(
        branch,
        queues,
        counters,
        duties,
        _turns(duties),
        found_pools,
        {pk: frozenset(others) for pk, others in rivals.items()},
        branch.calendar or calendar_of(branch.unit),
        "",
    )
    shape = json.dumps([[[kind.name, kind.line, kind.credit] for kind in setup.kinds(pool)] for pool in found_pools])
    return replace(setup, shape=shape)


def _turns(duties: dict[int, dict[int, int]]) -> dict[int, dict[str, int]]:
    alike: dict[tuple[tuple[int, int], ...], dict[str, int]] = {}
    named = {pk: {str(queue): turn for queue, turn in served.items()} for pk, served in duties.items()}
    return {pk: alike.setdefault(tuple(served.items()), named[pk]) for pk, served in duties.items()}


def _pools(rivals: dict[int, set[int]]) -> tuple[tuple[int, ...], ...]:
    found: list[tuple[int, ...]] = []
    left = set(rivals)
    while left:
        pool, new = set[int](), {min(left)}
        while new:
            pool |= new
            new = set[int]().union(*(rivals[pk] for pk in new)) - pool
        left -= pool
        found.append(tuple(sorted(pool)))
    return tuple(found)
