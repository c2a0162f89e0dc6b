from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions._locking import locked_active, write
from ruoshui.cases.events import CaseResumed, CaseWaiting
from ruoshui.cases.models import Case, CaseState, Suspension, WaitReason
from ruoshui.cases.refusals import CaseAlreadyWaiting, CaseNotWaiting
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb


@verb
def pause_case(
    case: Case,
    *,
    reason: str = WaitReason.CUSTOMER,
    until: datetime | None = None,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Suspension:
    """Wait for the customer, a supplier, parts …; at `until` the case resumes by itself."""
    must_be_near("until", until, at=at)
    if until is not None and until <= at:
        raise Invalid({"until": [_("This moment has passed. Choose one that is still to come.")]})
    case = locked_active(case, seen=seen)
    if case.state == CaseState.WAITING:
        raise CaseAlreadyWaiting(number=case.number)
    suspension = Suspension.objects.create(case=case, reason=reason, until=until, by_kind=by.kind, by_id=by.id, at=at)
    write(case, at, state=CaseState.WAITING)
    told = until.isoformat() if until else None
    record(CaseWaiting(reason=reason, until=told), about=case, by=by, at=at)
    return suspension


@verb
def resume_case(case: Case, *, seen: int | None = None, by: Actor, at: datetime) -> Case:
    case = locked_active(case, seen=seen)
    if case.state != CaseState.WAITING:
        raise CaseNotWaiting(number=case.number)
    reason = end_suspension(case, at)
    write(case, at, state=CaseState.OPEN)
    record(CaseResumed(reason=reason), about=case, by=by, at=at)
    return case


def end_suspension(case: Case, at: datetime) -> str:
    """Close the running suspension of a locked case, if any; returns its reason."""
    suspension = case.suspensions.filter(ended_at__isnull=True).first()
    if suspension is None:
        return ""
    suspension.ended_at = at
    suspension.save(update_fields=["ended_at"])
    return suspension.reason
