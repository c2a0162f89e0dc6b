"""Who is it? The customer whom a name and contacts point to, registered if nobody is."""

from collections.abc import Sequence
from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.verbs import verb
from ruoshui.customers.actions.registering import checked, register_customer
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.locking import hold_contacts
from ruoshui.customers.models import Customer, CustomerKind
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.customers.names import same_name
from ruoshui.organization.models import Unit


@verb
def identify(
    *,
    name: str,
    kind: str = CustomerKind.PERSON,
    contacts: Sequence[tuple[str, str]],
    unit: Unit | None,
    language: str = "zh-hans",
    among: CustomerQuerySet | None = None,
    also: Sequence[tuple[str, str]] = (),
    by: Actor | None = None,
    at: datetime,
) -> Customer:
    """The customer who has one of these contacts *and* this name; else a new one.

    A shared phone alone is not enough: putting a stranger's need on someone's record would
    show each the other's words. The duplicates list offers the pair for merging instead.
    Of several with this contact and name it is the first: doubles must not make a third.

    `among`: those whom the person who types may see, or whom the unit knows for which a stranger types. Typing a name
    and a phone must not open the record of another unit's customer: whoever is not among them gets a new record, and
    whoever sees both can merge them. `also`: contacts that are kept with a new record, and by which none is found.
    """
    points = [(kind, normal) for kind, _value, normal in checked(contacts)]
    if points:
        hold_contacts(points)
        choice = Customer.objects.all() if among is None else among
        known = choice.current().with_contact(points).order_by("pk")
        found = next((one for one in known if same_name(one.name, name)), None)
        if found is not None:
            return found
    contacts = [*contacts, *also]
    return register_customer(name=name, kind=kind, contacts=contacts, unit=unit, language=language, by=by, at=at)


@verb
def identify_sender(
    *, kind: ContactKind, value: str, name: str, is_named: bool, unit: Unit | None, language: str, at: datetime
) -> Customer | None:
    """Who writes from this address or number: its owner, or a new customer where it has none.

    None when several share it and the name does not tell which of them it is: then a person must ask.
    `is_named`: the name is the sender's own word for themselves, and not made of the address.
    """
    normal = normal_contact(kind, value)
    hold_contacts([(kind, normal)])
    known = list(Customer.objects.current().with_contact([(kind, normal)]).order_by("pk")[:50])
    if not known:
        return register_customer(name=name, contacts=[(kind, value)], unit=unit, language=language, at=at)
    if all(same_name(one.name, known[0].name) for one in known):
        return known[0]
    namesakes = [one for one in known if is_named and same_name(one.name, name)]
    return namesakes[0] if namesakes else None
