"""The monthly assessment of time limits 时限考核: each limit that ended in a month, by level and unit; violations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from django.db.models import F, Q

from ruoshui.organization.models import Unit
from ruoshui.sla.models import Clock, Term, Violation
from service_science.shares import Share, wilson_share

MOST = 50_000


@dataclass
class Limit:
    """One target of one level in the month. `over`: the hours by which broken ones were passed, until they ended."""

    level: str
    name: str
    term: Term
    kept: int = 0
    broken: int = 0
    over: list[float] = field(default_factory=list)

    @property
    def share(self) -> Share:
        return wilson_share(self.kept, self.kept + self.broken)

    @property
    def median_over(self) -> float | None:
        return median(self.over) if self.over else None


@dataclass
class UnitLimits:
    unit: Unit
    kept: int = 0
    broken: int = 0
    violations: int = 0

    @property
    def share(self) -> Share:
        return wilson_share(self.kept, self.kept + self.broken)


@dataclass(frozen=True, slots=True)
class Assessment:
    limits: list[Limit]
    units: list[UnitLimits]
    broken: list[Clock]
    violations: list[Violation]
    ended: dict[tuple[str, str], int]

    @property
    def share(self) -> Share:
        kept = sum(one.kept for one in self.limits)
        return wilson_share(kept, kept + sum(one.broken for one in self.limits))


def assess(units: Iterable[Unit], begin: datetime, end: datetime, *, now: datetime) -> Assessment:
    """Limits that were broken in [begin, end), or ended in it unbroken: each counts in one month only.

    A broken one that runs on is over by the time until `now`, and at most until `end`.
    """
    known = {unit.pk: unit for unit in units}
    kept = Q(broken_at__isnull=True, ended_at__gte=begin, ended_at__lt=end)
    in_month = kept | Q(broken_at__gte=begin, broken_at__lt=end)
    clocks = (
        Clock.objects.counted()
        .filter(in_month, unit_id__in=known)
        .select_related(
            "term__version__level", "case__type", "case__assignee", "case__customer", "case__unit", "request", "unit"
        )
    )
    limits: dict[tuple[str, str], Limit] = {}
    by_unit = {pk: UnitLimits(unit) for pk, unit in known.items()}
    broken: list[Clock] = []
    for clock in clocks.order_by(F("broken_at").desc(nulls_last=True), "-pk")[:MOST]:
        limit = limits.setdefault(_key(clock.term), _limit(clock.term))
        if clock.broken_at is None:
            limit.kept += 1
            by_unit[clock.unit_id].kept += 1
            continue
        limit.broken += 1
        by_unit[clock.unit_id].broken += 1
        broken.append(clock)
        limit.over.append(((clock.ended_at or min(now, end)) - clock.broken_at).total_seconds() / 3600)
    recorded = Violation.objects.filter(at__gte=begin, at__lt=end, unit_id__in=known)
    violations = list(recorded.select_related("unit", "staff", "clock__case", "clock__request", "clock__term")[:200])
    for one in violations:
        by_unit[one.unit_id].violations += 1
    active = [one for one in by_unit.values() if one.kept or one.broken or one.violations]
    return Assessment(
        limits=sorted(limits.values(), key=lambda one: (one.share.value, -one.broken)),
        units=sorted(active, key=lambda one: (one.share.value, -one.broken)),
        broken=broken,
        violations=violations,
        ended={key: one.kept + one.broken for key, one in limits.items()},
    )


def _key(term: Term) -> tuple[str, str]:
    return term.version.level.code, term.milestone or term.target


def _limit(term: Term) -> Limit:
    return Limit(level=term.version.level.name, name=term.name, term=term)
