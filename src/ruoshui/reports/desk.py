"""The supervisor's figures, by unit, rolled up along the tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q

from ruoshui.cases.models import Case, CaseState
from ruoshui.cases.models.cases import ACTIVE
from ruoshui.feedback.models import Answer
from ruoshui.feedback.queries import SATISFIED_FROM
from ruoshui.organization.models import Unit
from ruoshui.sla.models import Clock
from ruoshui.sla.queries import SOON
from service_science.shares import Share, wilson_share

WINDOW = timedelta(days=30)


@dataclass(slots=True)
class DeskFigures:
    """Of a unit and all below it. `broken` and satisfaction are of the last thirty days."""

    open: int = 0
    waiting: int = 0
    soon: int = 0
    late: int = 0
    unassigned: int = 0
    broken: int = 0
    answers: int = 0
    satisfied: int = 0

    def add(self, other: "DeskFigures") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def satisfaction(self) -> Share:
        return wilson_share(self.satisfied, self.answers)


@dataclass(slots=True)
class UnitFigures:
    unit: Unit
    figures: DeskFigures = field(default_factory=DeskFigures)
    has_children: bool = False


def desk(units: Iterable[Unit], at: datetime) -> dict[int, DeskFigures]:
    """By unit id, each unit's own figures."""
    ids = [unit.pk for unit in units]
    found = {pk: DeskFigures() for pk in ids}
    load = (
        Case.objects.filter(state__in=ACTIVE, unit_id__in=ids)
        .values("unit_id")
        .annotate(
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state=CaseState.WAITING)),
            late=Count("pk", filter=Q(due_at__lt=at)),
            soon=Count("pk", filter=Q(due_at__gte=at, due_at__lt=at + SOON)),
            unassigned=Count("pk", filter=Q(assignee__isnull=True)),
        )
    )
    for row in load:
        figures = found[row["unit_id"]]
        figures.open, figures.waiting, figures.unassigned = row["open"], row["waiting"], row["unassigned"]
        figures.soon, figures.late = row["soon"], row["late"]
    broken = Clock.objects.of_cases().filter(broken_at__gte=at - WINDOW, broken_at__lte=at, unit_id__in=ids)
    for pk, count in broken.values_list("unit_id").annotate(Count("pk")):
        found[pk].broken = count
    answers = Answer.objects.filter(at__gte=at - WINDOW, invitation__unit_id__in=ids)
    for answered in answers.values("invitation__unit_id").annotate(
        n=Count("pk"), good=Count("pk", filter=Q(score__gte=SATISFIED_FROM))
    ):
        figures = found[answered["invitation__unit_id"]]
        figures.answers, figures.satisfied = answered["n"], answered["good"]
    return found


def rolled_up(top: Unit, within: Iterable[Unit], at: datetime) -> tuple[DeskFigures, list[UnitFigures]]:
    """The whole below `top`, and a row for each child (with all below it) and for `top` itself."""
    inside = [unit for unit in within if unit.is_within(top)]
    own = desk(inside, at)
    whole = DeskFigures()
    rows = {unit.pk: UnitFigures(unit) for unit in inside if unit.parent_id == top.pk or unit.pk == top.pk}
    for unit in inside:
        whole.add(own[unit.pk])
        holder = next((pk for pk in reversed(unit.lineage) if pk in rows and pk != top.pk), top.pk)
        if holder in rows:
            rows[holder].figures.add(own[unit.pk])
            rows[holder].has_children |= unit.pk != holder and holder != top.pk
    return whole, sorted(rows.values(), key=lambda row: row.unit.path)
