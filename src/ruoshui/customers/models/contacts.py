from django.db import models

from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models.customers import Customer


class ContactPoint(models.Model):
    """A way to reach a customer. Two people may share a phone, so it need not be unique."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=12, choices=ContactKind.choices)
    value = models.CharField(max_length=160)
    normal = models.CharField(max_length=160)
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["customer", "kind", "normal"], name="one_contact_each"),)
        indexes = (models.Index(fields=["normal", "kind"], name="contact_normal"),)
