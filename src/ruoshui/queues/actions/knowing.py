"""Who is it? At the kiosk, at the counter, by phone, by a number on paper, by the customer's own code."""

from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import NotFound
from ruoshui.core.verbs import verb
from ruoshui.customers.contacts import ContactKind, guess_kind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.queues.actions._locking import locked_ticket, write_ticket
from ruoshui.queues.events import VisitorIdentified
from ruoshui.queues.models import NamedBy, Ticket, TicketState
from ruoshui.queues.models.tickets import INSIDE
from ruoshui.queues.refusals import TicketFinished

SALT = "customer-code"
PREFIX = "RSC:"


def customer_code(customer: Customer) -> str:
    """What a customer's QR code holds: signed, so that nobody can make one up; the first one holds no number."""
    first = customer.code_number == 1
    return PREFIX + signing.dumps(customer.pk if first else [customer.pk, customer.code_number], salt=SALT)


def scanned_customer(text: str) -> Customer | None:
    """Whose code it is: that one stands here. A code that was renewed is nobody's. A phone number, an id or an
    e-mail address proves nothing, however it came in: a reader of cards types like anybody's finger.
    """
    if not text.strip().startswith(PREFIX):
        return None
    try:
        signed = signing.loads(text.strip().removeprefix(PREFIX), salt=SALT)
    except signing.BadSignature:
        return None
    pk, number = signed if isinstance(signed, list) else (signed, 1)
    return _current().filter(pk=pk, code_number=number).first()


def find_visitor(text: str) -> Customer | None:
    """The one customer whom a phone number, an id, an e-mail address or a scanned code points to.

    None when nobody or several people do: a shared phone says nothing of who stands here.
    """
    text = text.strip()
    if text.startswith(PREFIX):
        return scanned_customer(text)
    normals = set()
    for kind in {guess_kind(text), ContactKind.REFERENCE}:
        try:
            normals.add(normal_contact(kind, text))
        except ValidationError:
            continue
    found = list(_current().filter(contacts__normal__in=normals).distinct()[:2]) if normals else []
    return found[0] if len(found) == 1 else None


def _current() -> CustomerQuerySet:
    return Customer.objects.current().select_related("tier")


@verb
def identify_visitor(
    ticket: Ticket, customer: Customer, *, named_by: str = NamedBy.STAFF, by: Actor, at: datetime
) -> Ticket:
    """Put a name to a number, or say that it is the one who was typed. While they wait, a better class moves them to
    its queue, by their arrival; a worse never.
    """
    turn = locked_ticket(ticket)
    if not ticket.is_inside:
        raise TicketFinished(number=ticket.number)
    if customer.merged_into_id is not None:
        raise NotFound
    before = ticket.customer_id
    changed: dict[str, object] = {"customer": customer} if before != customer.pk else {}
    if ticket.named_by != named_by:
        changed["named_by"] = named_by
    setup = turn.setup
    queue = setup.queue_for(ticket.queue.business, customer)
    if ticket.state == TicketState.WAITING and queue is not None and queue.pk != ticket.queue_id:
        rank, place_at = setup.place_of(queue, ticket.joined_at)
        if (rank, place_at) < (ticket.rank, ticket.place_at):
            changed |= {"queue": queue, "rank": rank, "place_at": place_at}
    if not changed:
        return ticket
    write_ticket(ticket, turn, **changed)
    found = VisitorIdentified(branch=ticket.branch_id, customer=customer.pk, before=before, named_by=named_by)
    record(found, about=ticket, by=by, at=at)
    return ticket


def move_numbers(other: int, survivor: int) -> None:
    """Two records of one customer became one: the numbers that are not finished are the survivor's. In the caller's
    transaction.
    """
    inside = Ticket.objects.filter(customer_id=other, state__in=INSIDE).order_by("branch_id", "pk")
    for ticket in inside:
        turn = locked_ticket(ticket)
        if ticket.is_inside:
            write_ticket(ticket, turn, customer_id=survivor)
