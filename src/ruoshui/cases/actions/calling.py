from datetime import datetime

from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.events import CaseCalled
from ruoshui.cases.models import Case
from ruoshui.channels.actions import bind_call
from ruoshui.channels.models import Call
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def bind_call_to_case(call: Call, case: Case, *, by: Actor, at: datetime) -> Call:
    """This call was about that case: its record, notes and recording stand there from now on."""
    case = locked(case)
    if call.case_id == case.pk:
        return call
    bound = bind_call(call, case=case.pk, customer=case.customer)
    write(case, at)
    record(CaseCalled(call=bound.pk), about=case, by=by, at=at)
    return bound
