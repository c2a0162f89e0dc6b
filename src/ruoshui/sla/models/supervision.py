"""What supervisors do to clocks: urge, extend, note a violation."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import ByActor
from ruoshui.organization.models import Staff, Unit
from ruoshui.sla.models.clocks import Clock
from ruoshui.sla.models.levels import A_YEAR_OF_MINUTES


class Urge(ByActor):
    """催办: the holder is asked to hurry, and owes an answer. `to` is empty when nobody held it."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="urges")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="urges")
    text = models.CharField(_("what to say"), max_length=500, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["to"], name="urge_open", condition=Q(answered_at__isnull=True)),)


class Decision(models.TextChoices):
    ASKED = "asked", _("asked for")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class Extension(ByActor):
    """More time for one clock, asked for with a reason and decided by somebody else."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    minutes = models.PositiveIntegerField(
        _("working minutes"), validators=[MinValueValidator(1), MaxValueValidator(A_YEAR_OF_MINUTES)]
    )
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(max_length=10, choices=Decision.choices, default=Decision.ASKED)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["clock"], condition=Q(state=Decision.ASKED), name="one_open_extension_a_clock"
            ),
        )


class ViolationKind(models.TextChoices):
    LATE = "late", _("promise not kept")
    NO_ANSWER = "no_answer", _("urging not answered")
    DECLINED = "declined", _("work declined or pushed away")
    RECORD = "record", _("record missing or wrong")
    CONDUCT = "conduct", _("conduct towards the customer")
    OTHER = "other", _("other")


class Violation(ByActor):
    """A breach of the rules found while supervising a clock. Never edited; appealed elsewhere."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="violations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="violations")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="violations")
    kind = models.CharField(_("kind"), max_length=20, choices=ViolationKind.choices)
    note = models.CharField(_("what happened"), max_length=1000)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["unit", "-at"], name="violation_unit"),)
