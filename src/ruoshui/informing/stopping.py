"""The way to a customer's own page of wishes: signed, for him alone, good for as long as the letter it stands in."""

from django.core import signing
from django.urls import reverse

from ruoshui.customers.models import Customer

SALT = "ruoshui.wishes"


def stop_link(customer: Customer) -> str:
    return reverse("portal:wishes", args=[signing.dumps(customer.pk, salt=SALT)])


def customer_of(token: str) -> Customer | None:
    """Also of one that was merged into another since."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Customer.objects.select_related("merged_into").filter(pk=pk).first() if isinstance(pk, int) else None
    return found.merged_into or found if found else None
