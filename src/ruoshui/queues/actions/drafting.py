"""The draft that travels with a number: answers to the form, before there is a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.cases.form_answers import form_errors
from ruoshui.cases.models import CaseType
from ruoshui.cases.schemas import without_required
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_ticket, write_ticket
from ruoshui.queues.events import DraftFilled
from ruoshui.queues.models import Ticket
from ruoshui.queues.refusals import TicketFinished


@verb
def fill_draft(ticket: Ticket, answers: Mapping[str, Any], *, by: Actor, at: datetime) -> Ticket:
    """Keep what the customer has filled in so far; what is still missing may come later."""
    turn = locked_ticket(ticket)
    if not ticket.is_inside or ticket.case_id is not None:
        raise TicketFinished(number=ticket.number)
    draft = cleaned_draft(ticket.queue.business.type, answers)
    if draft == ticket.draft:
        return ticket
    write_ticket(ticket, turn, draft=draft)
    record(DraftFilled(branch=ticket.branch_id, fields=sorted(draft)), about=ticket, by=by, at=at)
    return ticket


def cleaned_draft(type: CaseType, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, refused where they are wrong; missing ones are not wrong yet."""
    given = {name: value for name, value in answers.items() if value not in (None, "", False)}
    if errors := form_errors(without_required(type.form), given):
        raise Invalid(errors)
    return given
