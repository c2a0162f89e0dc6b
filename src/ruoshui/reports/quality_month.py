"""The monthly quality analysis 质量分析: where the time of broken limits went, how the kinds of cases fared, how the
months compare, and what to look at first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncMonth

from ruoshui.cases.models import Case, CaseType
from ruoshui.core.models import RecordedEvent
from ruoshui.feedback.models import Answer
from ruoshui.feedback.queries import SATISFIED_FROM
from ruoshui.organization.models import Unit
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.history import spans_of_cases
from ruoshui.sla.models import Clock, InternalRequest
from ruoshui.sla.reckoning import running, used_by
from ruoshui.sla.spans import Span, cut
from service_science.shares import Share, wilson_share

MOST_BROKEN, MOST_ADVICE = 200, 5


@dataclass(frozen=True, slots=True)
class MonthShare:
    begin: datetime
    kept: int
    broken: int

    @property
    def share(self) -> Share:
        return wilson_share(self.kept, self.kept + self.broken)


@dataclass(frozen=True, slots=True)
class TypeMonth:
    """Cases of a type closed in the month, reopened in it, and what was answered in it."""

    type: CaseType
    closed: int
    reopened: int
    answers: int
    mean: float | None
    satisfied: Share


@dataclass(frozen=True, slots=True)
class Held:
    """In whose hands most of the time of so many broken limits went."""

    unit: Unit
    broken: int


@dataclass(frozen=True, slots=True)
class Advice:
    """A limit that was broken, how often, and the unit with most of the time in most of these (none: it varies)."""

    clock: Clock
    broken: int
    of: int
    unit: Unit | None


def months_of(units: Iterable[int], begin: datetime, end: datetime) -> list[MonthShare]:
    """Each month from `begin` on, by the rule of the assessment: broken where it broke, kept where it ended."""
    mine = Clock.objects.counted().filter(unit_id__in=list(units))
    kept = mine.filter(broken_at__isnull=True, ended_at__gte=begin, ended_at__lt=end)
    counts: dict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for place, found, column in (
        (0, kept, "ended_at"),
        (1, mine.filter(broken_at__gte=begin, broken_at__lt=end), "broken_at"),
    ):
        for month, number in found.annotate(m=TruncMonth(column)).values_list("m").annotate(n=Count("pk")):
            counts[month][place] = number
    return [MonthShare(month, *counts[month]) for month in sorted(counts)]


def types_of(units: Iterable[int], begin: datetime, end: datetime) -> list[TypeMonth]:
    within = list(units)
    closed = dict(
        Case.objects.filter(unit_id__in=within, closed_at__gte=begin, closed_at__lt=end)
        .values_list("type_id")
        .annotate(n=Count("pk"))
    )
    events = RecordedEvent.objects.filter(kind="cases.reopened", at__gte=begin, at__lt=end).values("about_id")
    reopened = dict(
        Case.objects.filter(unit_id__in=within, pk__in=events).values_list("type_id").annotate(n=Count("pk"))
    )
    answers = {
        row["invitation__case__type_id"]: (int(row["n"]), row["mean"], int(row["good"]))
        for row in Answer.objects.filter(invitation__unit_id__in=within, at__gte=begin, at__lt=end)
        .values("invitation__case__type_id")
        .annotate(n=Count("pk"), mean=Avg("score"), good=Count("pk", filter=Q(score__gte=SATISFIED_FROM)))
    }
    found = []
    for type in CaseType.objects.filter(pk__in=[*closed, *reopened, *answers]):
        number, mean, good = answers.get(type.pk, (0, None, 0))
        satisfied = wilson_share(good, number)
        found.append(TypeMonth(type, closed.get(type.pk, 0), reopened.get(type.pk, 0), number, mean, satisfied))
    return sorted(found, key=lambda one: -(one.closed + one.answers))


def holders_of(broken: Sequence[Clock]) -> dict[int, int]:
    """By clock of a case, the unit in whose hands most of its time went: of a request that took a third or more before
    the unit that asked. For the first 200.
    """
    clocks = [clock for clock in broken if clock.case is not None][:MOST_BROKEN]
    cases = {clock.case.pk: clock.case for clock in clocks if clock.case}
    begins = {pk: case.opened_at for pk, case in cases.items()}
    for clock in clocks:
        begins[clock.case_id or 0] = min(begins[clock.case_id or 0], clock.starts_at)
    spans = spans_of_cases(cases.values(), begins)
    requests: dict[int, list[InternalRequest]] = defaultdict(list)
    for request in InternalRequest.objects.filter(case__in=list(cases)):
        requests[request.case_id or 0].append(request)
    units = Unit.objects.in_bulk({span.unit for row in spans.values() for span in row})
    found = {}
    for clock in clocks:
        assert clock.case is not None
        calendars = Calendars(clock.term, clock.case.customer, clock.calendar_unit_id)
        for unit in units.values():
            calendars.know(unit)
        holder = _holder(clock, spans[clock.case.pk], requests[clock.case.pk], calendars)
        if holder is not None:
            found[clock.pk] = holder
    return found


def _holder(clock: Clock, spans: list[Span], requests: list[InternalRequest], calendars: Calendars) -> int | None:
    until = clock.broken_at
    assert until is not None
    runs = cut(running(clock.term, spans, clock.starts_at), clock.starts_at, until)
    used: Counter[int] = Counter()
    for span in runs:
        used[span.unit] += used_by([span], calendars, until)
    asked: Counter[int] = Counter()
    for request in requests:
        asked[request.unit_id] += used_by(
            cut(runs, request.asked_at, min(request.ended_at or until, until)), calendars, until
        )
    whole = sum(used.values())
    heavy = [(seconds, unit) for unit, seconds in asked.items() if whole and seconds * 3 >= whole]
    return max(heavy or [(seconds, unit) for unit, seconds in used.items()], default=(0, None))[1]


def held_by(holders: dict[int, int]) -> list[Held]:
    counts = Counter(holders.values())
    units = Unit.objects.in_bulk(counts)
    return [Held(units[unit], number) for unit, number in counts.most_common()]


def advice_of(broken: Sequence[Clock], ended: dict[tuple[str, str], int], holders: dict[int, int]) -> list[Advice]:
    """What to look at first: the limits that were broken most often, and where their time went. `ended` counts all that
    ended, by level and target.
    """
    groups: dict[tuple[str, str], list[Clock]] = defaultdict(list)
    for clock in broken:
        groups[clock.term.version.level.code, clock.milestone or clock.target].append(clock)
    units = Unit.objects.in_bulk(set(holders.values()))
    found = []
    for key, clocks in sorted(groups.items(), key=lambda group: -len(group[1]))[:MOST_ADVICE]:
        where = Counter(holders[clock.pk] for clock in clocks if clock.pk in holders).most_common(1)
        unit = units[where[0][0]] if where and where[0][1] * 2 >= len(clocks) else None
        found.append(Advice(clocks[0], len(clocks), ended.get(key, len(clocks)), unit))
    return found
