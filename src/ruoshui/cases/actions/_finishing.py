"""A case is solved when everything is done; a supervisor may say otherwise, with a reason that stays on the case."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.models import Case, Override
from ruoshui.cases.reaching import is_brought_in
from ruoshui.cases.refusals import NeedsSupervisor, WorkUnfinished
from ruoshui.cases.unfinished import PAPER, unfinished_in
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.refusals import Invalid
from ruoshui.organization.acting import person_behind
from ruoshui.organization.models import Permission


def must_be_done(case: Case, *, despite: str, by: Actor, at: datetime) -> None:
    """Refuses while something is missing, unless a supervisor gives the reason `despite`. A process ends its own case
    when its drawing says so, but not without the papers; of what was brought in from elsewhere the record is believed.
    """
    if is_brought_in(case, at):
        return
    missing = [one for one in unfinished_in(case) if by != SYSTEM or one.kind == PAPER]
    if not missing:
        return
    despite = despite.replace("\x00", "").strip()
    if not despite:
        raise WorkUnfinished(number=case.number, unfinished=_(", ").join(one.name for one in missing))
    if len(despite) > 500:
        raise Invalid({"despite": [_("At most 500 characters.")]})
    person = person_behind(by)
    if person is None or not person.may(Permission.SUPERVISE, case.unit):
        raise NeedsSupervisor(unit=case.unit.name)
    Override.objects.create(
        case=case,
        reason=despite,
        unfinished=[[one.name_zh, one.name_en] for one in missing],
        by_kind=by.kind,
        by_id=by.id,
        at=at,
    )
