"""What kinds of equipment there are, and what is checked on a round."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with


class Severity(models.TextChoices):
    MINOR = "minor", _("minor")
    SERIOUS = "serious", _("serious")
    DANGER = "danger", _("dangerous")


class Reads(models.TextChoices):
    STATE = "state", _("in order or not")
    NUMBER = "number", _("a reading")


@set_up_with(Permission.PROCESSES)
class AssetKind(BilingualName):
    """`round_months` 0: nobody makes rounds. `defect_type` is the code of the case type that a defect opens."""

    code = models.SlugField(_("code"), unique=True)
    round_months = models.PositiveSmallIntegerField(
        _("months between inspections"), default=12, validators=[MaxValueValidator(120)]
    )
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice before an inspection"), default=14, validators=[MaxValueValidator(366)]
    )
    defect_type = models.SlugField(_("case type of a defect"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of equipment")
        ordering = ("code",)


@set_up_with(Permission.PROCESSES)
class Check(BilingualName):
    """One thing to look at. A reading below `low` or above `high` is a defect by itself."""

    kind = models.ForeignKey(AssetKind, on_delete=models.CASCADE, related_name="checks", verbose_name=_("kind"))
    code = models.SlugField(_("code"))
    reads = models.CharField(_("what is noted"), max_length=6, choices=Reads.choices, default=Reads.STATE)
    measure = models.CharField(_("unit of measure"), max_length=12, blank=True)
    low = models.DecimalField(_("at least"), max_digits=12, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=12, decimal_places=3, null=True, blank=True)
    severity = models.CharField(_("a defect here is"), max_length=7, choices=Severity.choices, default=Severity.MINOR)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("check")
        ordering = ("kind", "position", "pk")
        constraints = (models.UniqueConstraint(fields=["kind", "code"], name="one_check_each"),)

    def clean(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError({"high": [_("The upper limit is below the lower one.")]})
        if self.reads == Reads.STATE and (self.low is not None or self.high is not None):
            raise ValidationError({"reads": [_("Only a reading has limits.")]})

    def is_outside(self, reading: Decimal) -> bool:
        return (self.low is not None and reading < self.low) or (self.high is not None and reading > self.high)
