from datetime import datetime

from django.db.models import F, Q

from ruoshui.cases.actions import queue_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.models import Team
from ruoshui.routing.models import TeamDuty


def choose_team(case: Case, *, at: datetime) -> Team | None:
    """The nearest team, upwards from the case's unit, whose duty it is; a stated type beats “all others”."""
    duties = TeamDuty.objects.filter(
        Q(type_id=case.type_id) | Q(type__isnull=True), team__is_active=True, team__unit_id__in=case.unit.lineage)
    nearest = duties.select_related("team").order_by("-team__unit__path", F("type").asc(nulls_last=True), "team").first()
    if nearest is None:
        return None
    queue_case(case, team=nearest.team, by=SYSTEM, at=at)
    return nearest.team
