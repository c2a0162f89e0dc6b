from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType, Priority
from ruoshui.core.naming import BilingualName
from ruoshui.customers.models import Tier

A_YEAR_OF_MINUTES = 366 * 24 * 60
_limits = (MinValueValidator(1), MaxValueValidator(A_YEAR_OF_MINUTES))


class Level(BilingualName):
    """A service level: how soon we answer and how soon it is solved, in working minutes."""

    code = models.SlugField(unique=True)
    first_response_minutes = models.PositiveIntegerField(
        _("first response within (working minutes)"), null=True, blank=True, validators=_limits
    )
    resolution_minutes = models.PositiveIntegerField(
        _("resolved within (working minutes)"), null=True, blank=True, validators=_limits
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("service level")
        ordering = ("code",)


class LevelRule(models.Model):
    """Which level a case gets: the first rule, by position, whose conditions all hold."""

    position = models.PositiveSmallIntegerField(_("position"), default=100)
    type = models.ForeignKey(CaseType, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("case type"))
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, blank=True)
    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("customer tier"))
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="rules", verbose_name=_("service level"))

    class Meta:
        verbose_name = _("rule for service levels")
        ordering = ("position", "pk")
