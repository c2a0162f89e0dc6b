from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.organization.models.staff import Staff


class FailureCount(models.Model):
    """Wrong tries at a door, of one account, browser or network. It fades; `gone_at` is when nothing is left of it.

    `key` holds no name that was typed: people type passwords there by mistake. `address`: where the last came from;
    `untold`: how many no event has told yet.
    """

    key = models.CharField(max_length=120, unique=True)
    count = models.FloatField(default=0)
    counted_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField()
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="failures")
    address = models.CharField(max_length=60, blank=True)
    untold = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("wrong tries")
        indexes = (
            models.Index(fields=["gone_at"], name="failures_gone"),
            models.Index(fields=["count", "counted_at"], name="failures_lightest"),
        )
