from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Func, TextField, Value

from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models.customers import Customer

# Read from its end, without an extension: by the last four digits people say which number they mean.
TAIL = Func(Func("normal", Value(";"), Value(1), function="split_part"), function="reverse", output_field=TextField())


class ContactQuerySet(models.QuerySet["ContactPoint"]):
    def with_tail(self) -> "ContactQuerySet":
        """With `tail` to ask for: the normal form from its end, without an extension."""
        return self.alias(tail=TAIL)


class ContactPoint(models.Model):
    """A way to reach a customer. Two people may share a phone, so it need not be unique."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=12, choices=ContactKind.choices)
    value = models.CharField(max_length=160)
    normal = models.CharField(max_length=160)
    is_primary = models.BooleanField(default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["customer", "kind", "normal"], name="one_contact_each"),)
        indexes = (
            models.Index(fields=["normal", "kind"], name="contact_normal"),
            models.Index(OpClass(TAIL, name="text_pattern_ops"), name="contact_tail"),
        )
