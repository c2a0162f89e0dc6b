from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor, ActorKind, ByActor
from ruoshui.customers.models.tiers import Tier
from ruoshui.organization.models import Calendar, Staff, Unit


class CustomerKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANIZATION = "organization", _("organisation")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def current(self) -> "CustomerQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def visible_to(self, staff: Staff) -> "CustomerQuerySet":
        """Customers of the units the staff member reaches, and those he manages.

        Customers with a visible case are added by `cases.queries.customers_visible_to`.
        """
        if staff.sees_everything():
            return self
        return self.filter(Q(unit__in=staff.units_with()) | Q(manager=staff))

    def named(self, text: str) -> "CustomerQuerySet":
        return self.filter(name__icontains=text.strip())

    def reached_by(self, normal: str) -> "CustomerQuerySet":
        from ruoshui.customers.models.contacts import ContactPoint

        return self.filter(Exists(ContactPoint.objects.filter(customer=OuterRef("pk"), normal=normal)))


class Customer(models.Model):
    kind = models.CharField(_("kind"), max_length=12, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    name = models.CharField(_("name"), max_length=160)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("customer tier"))
    manager = models.ForeignKey(
        Staff,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("account manager"),
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("calendar"),
        help_text=_("When he can be served, for promises by the customer's calendar"),
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        indexes = (
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["unit"], name="customer_unit"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CUSTOMER, self.pk)

    def live_topics(self) -> list[str]:
        return [f"customer:{self.pk}"]


class CustomerNote(ByActor):
    """What is worth knowing next time: preferences, temperament, agreements."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField(max_length=4000)
