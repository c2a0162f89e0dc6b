"""Rights end where the unit ends: who may set up what, and who may give which rights to whom.

A verb about settings asks `must_set_up` (core) about its thing; these guards answer. Nobody gives a right, or a reach,
that they do not hold there themselves, and nobody changes the account of somebody who may do more than they may.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.guarding import guards_settings
from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.hiding import secrets_held_by, secrets_shown_to
from ruoshui.organization.models import Absence, ApiToken, Membership, Permission, Reach, Role, Staff, Unit
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.organization.refusals import WorksElsewhere

T = TypeVar("T", bound=models.Model)


class NotYoursToSetUp(NotAllowed):
    code = "not-yours-to-set-up"
    text = _("To change this you need the right “{right}” in {unit}.")


class BeyondYourRights(NotAllowed):
    code = "beyond-your-rights"
    text = _("{name} may do things that you may not. Ask somebody who holds at least those rights to do it.")


class NotYoursToGive(NotAllowed):
    code = "not-yours-to-give"
    text = _("Nobody can give rights that they do not hold in the same place. You lack there: {rights}.")


class NoRightsForOneself(NotAllowed):
    code = "no-rights-for-oneself"
    text = _("Nobody can give themselves a role. Ask another administrator to do it.")


class NotForOthers(NotAllowed):
    code = "not-for-others"
    text = _("A token is for yourself or for a service account, never for another person.")


def staff_behind(by: Actor) -> Staff | None:
    """With whose rights it is done; None: by the system itself, which may do all."""
    if by.kind == ActorKind.SYSTEM:
        return None
    if by.kind == ActorKind.STAFF:
        return Staff.objects.get(pk=by.id or 0)
    if by.kind == ActorKind.INTEGRATION:
        return ApiToken.objects.select_related("staff").get(pk=by.id or 0).staff
    raise NotAllowed


def may_set_up(staff: Staff, thing: models.Model) -> bool:
    """Holds the right where the thing belongs? What belongs to all needs it at a root of the tree, with all below."""
    belonging = BELONGING[type(thing)]
    unit = belonging.unit_of(thing)
    return staff.sees_everything(belonging.right) if unit is None else staff.may(belonging.right, unit)


@guards_settings
def refuse_elsewhere(thing: models.Model, by: Actor) -> None:
    staff = staff_behind(by)
    if staff is None or may_set_up(staff, thing):
        return
    belonging = BELONGING[type(thing)]
    unit = belonging.unit_of(thing)
    raise NotYoursToSetUp(right=belonging.right.label, unit=unit.name if unit else _("the whole organisation"))


@guards_settings
def refuse_above(thing: models.Model, by: Actor) -> None:
    """The account of somebody who may do more, and a role that allows more."""
    staff = staff_behind(by)
    if staff is not None and isinstance(thing, Staff) and thing.pk is not None:
        must_outrank(staff, thing)
    if staff is not None and isinstance(thing, Absence):
        must_outrank(staff, thing.staff)
        must_stand_in(staff, thing)
    if staff is not None and isinstance(thing, Role):
        must_hold_everywhere(staff, thing.permissions)


def must_outrank(staff: Staff, other: Staff) -> None:
    """Holds, wherever the other holds something, at least as much, and sees every confidential case that they see."""
    if staff.pk == other.pk:
        return
    for held in other.memberships.select_related("unit", "role"):
        if _lacking(staff, held.role.permissions, held.unit, held.role.reach):
            raise BeyondYourRights(name=other.name)
    if secrets_shown_to(other, kept_from=staff).exists():
        raise BeyondYourRights(name=other.name)  # the same words: that there is such a case is not said either


def must_stand_in(staff: Staff, absence: Absence) -> None:
    """The deputy sees the cases of the absent one: letting somebody see a confidential case needs the right there."""
    if absence.deputy is None:
        return
    brought_in = secrets_held_by(absence.staff, kept_from=absence.deputy)
    if brought_in.exclude(unit__in=staff.units_with(Permission.CONFIDENTIAL)).exists():
        raise NotYoursToGive(rights=_listed([Permission.CONFIDENTIAL]))


def must_give(staff: Staff, to: Staff, unit: Unit, role: Role) -> None:
    """May look after people there, and holds all that the role allows, as far as it reaches."""
    if staff.pk == to.pk:
        raise NoRightsForOneself
    must_hold(staff, [Permission.PEOPLE, *role.permissions], unit, role.reach)


def must_take_away(staff: Staff, unit: Unit, role: Role) -> None:
    must_hold(staff, [Permission.PEOPLE, *role.permissions], unit, role.reach)


def must_hold(staff: Staff, rights: Iterable[str], unit: Unit, reach: str) -> None:
    if lacking := _lacking(staff, rights, unit, reach):
        raise NotYoursToGive(rights=_listed(lacking))


def must_hold_everywhere(staff: Staff, rights: Iterable[str]) -> None:
    if lacking := [right for right in rights if not staff.sees_everything(Permission(right))]:
        raise NotYoursToGive(rights=_listed(lacking))


def must_issue(staff: Staff, owner: Staff) -> None:
    """A token acts with its owner's rights: it is for oneself, or for a service account that may do no more."""
    if staff.pk == owner.pk:
        if not staff.may(Permission.SECURITY):
            raise NotAllowed
        return
    if not owner.is_service:
        raise NotForOthers
    if not staff.may(Permission.SECURITY, owner.unit):
        raise NotYoursToSetUp(right=Permission.SECURITY.label, unit=owner.unit.name)
    must_outrank(staff, owner)


def must_move(staff: Staff, unit: Unit, to: Unit | None) -> None:
    """Whoever reaches down from the new place gains the unit; at the top, whoever reaches down from the unit gains all.
    The mover holds all of that already, and looks after people at both ends.
    """
    for end in (unit, *([unit.parent] if unit.parent else [])):
        must_hold(staff, [Permission.PEOPLE], end, Reach.UNIT)
    if to is None:
        must_hold_everywhere(staff, {Permission.PEOPLE, *_reaching_down(Membership.objects.filter(unit=unit))})
        return
    must_hold(staff, [Permission.PEOPLE], to, Reach.UNIT)
    fresh = set(to.lineage) - set(unit.lineage)
    must_hold(staff, _reaching_down(Membership.objects.filter(unit__in=fresh)), unit, Reach.SUBTREE)


def may_name(staff: Staff, person: Staff, unit: Unit, right: Permission) -> bool:
    """May put `person` into something of `unit`: one whom they look after, or who works there by their own roles."""
    return staff.may(right, person.unit) or person.may(Permission.WORK, unit)


def must_name(staff: Staff, person: Staff, unit: Unit, right: Permission) -> None:
    if not may_name(staff, person, unit, right):
        raise WorksElsewhere(name=person.name, unit=unit.name)


def to_be_named(staff: Staff, right: Permission) -> "models.QuerySet[Staff]":
    """The people to offer where somebody is named; `must_name` decides."""
    people = Staff.objects.filter(is_active=True, is_service=False)
    if staff.sees_everything(right):
        return people
    units = staff.units_with(right)
    working = Membership.objects.filter(unit__in=units, role__permissions__contains=[Permission.WORK])
    return people.filter(models.Q(unit__in=units) | models.Q(pk__in=working.values("staff")))


def _reaching_down(held: "models.QuerySet[Membership]") -> set[str]:
    roles = held.filter(role__reach=Reach.SUBTREE).select_related("role")
    return {permission for one in roles for permission in one.role.permissions}


def _lacking(staff: Staff, rights: Iterable[str], unit: Unit, reach: str) -> list[str]:
    return [right for right in rights if not _holds_as_far(staff, right, unit, reach)]


def _holds_as_far(staff: Staff, right: str, unit: Unit, reach: str) -> bool:
    if reach == Reach.UNIT:
        return staff.may(Permission(right), unit)
    return any(
        right in held.role.permissions and held.role.reach == Reach.SUBTREE and unit.is_within(held.unit)
        for held in staff.held_roles
    )


def _listed(rights: Iterable[str]) -> str:
    return ", ".join(sorted(str(Permission(right).label) for right in set(rights)))


def seen_in_settings(staff: Staff, model: type[T]) -> "models.QuerySet[T]":
    """What somebody finds in the settings: what belongs to their units, and what belongs to all, to be read."""
    belonging = BELONGING[model]
    if not staff.may(belonging.right):
        return model._default_manager.none()
    if staff.sees_everything(belonging.right):
        return model._default_manager.all()
    return model._default_manager.filter(belonging.within(staff.units_with(belonging.right)) | belonging.of_all())
