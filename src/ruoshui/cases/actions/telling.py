from datetime import datetime

from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.actions._saying import say
from ruoshui.cases.events import CaseTold
from ruoshui.cases.models import Case, Channel, Message, MessageKind
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def tell_customer(case: Case, *, body: str, channel: str = Channel.PORTAL, by: Actor, at: datetime) -> Message:
    """Tell the customer something that is no answer to them: no promise is kept by it."""
    case = locked(case)
    message = say(case, kind=MessageKind.NOTICE, channel=channel, body=body, files=(), by=by, at=at)
    write(case, at)
    record(CaseTold(message=message.pk), about=case, by=by, at=at)
    return message
