"""States that carry facts of their own are rows: a suspension, a closure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import Case
from ruoshui.core.actors import ByActor
from ruoshui.core.naming import in_language


class WaitReason(models.TextChoices):
    CUSTOMER = "customer", _("waiting for the customer")
    SUPPLIER = "supplier", _("waiting for a supplier")
    PARTS = "parts", _("waiting for parts")
    OTHER_CASE = "other_case", _("waiting for another case")
    INTERNAL = "internal", _("waiting for another department")
    FORCE_MAJEURE = "force_majeure", _("force majeure")


class Suspension(ByActor):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suspensions")
    reason = models.CharField(max_length=20, choices=WaitReason.choices)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(ended_at__isnull=True), name="one_suspension_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["until"], name="suspension_until", condition=models.Q(ended_at__isnull=True)),)


class Override(ByActor):
    """A supervisor ended the case as done though something was missing, and said why.

    `unfinished`: the names of what was missing, each in Chinese and English.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="overrides")
    reason = models.CharField(max_length=500)
    unfinished = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)

    @property
    def names(self) -> list[str]:
        return [in_language(zh, en) for zh, en in self.unfinished]


class Outcome(models.TextChoices):
    SOLVED = "solved", _("solved")
    EXPLAINED = "explained", _("explained")
    REFUSED = "refused", _("refused with reason")
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")
    UNREACHABLE = "unreachable", _("customer not reachable")
    DUPLICATE = "duplicate", _("duplicate")
    MERGED = "merged", _("merged into another case")


class Closure(ByActor):
    """How a case ended, in words the customer was told. Reopening deletes it; the event remains."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="closure")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    summary = models.TextField(blank=True)
