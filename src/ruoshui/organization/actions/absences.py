from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.verbs import verb
from ruoshui.organization.events import AbsenceRegistered
from ruoshui.organization.models import Absence, Staff


@verb
def register_absence(
    staff: Staff,
    *,
    starts_at: datetime,
    ends_at: datetime,
    deputy: Staff | None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Absence:
    must_be_near("starts_at", starts_at, at=at)
    must_be_near("ends_at", ends_at, at=at)
    values = {"staff": staff, "deputy": deputy, "starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    absence = configure(Absence(), values, by=by, at=at)
    record(AbsenceRegistered(absence=absence.pk, deputy=deputy.pk if deputy else None), about=staff, by=by, at=at)
    return absence
