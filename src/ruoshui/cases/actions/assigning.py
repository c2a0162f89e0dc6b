from datetime import datetime

from ruoshui.cases.actions._locking import locked_active, write
from ruoshui.cases.actions.keeping_secret import guard_secret
from ruoshui.cases.events import CaseAssigned, CaseQueued, CaseReleased
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import AssigneeInactive, TeamElsewhere
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Absence, Permission, Staff, Team, TeamMember
from ruoshui.organization.refusals import WorksElsewhere


def may_take(staff: Staff, case: Case) -> bool:
    """May work in its unit, or is of the team that has it: teams take cases of the units below theirs too. Who may not
    work in the team's unit any more takes none, though they still stand on its list.
    """
    if staff.may(Permission.WORK, case.unit):
        return True
    if case.team is None or not staff.may(Permission.WORK, case.team.unit):
        return False
    return TeamMember.objects.filter(team=case.team, staff=staff).exists()


@verb
def assign_case(case: Case, *, to: Staff, seen: int | None = None, by: Actor, at: datetime) -> Staff:
    """Give the case to somebody who may work in its unit; to their deputy while they are absent, where the deputy may
    work there too (else the deputy sees it by standing in). Returns who got it.
    """
    case = locked_active(case, seen=seen)
    if not to.is_active:
        raise AssigneeInactive(name=to.name)
    if not may_take(to, case):
        raise WorksElsewhere(name=to.name, unit=case.unit.name)
    absence = Absence.objects.covering(at).filter(staff=to, deputy__is_active=True).select_related("deputy").first()
    taker = to
    if absence and absence.deputy and by.id != to.pk and may_take(absence.deputy, case):
        taker = absence.deputy
    if case.assignee_id == taker.pk:
        return taker
    if taker.pk != by.id:
        guard_secret(case, by)
    before = case.assignee_id
    write(case, at, assignee=taker)
    stands_in = to.pk if taker.pk != to.pk else None
    record(CaseAssigned(assignee=taker.pk, before=before, stands_in_for=stands_in), about=case, by=by, at=at)
    return taker


@verb
def release_case(case: Case, *, seen: int | None = None, by: Actor, at: datetime) -> None:
    """Put the case back into the backlog of its team."""
    case = locked_active(case, seen=seen)
    before = case.assignee_id
    if before is None:
        return
    write(case, at, assignee=None)
    record(CaseReleased(before=before), about=case, by=by, at=at)


@verb
def queue_case(case: Case, *, team: Team | None, seen: int | None = None, by: Actor, at: datetime) -> None:
    """Give the case to a team; whoever held it in another team holds it no longer."""
    case = locked_active(case, seen=seen)
    if team is None or case.team_id == team.pk:
        return
    if not case.unit.is_within(team.unit):
        raise TeamElsewhere(team=team.name, unit=case.unit.name)
    before = case.team_id
    write(case, at, team=team, assignee=None if before else case.assignee)
    record(CaseQueued(team=team.pk, before=before), about=case, by=by, at=at)
