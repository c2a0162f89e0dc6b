from datetime import datetime

from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.events import CaseReopened
from ruoshui.cases.models import Case, CaseState, Closure
from ruoshui.cases.refusals import CaseStillOpen, CaseWasMerged
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def reopen_case(case: Case, *, reason: str = "", seen: int | None = None, by: Actor, at: datetime) -> Case:
    """Go on with a resolved or closed case, at the same desk it was."""
    case = locked(case, seen=seen)
    if case.merged_into_id:
        raise CaseWasMerged(number=case.number, into=f"RS{case.merged_into_id:08d}")
    if case.is_active:
        raise CaseStillOpen(number=case.number)
    before = case.state
    Closure.objects.filter(case=case).delete()
    write(case, at, state=CaseState.OPEN, closed_at=None, resolved_at=None, reopen_count=case.reopen_count + 1)
    record(CaseReopened(before=before, reason=reason.strip()[:500]), about=case, by=by, at=at)
    return case
