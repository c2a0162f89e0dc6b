"""Who is told: the holder, or supervisors found by going up the organisation."""

from django.db.models import Q

from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Membership, Permission, Reach, Staff, Unit
from ruoshui.sla.models import RungTo


@remembered
def supervisors_above(lineage: tuple[int, ...]) -> list[list[Staff]]:
    """By step from the last unit of `lineage` up, the people who supervise from there; empty steps are left out."""
    held = Membership.objects.filter(
        Q(unit_id=lineage[-1]) | Q(role__reach=Reach.SUBTREE),
        unit_id__in=lineage,
        role__permissions__contains=[Permission.SUPERVISE],
        staff__is_active=True,
    )
    steps: dict[int, dict[int, Staff]] = {}
    for membership in held.select_related("staff__unit").order_by("staff__username"):
        steps.setdefault(membership.unit_id, {})[membership.staff_id] = membership.staff
    return [list(steps[unit].values()) for unit in reversed(lineage) if unit in steps]


def people_on(step: str, unit: Unit, *, holder: Staff | None, asker: Staff | None = None) -> list[Staff]:
    """Whom a rung of the ladder means. Without a holder, or without anybody above, the nearest supervisors."""
    if step == RungTo.HOLDER and holder is not None:
        return [holder]
    if step == RungTo.ASKER and asker is not None:
        return [asker]
    steps = supervisors_above(tuple(unit.lineage))
    if not steps:
        return []
    return steps[{RungTo.TOP: -1, RungTo.ABOVE: 1}.get(RungTo(step), 0) if len(steps) > 1 else 0]
