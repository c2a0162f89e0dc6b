"""The way to a customer's own page of wishes: signed, for them alone, and short, because it stands in an SMS."""

import re

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from ruoshui.customers.models import Customer

TOKEN = re.compile(r"(\d{1,12})-([0-9a-f]{16})")


def _signature(pk: int) -> str:
    return salted_hmac("ruoshui.wishes", str(pk), algorithm="sha256").hexdigest()[:16]


def stop_link(customer: Customer) -> str:
    return reverse("portal:wishes", args=[f"{customer.pk}-{_signature(customer.pk)}"])


def customer_of(token: str) -> Customer | None:
    """Also of one that was merged into another since."""
    found = TOKEN.fullmatch(token)
    if found is None or not constant_time_compare(_signature(int(found[1])), found[2]):
        return None
    customer = Customer.objects.select_related("merged_into").filter(pk=int(found[1])).first()
    return customer.merged_into or customer if customer else None
