"""Questions about many customers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length, Replace

from ruoshui.core.asking import Word, words_of
from ruoshui.core.normal_text import BORDER, normal_text
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import ContactPoint, Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.customers.names import same_name
from ruoshui.customers.phones import without_extension

# People say the last four digits of a phone or a card to tell which they mean.
FEWEST_DIGITS, MOST_DIGITS = 4, 24
# Fewer digits are no phone of anybody's; they are found as the last ones of one.
PHONE_FROM = 7
MOST_OWNERS = 1000
MOST_DUPLICATES, MOST_LIKE = 20, 200


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed to search for, and whose contacts it is: asked once for all who look for it.

    `owners`: of each word, the customers who have it as a contact; `callers`: who has all of it as one; `ending`: they,
    and those whose phone or reference ends with it.
    """

    text: str
    words: list[Word]
    owners: list[list[int]]
    callers: list[int]
    ending: list[int]


def sought(text: str) -> Sought:
    if not text.strip():
        return Sought(text, [], [], [], [])
    words, like, ending = words_of(text), contacts_like([text]), _ending(text)
    asked = [*(contacts_like([word.said]) for word in words), like, like | ending if ending else like]
    *owners, callers, ended = _owners_of_each(asked)
    return Sought(text, words, owners, callers, ended)


def find(customers: CustomerQuerySet, text: str | Sought) -> CustomerQuerySet:
    """Those whose name holds every word, or who have this phone, e-mail address or reference; newest first.

    A name is found in whatever way it is written, and by its initials; a phone or a reference by its last digits too.
    """
    asked_for = sought(text) if isinstance(text, str) else text
    named, values = [], []
    for word, owners in zip(asked_for.words, asked_for.owners, strict=True):
        where, asked = word.condition("findable")
        named.append(f"(SELECT id FROM customers_customer WHERE {where} UNION SELECT unnest(%s::bigint[]))")  # noqa: S608 ours
        values += [*asked, owners]
    sql = " UNION ".join([*filter(None, [" INTERSECT ".join(named)]), "SELECT unnest(%s::bigint[])"])
    return customers.current().filter(pk__in=RawSQL(sql, [*values, asked_for.ending])).order_by("-pk")  # noqa: S611 our own words


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


def _owners_of_each(asked: Sequence[Q]) -> list[list[int]]:
    """Ids of the customers who have such contacts, for each of several, in one statement; each is looked for once."""
    different: list[Q] = []
    for one in asked:
        if one not in different:
            different.append(one)
    points = ContactPoint.objects.with_tail()
    first, *others = (
        points.filter(one).annotate(place=Value(place)).values_list("place", "customer_id")[:MOST_OWNERS]
        for place, one in enumerate(different)
    )
    found: list[set[int]] = [set() for _one in different]
    for place, owner in first.union(*others, all=True) if others else first:
        found[place].add(owner)
    return [sorted(found[different.index(one)]) for one in asked]


def likely_duplicates(customer: Customer) -> Iterator[Customer]:
    """Others with the same name, however it is written, then others with the same contact. At most twenty."""
    normals = ContactPoint.objects.filter(customer=customer).values("normal")
    others = Customer.objects.current().exclude(pk=customer.pk)
    known = {one.pk: one for one in others.filter(contacts__normal__in=normals).distinct()[:MOST_DUPLICATES]}
    written = Func(F("findable"), Value(BORDER), Value(1), function="split_part", output_field=CharField())
    letters = Length(Replace(written, Value(" ")))
    long = len(normal_text(customer.name).replace(" ", ""))
    like = find(others.annotate(letters=letters).filter(letters=long), customer.name)[:MOST_LIKE]
    named = [one for one in like if same_name(one.name, customer.name)]
    alike = {one.pk: one for one in named} | known
    yield from sorted(alike.values(), key=lambda other: not same_name(other.name, customer.name))[:MOST_DUPLICATES]


def _ending(text: str) -> Q:
    """Empty for what is no end of a number."""
    digits = normal_text(text)
    if not re.fullmatch(rf"[0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}}", digits):
        return Q()
    return Q(kind__in=(ContactKind.PHONE, ContactKind.REFERENCE), tail__startswith=digits[::-1])
