from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor, ActorKind, ByActor
from ruoshui.customers.models.tiers import Tier
from ruoshui.customers.names import findable_name
from ruoshui.organization.models import Calendar, Staff, Unit


class CustomerKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANIZATION = "organization", _("organisation")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def current(self) -> "CustomerQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def visible_to(self, staff: Staff) -> "CustomerQuerySet":
        """Customers of the units the staff member reaches, and those they manage.

        Customers with a visible case are added by `cases.queries.customers_visible_to`.
        """
        if staff.sees_everything():
            return self
        return self.filter(Q(unit__in=staff.units_with()) | Q(manager=staff))

    def with_contact(self, points: Iterable[tuple[str, str]]) -> "CustomerQuerySet":
        """Who has one of these (kind, normal form)."""
        from ruoshui.customers.models.contacts import ContactPoint

        one = Q()
        for kind, normal in points:
            one |= Q(kind=kind, normal=normal)
        return self.filter(Exists(ContactPoint.objects.filter(one, customer=OuterRef("pk")))) if one else self.none()

    def reached_by(self, normal: str) -> "CustomerQuerySet":
        from ruoshui.customers.models.contacts import ContactPoint

        return self.filter(Exists(ContactPoint.objects.filter(customer=OuterRef("pk"), normal=normal)))


class Customer(models.Model):
    kind = models.CharField(_("kind"), max_length=12, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    name = models.CharField(_("name"), max_length=160)
    # The name as it is looked for, and its initials. Written with the name, whoever writes it.
    findable = models.TextField(default="", editable=False)
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
        help_text=_("When they can be served, for promises by the customer's calendar"),
    )
    code_number = models.PositiveIntegerField(default=1, editable=False)  # of the code that is good; those before ended
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        indexes = (
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["unit"], name="customer_unit"),
            GinIndex(Func("findable", function="grams2"), name="customer_grams"),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        self.findable = findable_name(self.name)
        super().save(*args, **options)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CUSTOMER, self.pk)

    def live_topics(self) -> list[str]:
        return [f"customer:{self.pk}"]


class CustomerNote(ByActor):
    """What is worth knowing next time: preferences, temperament, agreements."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField(max_length=4000)
