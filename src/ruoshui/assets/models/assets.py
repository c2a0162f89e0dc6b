"""The register: each piece of equipment, whose it is, where it stands, who answers for it."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.assets.models.kinds import AssetKind
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Staff, Unit


class AssetState(models.TextChoices):
    IN_USE = "in_use", _("in service")
    STOPPED = "stopped", _("out of service")
    RETIRED = "retired", _("retired")


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, staff: Staff) -> "AssetQuerySet":
        """Of the units one reaches, and what one answers for."""
        if staff.sees_everything():
            return self
        return self.filter(Q(unit__in=staff.units_with()) | Q(keeper=staff))

    def kept(self) -> "AssetQuerySet":
        return self.exclude(state=AssetState.RETIRED)

    def matching(self, text: str) -> "AssetQuerySet":
        fields = ("number", "name", "place", "serial", "customer__name")
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": text})
        return self.filter(wanted)


class Asset(models.Model):
    """`keeper`: the administrator responsible. `round_months` empty: as its kind says. `due_on`: of the next round."""

    kind = models.ForeignKey(AssetKind, on_delete=models.PROTECT, verbose_name=_("kind"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("customer")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit"))
    keeper = models.ForeignKey(
        Staff,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("administrator responsible"),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    rating = models.CharField(_("rating"), max_length=80, blank=True, help_text=_("Voltage, capacity, size"))
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    round_months = models.PositiveSmallIntegerField(
        _("months between inspections"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    state = models.CharField(_("state"), max_length=7, choices=AssetState.choices, default=AssetState.IN_USE)
    due_on = models.DateField(null=True)
    registered_at = models.DateTimeField()

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of equipment")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["customer", "-id"], name="asset_customer"),
            models.Index(fields=["unit", "-id"], name="asset_unit"),
            models.Index(fields=["keeper", "due_on"], name="asset_keeper"),
            models.Index(fields=["due_on", "id"], name="asset_due", condition=Q(due_on__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def months(self) -> int:
        """Between two rounds; 0 when nobody makes any."""
        return self.kind.round_months if self.round_months is None else self.round_months

    def may_be_inspected_by(self, staff: Staff) -> bool:
        return self.keeper_id == staff.pk or staff.may(Permission.WORK, self.unit)

    def may_be_changed_by(self, staff: Staff) -> bool:
        return staff.may(Permission.CUSTOMERS, self.unit) or staff.may(Permission.SUPERVISE, self.unit)

    def live_topics(self) -> list[str]:
        return [f"asset:{self.pk}"]
