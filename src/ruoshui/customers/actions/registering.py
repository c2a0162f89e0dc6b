from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.contacts import ContactKind, as_kept, normal_contact
from ruoshui.customers.events import CustomerRegistered, CustomerRevised
from ruoshui.customers.models import ContactPoint, Customer, CustomerKind, Tier
from ruoshui.organization.models import Staff, Unit

REVISABLE = ("name", "kind", "tier", "manager", "unit", "language", "calendar")


@verb
def register_customer(
    *,
    name: str,
    kind: str = CustomerKind.PERSON,
    contacts: Iterable[tuple[str, str]] = (),
    tier: Tier | None = None,
    manager: Staff | None = None,
    unit: Unit | None = None,
    language: str = "zh-hans",
    by: Actor | None = None,
    at: datetime,
) -> Customer:
    """A new customer with (kind, value) contacts. Without `by` they register themselves."""
    points = checked(contacts)
    customer = Customer(
        name=name.strip(), kind=kind, tier=tier, manager=manager, unit=unit, language=language, created_at=at
    )
    try:
        customer.clean_fields(exclude=["merged_into"])
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    customer.save()
    ContactPoint.objects.bulk_create(
        ContactPoint(customer=customer, kind=kind, value=value, normal=normal, is_primary=index == 0)
        for index, (kind, value, normal) in enumerate(points)
    )
    record(CustomerRegistered(), about=customer, by=by or customer.actor, at=at)
    return customer


def checked(contacts: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(kind, value as kept, normal form), each contact once. Raises Invalid at the kind that is wrong."""
    points: dict[tuple[str, str], tuple[str, str, str]] = {}
    for kind, value in contacts:
        try:
            normal = normal_contact(kind, value)
        except ValidationError as wrong:
            raise Invalid({kind if kind in ContactKind.values else "kind": list(wrong.messages)}) from wrong
        points.setdefault((kind, normal), (kind, as_kept(value), normal))
    return list(points.values())


@verb
def revise_customer(customer: Customer, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Customer:
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    changes: dict[str, Any] = {}
    for name in REVISABLE:
        if name in values and getattr(customer, name) != values[name]:
            before = getattr(customer, name)
            setattr(customer, name, values[name])
            changes[name] = [getattr(before, "pk", before), getattr(values[name], "pk", values[name])]
    try:
        customer.clean_fields(exclude=["merged_into"])
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    if changes:
        customer.save()
        record(CustomerRevised(changes=changes), about=customer, by=by, at=at)
    return customer
