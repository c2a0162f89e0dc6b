"""Who is it? The customer whom a name and contacts point to, registered if nobody is."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from ruoshui.core.actors import Actor
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.actions.registering import register_customer
from ruoshui.customers.contacts import normal_contact
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Unit


@verb
def identify(
    *,
    name: str,
    contacts: Sequence[tuple[str, str]],
    unit: Unit | None,
    language: str = "zh-hans",
    by: Actor | None = None,
    at: datetime,
) -> Customer:
    """The one customer who has one of these contacts *and* this name; else a new one.

    A shared phone alone is not enough: putting a stranger's need on someone's record would
    show each the other's words. The duplicates list offers the pair for merging instead.
    """
    normals = []
    for kind, value in contacts:
        try:
            normals.append(normal_contact(kind, value))
        except ValidationError as wrong:
            raise Invalid({kind: list(wrong.messages)}) from wrong
    if normals:
        known = list(Customer.objects.current().filter(contacts__normal__in=normals, name=name.strip()).distinct()[:2])
        if len(known) == 1:
            return known[0]
    return register_customer(name=name, contacts=contacts, unit=unit, language=language, by=by, at=at)
