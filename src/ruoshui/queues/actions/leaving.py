from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_ticket, write_ticket
from ruoshui.queues.events import TicketLeft
from ruoshui.queues.models import LeftReason, Ticket, TicketState
from ruoshui.queues.refusals import NotWaiting
from ruoshui.queues.setup import setup_of

AFTER_CLOSING = timedelta(hours=2)
LEAVABLE = (TicketState.WAITING, TicketState.NO_SHOW, TicketState.HELD)


@verb
def leave_queue(ticket: Ticket, *, reason: str = LeftReason.CANCELLED, by: Actor, at: datetime) -> Ticket:
    """Gives the number back. What was filled in stays with it."""
    turn = locked_ticket(ticket)
    if ticket.state not in LEAVABLE:
        raise NotWaiting(number=ticket.number)
    if reason not in LeftReason.values:
        raise Invalid({"reason": [_("Say why the customer leaves.")]})
    write_ticket(ticket, turn, state=TicketState.LEFT, left_reason=reason, ended_at=at)
    record(TicketLeft(branch=ticket.branch_id, reason=reason), about=ticket, by=by, at=at)
    return ticket


def send_home(at: datetime) -> int:
    """Numbers of branches that closed two hours ago or longer are over; returns how many there were.

    Whoever is at a counter is left to it: a service in progress ends when it is finished.
    """
    gone = 0
    stale = Ticket.objects.filter(state__in=LEAVABLE, joined_at__lt=at - AFTER_CLOSING)
    for ticket in stale.order_by("pk")[:500]:
        hours = setup_of(ticket.branch_id).hours_of_day(ticket.joined_at)
        if any(closes + AFTER_CLOSING > at for _opens, closes in hours):
            continue
        try:
            leave_queue(ticket, reason=LeftReason.CLOSING, by=SYSTEM, at=at)
            gone += 1
        except NotWaiting:
            continue
    return gone
