"""Questions about many customers."""

import re
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.expressions import RawSQL

from ruoshui.core.asking import words_of
from ruoshui.core.normal_text import normal_text
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import ContactPoint, Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.customers.phones import without_extension

# People say the last four digits of a phone or a card to tell which they mean.
FEWEST_DIGITS, MOST_DIGITS = 4, 24
# Fewer digits are no phone of anybody's; they are found as the last ones of one.
PHONE_FROM = 7
MOST_OWNERS = 1000


def find(customers: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Those whose name holds every word, or who have this phone, e-mail address or reference; newest first.

    A name is found in whatever way it is written, and by its initials; a phone or a reference by its last digits too.
    """
    named, values = [], []
    for word in words_of(text):
        where, asked = word.condition("findable")
        named.append(f"(SELECT id FROM customers_customer WHERE {where} UNION SELECT unnest(%s::bigint[]))")  # noqa: S608 ours
        values += [*asked, sorted(owners_of([word.said]))]
    having = sorted(_owners(contacts_like([text]) | _ending(text)))
    sql = " UNION ".join([*filter(None, [" INTERSECT ".join(named)]), "SELECT unnest(%s::bigint[])"])
    return customers.current().filter(pk__in=RawSQL(sql, [*values, having])).order_by("-pk")  # noqa: S611 our own words


def contacts_like(texts: Iterable[str]) -> Q:
    """Contacts that are one of these, however it is typed; of a phone any extension."""
    exact, numbers = set(), set()
    for text in texts:
        for kind in (ContactKind.PHONE, ContactKind.EMAIL, ContactKind.REFERENCE):
            try:
                normal = normal_contact(kind, text)
            except ValidationError:
                continue
            if kind == ContactKind.PHONE:
                numbers |= {without_extension(normal)[::-1]} if len(normal) >= PHONE_FROM else set()
            else:
                exact.add(normal)
    return Q(normal__in=exact) | Q(kind=ContactKind.PHONE, tail__in=numbers)


def owners_of(texts: Iterable[str]) -> set[int]:
    """Ids of the customers who have one of these contacts."""
    return _owners(contacts_like(texts))


def _owners(contacts: Q) -> set[int]:
    found = ContactPoint.objects.with_tail().filter(contacts)
    return set(found.values_list("customer_id", flat=True)[:MOST_OWNERS])


def likely_duplicates(customer: Customer) -> Iterator[Customer]:
    """Others with the same contact, then others with the same name. At most twenty."""
    normals = ContactPoint.objects.filter(customer=customer).values("normal")
    same = Q(contacts__normal__in=normals) | Q(name=customer.name)
    others = Customer.objects.current().exclude(pk=customer.pk).filter(same).distinct()[:20]
    yield from sorted(others, key=lambda other: other.name != customer.name)


def _ending(text: str) -> Q:
    digits = normal_text(text)
    if not re.fullmatch(rf"[0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}}", digits):
        return Q(pk__in=[])
    return Q(kind__in=(ContactKind.PHONE, ContactKind.REFERENCE), tail__startswith=digits[::-1])
