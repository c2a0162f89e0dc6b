from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions._locking import locked_active, write
from ruoshui.cases.actions.keeping_secret import guard_secret
from ruoshui.cases.events import CasePassed
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import SameUnit, UnitNotInUse
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Unit


@verb
def pass_case(
    case: Case,
    *,
    to: Unit,
    reason: str,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Hand the case to another unit: down, up or across. The promise to the customer goes on."""
    case = locked_active(case, seen=seen)
    guard_secret(case, by)
    if to.pk == case.unit_id:
        raise SameUnit(unit=to.name)
    if not to.is_active:
        raise UnitNotInUse(unit=to.name)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why, so that the other unit knows.")]})
    before, holder = case.unit, case.assignee_id
    direction = "down" if to.is_within(before) else "up" if before.is_within(to) else "across"
    write(case, at, unit=to, team=None, assignee=None)
    passed = CasePassed(
        from_unit=before.pk, to_unit=to.pk, direction=direction, assignee=holder, reason=reason.strip()[:500]
    )
    record(passed, about=case, by=by, at=at)
    return case
