from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, Q

from ruoshui.cases.actions import assign_case
from ruoshui.cases.models import Case, CaseState
from ruoshui.cases.models.cases import ACTIVE, unit_ids
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.models import Absence, AssignmentStrategy, Permission, Presence, Staff, Team
from ruoshui.routing.models import Turn

BATCH = 100
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Candidate:
    """A team member who could take a case now."""

    staff: Staff
    turn: Turn
    load: int
    skills: frozenset[int]


def assign_backlog(at: datetime) -> int:
    """Give waiting cases to whoever is present, skilled and has room; returns how many were given.

    Any number of assigners may run: a team's turns are locked while its backlog is dealt out
    (another assigner skips that team), and a case locked elsewhere is skipped.
    """
    teams = Team.objects.filter(is_active=True).exclude(strategy=AssignmentStrategy.BY_HAND)
    waiting = Case.objects.filter(state=CaseState.OPEN, assignee__isnull=True, team__isnull=False)
    given = 0
    for team in teams.filter(pk__in=waiting.values("team_id")):
        given += _assign_team(team, at)
    return given


@transaction.atomic
def _assign_team(team: Team, at: datetime) -> int:
    seats = _free_seats(team, at)
    given = 0
    if not seats:
        return 0
    backlog = Case.objects.filter(state=CaseState.OPEN, assignee__isnull=True, team=team)
    # A case nobody here is skilled for must not block those behind it.
    skills = frozenset[int]().union(*(seat.skills for seat in seats))
    backlog = backlog.filter(Q(type__skill__isnull=True) | Q(type__skill_id__in=skills))
    # Nor one that nobody here may see: it waits until somebody who may gives it to a person by name.
    if backlog.filter(confidential=True).exists():
        known = {pk for seat in seats for pk in unit_ids(seat.staff, Permission.CONFIDENTIAL)}
        backlog = backlog.filter(Q(confidential=False) | Q(unit_id__in=known))
    for case in (
        backlog.select_related("type")
        .order_by("queue_rank", "due_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    ):
        seat = _next_seat([one for one in seats if _may_see(one.staff, case)], team, case.type.skill_id)
        if seat is None:
            continue
        assign_case(case, to=seat.staff, by=SYSTEM, at=at)
        seat.load += 1
        seat.turn.last_at = at
        seats.sort(key=lambda s: s is seat)  # whoever just got one goes to the end of the row
        given += 1
    Turn.objects.bulk_update([seat.turn for seat in seats], ["last_at"])
    return given


def _free_seats(team: Team, at: datetime) -> list[Candidate]:
    """Locked seats of present members with room, in turn. Empty if another assigner holds any."""
    members = Staff.objects.who_may(Permission.WORK, team.unit).filter(teams__team=team, presence=Presence.AVAILABLE)
    members = members.exclude(pk__in=Absence.objects.covering(at).values("staff_id")).prefetch_related("skills")
    present = {staff.pk: staff for staff in members}
    Turn.objects.bulk_create([Turn(team=team, staff_id=pk) for pk in sorted(present)], ignore_conflicts=True)
    # Lock across teams too: a person's capacity is one, whichever team deals to them.
    locked = set(
        Staff.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=present)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    turns = {turn.staff_id: turn for turn in Turn.objects.filter(team=team, staff_id__in=locked)}
    loads = dict(
        Case.objects.filter(assignee_id__in=locked, state__in=ACTIVE).values_list("assignee_id").annotate(Count("pk"))
    )
    seats = [
        Candidate(present[pk], turns[pk], loads.get(pk, 0), frozenset(s.skill_id for s in present[pk].skills.all()))
        for pk in locked
        if pk in turns
    ]
    free = [seat for seat in seats if seat.load < seat.staff.capacity]
    return sorted(free, key=lambda seat: (seat.turn.last_at or LONG_AGO, seat.staff.pk))


def _may_see(staff: Staff, case: Case) -> bool:
    return not case.confidential or case.unit_id in unit_ids(staff, Permission.CONFIDENTIAL)


def _next_seat(seats: list[Candidate], team: Team, skill: int | None) -> Candidate | None:
    able = [s for s in seats if s.load < s.staff.capacity and (skill is None or skill in s.skills)]
    if team.strategy == AssignmentStrategy.LEAST_LOADED:
        return min(able, key=lambda seat: seat.load, default=None)
    return able[0] if able else None
