from collections.abc import Iterable
from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.verbs import verb
from ruoshui.organization.guarding import must_give, must_take_away, staff_behind
from ruoshui.organization.models import Membership, Permission, Role, Staff, Team, TeamMember, Unit
from ruoshui.organization.passwords import check_password
from ruoshui.organization.refusals import ServiceAccount, WorksElsewhere


@verb
def hire(
    *,
    username: str,
    name_zh: str,
    name_en: str = "",
    unit: Unit,
    roles: Iterable[Role],
    password: str | None,
    capacity: int = 20,
    language: str = "zh-hans",
    email: str = "",
    is_service: bool = False,
    by: Actor,
    at: datetime,
) -> Staff:
    """A new staff member with roles in the home unit; without a password nobody can sign in as them.

    A password that another staff member has chosen is good for the first sign-in only. A service account has none.
    """
    values = {
        "username": username,
        "name_zh": name_zh,
        "name_en": name_en,
        "unit": unit,
        "capacity": capacity,
        "language": language,
        "email": email,
    }
    staff = Staff(
        **values, password_set_at=at, must_change_password=by.is_staff and not is_service, is_service=is_service
    )
    if is_service:
        password = None
    if password is not None:
        check_password(password, staff)
    staff.set_password(password)
    staff = configure(staff, values, by=by, at=at)
    _give(staff, unit, list(roles), by=by)
    return staff


def _give(staff: Staff, unit: Unit, roles: list[Role], *, by: Actor) -> None:
    if (giver := staff_behind(by)) is not None:
        for role in roles:
            must_give(giver, staff, unit, role)
    Membership.objects.bulk_create(Membership(staff=staff, unit=unit, role=role) for role in roles)


@verb
def set_memberships(staff: Staff, roles: Iterable[tuple[Unit, Role]], *, by: Actor, at: datetime) -> None:
    """Replace all roles of a staff member. What stays needs no right; what is given or taken away needs all of it."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    wanted = {(unit.pk, role.pk): (unit, role) for unit, role in roles}
    held = {(m.unit_id, m.role_id): (m.unit, m.role) for m in staff.memberships.select_related("unit", "role")}
    before, after = list(held), list(wanted)
    if before == after:
        return
    if (giver := staff_behind(by)) is not None:
        for unit, role in (pair for key, pair in wanted.items() if key not in held):
            must_give(giver, staff, unit, role)
        for unit, role in (pair for key, pair in held.items() if key not in wanted):
            must_take_away(giver, unit, role)
    staff.memberships.all().delete()
    Membership.objects.bulk_create(Membership(staff=staff, unit_id=u, role_id=r) for u, r in after)
    changes = {"memberships": [[list(pair) for pair in before], [list(pair) for pair in after]]}
    record(Configured(what="organization.membership", changes=changes), about=staff, by=by, at=at)


@verb
def join_team(team: Team, staff: Staff, *, by: Actor, at: datetime) -> None:
    """Only who may work in the team's unit: its cases are given to them."""
    if TeamMember.objects.filter(team=team, staff=staff).exists():
        return
    must_set_up(team, by=by)
    if staff.is_service:
        raise ServiceAccount(name=staff.name)
    if not staff.may(Permission.WORK, team.unit):
        raise WorksElsewhere(name=staff.name, unit=team.unit.name)
    _member, is_new = TeamMember.objects.get_or_create(team=team, staff=staff)
    if is_new:
        record(
            Configured(what="organization.teammember", changes={"staff": [None, staff.pk]}), about=team, by=by, at=at
        )


@verb
def leave_team(team: Team, staff: Staff, *, by: Actor, at: datetime) -> None:
    gone, _kinds = TeamMember.objects.filter(team=team, staff=staff).delete()
    if gone:
        must_set_up(team, by=by)
        changes = {"staff": [staff.pk, None]}
        record(Configured(what="organization.teammember", changes=changes), about=team, by=by, at=at)
