from datetime import datetime

from ruoshui.cases.actions import queue_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Team
from ruoshui.routing.models import TeamDuty


@remembered
def _duties() -> list[TeamDuty]:
    return list(TeamDuty.objects.filter(team__is_active=True).select_related("team", "team__unit").order_by("team"))


def choose_team(case: Case, *, at: datetime) -> Team | None:
    """The nearest team, upwards from the case's unit, whose duty it is; a stated type beats “all others”."""
    fitting = [
        duty
        for duty in _duties()
        if duty.type_id in (None, case.type_id) and case.unit.path.startswith(duty.team.unit.path)
    ]
    if not fitting:
        return None
    nearest = max(fitting, key=lambda duty: (len(duty.team.unit.lineage), duty.type_id is not None, -duty.team_id))
    queue_case(case, team=nearest.team, by=SYSTEM, at=at)
    return nearest.team
