from datetime import datetime

from django.core.exceptions import ValidationError

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.contacts import ContactKind, as_kept, normal_contact
from ruoshui.customers.events import ContactAdded
from ruoshui.customers.models import ContactPoint, Customer


@verb
def add_contact(customer: Customer, *, kind: str, value: str, by: Actor, at: datetime) -> ContactPoint:
    """Add a way to reach the customer; one they already have is returned as it is."""
    try:
        normal = normal_contact(kind, value)
    except ValidationError as wrong:
        raise Invalid({kind if kind in ContactKind.values else "kind": list(wrong.messages)}) from wrong
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    contact, is_new = ContactPoint.objects.get_or_create(
        customer=customer,
        kind=kind,
        normal=normal,
        defaults={"value": as_kept(value), "is_primary": not customer.contacts.exists()},
    )
    if is_new:
        record(ContactAdded(contact=contact.pk, contact_kind=kind), about=customer, by=by, at=at)
    return contact
