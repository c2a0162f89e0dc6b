"""Who did it. Every verb takes an actor as `by`; nobody is ever guessed from a global."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    STAFF = "staff", _("staff")
    CUSTOMER = "customer", _("customer")
    SYSTEM = "system", _("system")
    INTEGRATION = "integration", _("integration")


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the staff member's, the customer's or the API token's; the system has none."""

    kind: ActorKind
    id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    @property
    def is_customer(self) -> bool:
        return self.kind == ActorKind.CUSTOMER


SYSTEM = Actor(ActorKind.SYSTEM)


class ByActor(models.Model):
    """A fact that somebody established: who and when."""

    by_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def by(self) -> Actor:
        return Actor(ActorKind(self.by_kind), self.by_id)
