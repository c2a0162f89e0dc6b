"""The service strategy: who gets which level, how soon in the queue, and is asked how often."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType, Channel, Priority
from ruoshui.customers.models import Tier
from ruoshui.organization.models import Permission, Unit
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.sla.models.levels import Level, Publishing

USUAL_RANK = 5


@set_up_with(Permission.PROCESSES)
class Matrix(models.Model):
    """All rows together, edited as a draft and published as one. A published one never changes."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=Publishing.choices, default=Publishing.DRAFT)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["state"], condition=Q(state=Publishing.DRAFT), name="one_draft_matrix"),
        )


class Strategy(models.Model):
    """One row. The first row, by position, whose conditions all hold decides; empty means any.

    A unit stands for itself and all below it. `queue_rank` 1 goes first, `survey_percent` of the
    customers are asked whether they are satisfied.
    """

    matrix = models.ForeignKey(Matrix, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("customer tier"))
    type = models.ForeignKey(CaseType, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("case type"))
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("unit"))
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="rows", verbose_name=_("service level"))
    queue_rank = models.PositiveSmallIntegerField(
        _("place in the queue"), default=USUAL_RANK, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    survey_percent = models.PositiveSmallIntegerField(
        _("asked for satisfaction, %"), default=100, validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("row of the strategy")
        ordering = ("position", "pk")
