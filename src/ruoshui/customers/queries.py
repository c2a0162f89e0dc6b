"""Questions about many customers."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q

from ruoshui.customers.contacts import guess_kind, normal_contact
from ruoshui.customers.models import ContactPoint, Customer
from ruoshui.customers.models.customers import CustomerQuerySet


def find(customers: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """By phone, e-mail or reference exactly, or by a part of the name."""
    text = text.strip()
    wanted = Q(name__icontains=text)
    try:
        wanted |= Q(contacts__normal=normal_contact(guess_kind(text), text))
    except ValidationError:
        wanted |= Q(contacts__normal=text.lower())
    return customers.current().filter(wanted).distinct()


def likely_duplicates(customer: Customer) -> Iterator[Customer]:
    """Others with the same contact, then others with the same name. At most twenty."""
    normals = ContactPoint.objects.filter(customer=customer).values("normal")
    same = Q(contacts__normal__in=normals) | Q(name=customer.name)
    others = Customer.objects.current().exclude(pk=customer.pk).filter(same).distinct()[:20]
    yield from sorted(others, key=lambda other: other.name != customer.name)
