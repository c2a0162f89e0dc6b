"""Customers who stand here twice: several records of one name with one contact.

Older versions made them when somebody called or wrote several times at the same moment, or from an address that two
records shared. Which of them is to stay is for a person to say: they are listed, not merged.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count

from ruoshui.core.normal_text import normal_parts
from ruoshui.customers.models import ContactPoint
from ruoshui.operations.findings import LOOK, OK, Finding

MOST_LISTED = 20
MERGE = "merge them on the page of the one that stays, or by PUT /api/v1/customers/{id}/mergers/{other}"


def doubled() -> list[tuple[int, ...]]:
    """Ids that belong to one person, the oldest first."""
    current = ContactPoint.objects.filter(customer__merged_into__isnull=True)
    shared = current.values("kind", "normal").annotate(owners=Count("customer")).filter(owners__gt=1)
    found: set[tuple[int, ...]] = set()
    for contact in shared.order_by("kind", "normal").iterator(1000):
        names: dict[tuple[str, ...], list[int]] = defaultdict(list)
        owners = current.filter(kind=contact["kind"], normal=contact["normal"]).order_by("customer_id")
        for pk, name in owners.values_list("customer_id", "customer__name"):
            names[tuple(sorted(normal_parts(name)))].append(pk)
        found |= {tuple(pks) for pks in names.values() if len(pks) > 1}
    return sorted(found)


def examine_customers() -> Iterator[Finding]:
    """By their numbers only: what a doctor says is read on many screens."""
    twice = doubled()
    if not twice:
        yield OK, "no customer stands here twice with one name and contact", ""
    for pks in twice[:MOST_LISTED]:
        yield LOOK, f"one customer under several numbers: {', '.join(map(str, pks))}", MERGE
    if len(twice) > MOST_LISTED:
        yield LOOK, f"{len(twice) - MOST_LISTED} more customers stand here under several numbers", MERGE
