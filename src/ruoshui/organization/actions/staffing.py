from collections.abc import Iterable
from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import Configured, record
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Membership, Role, Staff, Team, TeamMember, Unit
from ruoshui.organization.passwords import check_password


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
    by: Actor,
    at: datetime,
) -> Staff:
    """A new staff member with roles in the home unit; without a password nobody can sign in as them.

    A password that another staff member has chosen is good for the first sign-in only.
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
    staff = Staff(**values, password_set_at=at, must_change_password=by.is_staff)
    if password is not None:
        check_password(password, staff)
    staff.set_password(password)
    staff = configure(staff, values, by=by, at=at)
    Membership.objects.bulk_create(Membership(staff=staff, unit=unit, role=role) for role in roles)
    return staff


@verb
def set_memberships(staff: Staff, roles: Iterable[tuple[Unit, Role]], *, by: Actor, at: datetime) -> None:
    """Replace all roles of a staff member."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    before = list(staff.memberships.values_list("unit_id", "role_id"))
    after = [(unit.pk, role.pk) for unit, role in roles]
    staff.memberships.all().delete()
    Membership.objects.bulk_create(Membership(staff=staff, unit_id=u, role_id=r) for u, r in after)
    changes = {"memberships": [[list(pair) for pair in before], [list(pair) for pair in after]]}
    record(Configured(what="organization.membership", changes=changes), about=staff, by=by, at=at)


@verb
def join_team(team: Team, staff: Staff, *, by: Actor, at: datetime) -> None:
    _member, is_new = TeamMember.objects.get_or_create(team=team, staff=staff)
    if is_new:
        record(
            Configured(what="organization.teammember", changes={"staff": [None, staff.pk]}), about=team, by=by, at=at
        )


@verb
def leave_team(team: Team, staff: Staff, *, by: Actor, at: datetime) -> None:
    gone, _rows = TeamMember.objects.filter(team=team, staff=staff).delete()
    if gone:
        changes = {"staff": [staff.pk, None]}
        record(Configured(what="organization.teammember", changes=changes), about=team, by=by, at=at)
