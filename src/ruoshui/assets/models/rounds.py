"""Rounds: planned, made, and what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.assets.models.assets import Asset
from ruoshui.assets.models.kinds import Check, Severity
from ruoshui.organization.models import Staff


class CheckResult(models.TextChoices):
    OK = "ok", _("in order")
    DEFECT = "defect", _("defect")
    SKIPPED = "skipped", _("could not be checked")


class Round(models.Model):
    """One inspection. `promised_on` is the date first planned, `due_on` the present one; `by` and `at` once it is made.

    `told_at`, `late_told_at`: when those responsible were reminded.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="rounds")
    promised_on = models.DateField()
    due_on = models.DateField()
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="rounds")
    remark = models.CharField(max_length=500, blank=True)
    defects_found = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-due_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["asset"], condition=Q(at__isnull=True), name="one_planned_round"),
        )
        indexes = (
            models.Index(fields=["due_on", "id"], name="round_planned", condition=Q(at__isnull=True)),
            models.Index(fields=["at"], name="round_made", condition=Q(at__isnull=False)),
        )


class Finding(models.Model):
    """What one check showed on one round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="findings")
    check_made = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="findings")
    found = models.CharField(max_length=7, choices=CheckResult.choices)
    reading = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("check_made__position", "pk")
        constraints = (models.UniqueConstraint(fields=["round", "check_made"], name="one_finding_a_check"),)


class Defect(models.Model):
    """Something wrong, found on a round or between rounds. `case_id`: the case it became, none of our models."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="defects")
    round = models.ForeignKey(Round, on_delete=models.SET_NULL, null=True, related_name="defects")
    text = models.CharField(max_length=300)
    severity = models.CharField(max_length=7, choices=Severity.choices, default=Severity.MINOR)
    found_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)
    case_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["asset", "-id"], name="defect_asset"),
            models.Index(fields=["case_id"], name="defect_case", condition=Q(case_id__isnull=False)),
        )
