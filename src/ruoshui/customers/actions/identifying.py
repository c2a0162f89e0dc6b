"""Who is it? The customer whom a name and contacts point to, registered if nobody is."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from ruoshui.core.actors import Actor
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.actions.registering import register_customer
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.organization.models import Unit


@verb
def identify(
    *,
    name: str,
    contacts: Sequence[tuple[str, str]],
    unit: Unit | None,
    language: str = "zh-hans",
    among: CustomerQuerySet | None = None,
    by: Actor | None = None,
    at: datetime,
) -> Customer:
    """The one customer who has one of these contacts *and* this name; else a new one.

    A shared phone alone is not enough: putting a stranger's need on someone's record would
    show each the other's words. The duplicates list offers the pair for merging instead.

    `among`: those whom the person who types may see. Typing a name and a phone must not open the record of another
    unit's customer: who is not among them is registered anew, and whoever sees both can merge them.
    """
    normals = []
    for kind, value in contacts:
        try:
            normals.append(normal_contact(kind, value))
        except ValidationError as wrong:
            raise Invalid({kind if kind in ContactKind.values else "kind": list(wrong.messages)}) from wrong
    if normals:
        choice = Customer.objects.all() if among is None else among
        known = list(choice.current().filter(contacts__normal__in=normals, name=name.strip()).distinct()[:2])
        if len(known) == 1:
            return known[0]
    return register_customer(name=name, contacts=contacts, unit=unit, language=language, by=by, at=at)
