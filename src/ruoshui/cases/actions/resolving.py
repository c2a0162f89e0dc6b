from datetime import datetime

from ruoshui.cases.actions._finishing import must_be_done
from ruoshui.cases.actions._locking import locked_active, write
from ruoshui.cases.actions.waiting import end_suspension
from ruoshui.cases.events import CaseResolved
from ruoshui.cases.models import Case, CaseState
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def resolve_case(case: Case, *, despite: str = "", seen: int | None = None, by: Actor, at: datetime) -> Case:
    """The work is done; the customer may still disagree before it is closed. Refused while something is missing, unless
    a supervisor gives the reason `despite`.
    """
    case = locked_active(case, seen=seen)
    must_be_done(case, despite=despite, by=by, at=at)
    end_suspension(case, at)
    write(case, at, state=CaseState.RESOLVED, resolved_at=at)
    record(CaseResolved(), about=case, by=by, at=at)
    return case
