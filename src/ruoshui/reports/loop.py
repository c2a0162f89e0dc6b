"""The loop's report: what came in, what was promised, what was kept, what came back."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, F, Q

from ruoshui.cases.models import Case
from ruoshui.feedback.models import Answer
from ruoshui.feedback.queries import Satisfaction, satisfaction
from ruoshui.sla.models import Clock, Target


@dataclass(frozen=True, slots=True)
class Kept:
    target: str
    promised: int
    kept: int
    broken: int
    running: int
    not_reached: int


@dataclass(frozen=True, slots=True)
class LateUnit:
    unit: str
    cases: int
    broken: int


@dataclass(frozen=True, slots=True)
class LoopReport:
    cases: int
    closed: int
    reopened: int
    mean_resolution: timedelta | None
    promises: list[Kept]
    late_by_unit: list[LateUnit]
    satisfaction: Satisfaction


def loop_report(source: str = "") -> LoopReport:
    """Over everything, or over the cases brought in from one source."""
    cases = Case.objects.filter(source_key__startswith=f"{source}:") if source else Case.objects.all()
    facts = cases.aggregate(
        n=Count("pk"),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
        reopened=Count("pk", filter=Q(reopen_count__gt=0)),
        took=Avg(F("resolved_at") - F("opened_at")),
    )
    clocks = Clock.objects.filter(case__in=cases) if source else Clock.objects.of_cases()
    by_target = clocks.values("target").annotate(
        n=Count("pk"),
        broken=Count("pk", filter=Q(broken_at__isnull=False)),
        kept=Count("pk", filter=Q(broken_at__isnull=True, ended_at__isnull=False, not_reached=False)),
        running=Count("pk", filter=Q(broken_at__isnull=True, ended_at__isnull=True)),
        not_reached=Count("pk", filter=Q(broken_at__isnull=True, not_reached=True)),
    )
    promises = [
        Kept(row["target"], row["n"], row["kept"], row["broken"], row["running"], row["not_reached"])
        for row in by_target.order_by("target")
    ]
    late = cases.values("unit__name_zh", "team__name_zh").annotate(
        n=Count("pk", distinct=True),
        broken=Count("clocks", filter=Q(clocks__broken_at__isnull=False, clocks__target=Target.RESOLUTION)),
    )
    units = [
        LateUnit(" / ".join(filter(None, (row["unit__name_zh"], row["team__name_zh"]))), row["n"], row["broken"])
        for row in late.order_by("-broken", "-n")[:15]
    ]
    answers = Answer.objects.filter(invitation__case__in=cases) if source else Answer.objects.all()
    return LoopReport(
        facts["n"], facts["closed"], facts["reopened"], facts["took"], promises, units, satisfaction(answers)
    )
