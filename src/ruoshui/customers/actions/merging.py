from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Refusal
from ruoshui.core.verbs import verb
from ruoshui.customers.events import CustomersMerged
from ruoshui.customers.models import ContactPoint, Customer, CustomerNote, Wish
from ruoshui.organization.acting import person_behind
from ruoshui.organization.hiding import must_see_all_of


class CannotMergeCustomers(Refusal):
    code = "cannot-merge-customers"
    text = _("These two customers cannot be merged: they are the same, or one was merged already.")


@verb
def merge_customers(survivor: Customer, other: Customer, *, by: Actor, at: datetime) -> Customer:
    """Make two records of one customer one. The other keeps its events and points to the survivor.

    Their cases move with them, so a person must be able to see all of these.
    """
    pair = {
        c.pk: c
        for c in Customer.objects.select_for_update(of=("self",), no_key=True)
        .order_by("pk")
        .filter(pk__in=[survivor.pk, other.pk])
    }
    if len(pair) < 2 or any(customer.merged_into_id for customer in pair.values()):
        raise CannotMergeCustomers
    survivor, other = pair[survivor.pk], pair[other.pk]
    must_see_all_of(person_behind(by), customer__in=[survivor, other])
    kept = set(survivor.contacts.values_list("kind", "normal"))
    moved = [c for c in other.contacts.all() if (c.kind, c.normal) not in kept]
    ContactPoint.objects.filter(pk__in=[c.pk for c in moved]).update(customer=survivor, is_primary=False)
    CustomerNote.objects.filter(customer=other).update(customer=survivor)
    Customer.objects.filter(merged_into=other).update(merged_into=survivor)
    _merge_wishes(survivor, other)
    survivor.tier = min((c.tier for c in pair.values() if c.tier), key=lambda tier: tier.rank, default=None)
    survivor.manager = survivor.manager or other.manager
    survivor.save(update_fields=["tier", "manager"])
    other.merged_into = survivor
    other.save(update_fields=["merged_into"])
    record(CustomersMerged(other=other.pk, contacts=[c.pk for c in moved]), about=survivor, by=by, at=at)
    return survivor


def _merge_wishes(survivor: Customer, other: Customer) -> None:
    """A no of either record stays a no: nobody is told again what they refused once."""
    theirs = Wish.objects.filter(customer=other).first()
    if theirs is None:
        return
    kept, is_new = Wish.objects.get_or_create(
        customer=survivor,
        defaults={"order": theirs.order, "quiet_from": theirs.quiet_from, "quiet_until": theirs.quiet_until},
    )
    kept.refused = sorted({*kept.refused, *theirs.refused})
    kept.optional = theirs.optional if is_new else kept.optional and theirs.optional
    kept.save()
