from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import new_access_code
from ruoshui.customers.models import Customer
from ruoshui.queues.models.branches import Branch, Business


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> "AppointmentQuerySet":
        return self.filter(cancelled_at__isnull=True)


class Appointment(models.Model):
    """A time at a branch for a business. `code` is the customer's key to it: to change his mind, and to arrive."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    code = models.CharField(max_length=12, default=new_access_code, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    draft = models.JSONField(default=dict)
    booked_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        indexes = (
            models.Index(fields=["branch", "starts_at"], name="appointment_slot"),
            models.Index(
                fields=["remind_at"],
                name="appointment_reminder",
                condition=models.Q(reminded_at__isnull=True, cancelled_at__isnull=True, remind_at__isnull=False),
            ),
        )

    @property
    def is_standing(self) -> bool:
        return self.cancelled_at is None and self.arrived_at is None

    def live_topics(self) -> list[str]:
        return [f"branch:{self.branch_id}"]
