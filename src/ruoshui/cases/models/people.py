from django.db import models

from ruoshui.cases.models.cases import Case
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Staff


class Participant(models.Model):
    """Someone besides customer and assignee who takes part: sees the case, is told of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="participations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="participations")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(staff__isnull=True) ^ models.Q(customer__isnull=True),
                name="participant_is_staff_or_customer",
            ),
            models.UniqueConstraint(fields=["case", "staff"], name="one_staff_participation"),
            models.UniqueConstraint(fields=["case", "customer"], name="one_customer_participation"),
        )
