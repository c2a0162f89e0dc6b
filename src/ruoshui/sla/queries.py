"""Questions about promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from ruoshui.cases.models import Case, CaseType
from ruoshui.cases.models.cases import unit_ids
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.sla.choosing import Facts, choose, published_rows
from ruoshui.sla.models import Audience, Clock, InternalRequest, Level, LevelVersion, Promise, Target, Term
from ruoshui.sla.models.clocks import ClockQuerySet
from ruoshui.sla.terms import current_versions, terms_of


def usual_versions(types: Iterable[CaseType], channel: str = "portal") -> dict[int, LevelVersion]:
    """By type id, what an ordinary customer is promised at the type's usual priority and unit."""
    units = {unit.pk: unit for unit in Unit.objects.filter(casetype__in=[t.pk for t in types])}
    found = {}
    for type in types:
        lineage = tuple(units[type.unit_id].lineage) if type.unit_id in units else ()
        choice = choose(published_rows(), Facts(type.pk, type.priority, channel, lineage))
        if choice is not None:
            found[type.pk] = choice.version
    return found


def term_for(version: LevelVersion, target: str) -> Term | None:
    return next((term for term in terms_of(version.pk) if term.target == target), None)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One level as it is published."""

    version: LevelVersion
    terms: tuple[Term, ...]

    @property
    def level(self) -> Level:
        return self.version.level


def commitments(audience: str = Audience.EXTERNAL) -> list[Commitment]:
    versions = sorted(current_versions().values(), key=lambda version: version.level.code)
    return [Commitment(v, terms_of(v.pk)) for v in versions if v.level.audience == audience]


def desk_clocks(staff: Staff, at: datetime) -> ClockQuerySet:
    """Every clock that has not ended in the units the staff member supervises. Who does not see every confidential case
    gets none of those kept from them, and of internal requests, which may be about one, only those that one of these
    units was asked.
    """
    clocks = Clock.objects.filter(ended_at__isnull=True)
    supervised = unit_ids(staff, Permission.SUPERVISE)
    if not staff.sees_everything(Permission.SUPERVISE):
        clocks = clocks.filter(unit_id__in=supervised)
    if not staff.sees_everything(Permission.CONFIDENTIAL):
        seen = unit_ids(staff, Permission.CONFIDENTIAL)
        asked = Q(request__unit_id__in=supervised)
        clocks = clocks.filter(asked | Q(case__confidential=False) | Q(case__unit_id__in=seen))
    return clocks


def visible_clock(staff: Staff, pk: int, at: datetime) -> Clock | None:
    """One clock of a case or request the staff member may see."""
    clock = (
        Clock.objects.filter(pk=pk)
        .select_related(
            "unit", "term__version__level", "calendar", "case__unit", "case__customer__calendar", "case__type"
        )
        .select_related("case__assignee", "request__unit", "request__from_unit", "request__assignee", "request__case")
        .first()
    )
    if clock is None:
        return None
    if clock.case_id is not None:
        seen = Case.objects.visible_to(staff, at).filter(clocks=clock).exists()
    else:
        seen = InternalRequest.objects.visible_to(staff, at).filter(clocks=clock).exists()
    return clock if seen else None


SOON = timedelta(hours=4)


def desk_filtered(clocks: ClockQuerySet, which: str, at: datetime) -> ClockQuerySet:
    if which == "late":
        return clocks.filter(due_at__lte=at)
    if which == "soon":
        return clocks.filter(due_at__gt=at, due_at__lte=at + SOON)
    if which == "paused":
        return clocks.filter(due_at__isnull=True)
    if which == "unheld":
        return clocks.filter(
            Q(case__isnull=False, case__assignee__isnull=True)
            | Q(request__isnull=False, request__assignee__isnull=True)
        )
    return clocks


def survey_percent_of(case: Case) -> int:
    """How many of a hundred such customers are asked; all, when nothing was promised."""
    found = Promise.objects.filter(case=case).values_list("survey_percent", flat=True).first()
    return 100 if found is None else found


def internal_levels() -> list[LevelVersion]:
    """What one department may ask another by."""
    versions = [v for v in current_versions().values() if v.level.audience == Audience.INTERNAL]
    asked = [v for v in versions if any(term.target == Target.REQUEST for term in terms_of(v.pk))]
    return sorted(asked, key=lambda version: version.level.code)
