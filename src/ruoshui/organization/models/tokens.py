from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor, ActorKind
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.permissions import Permission
from ruoshui.organization.models.staff import Staff


class Scope(models.TextChoices):
    CASES_READ = "cases:read", _("read cases")
    CASES_WRITE = "cases:write", _("write cases")
    CUSTOMERS_READ = "customers:read", _("read customers")
    CUSTOMERS_WRITE = "customers:write", _("write customers")
    QUEUES_READ = "queues:read", _("read branches and numbers")
    QUEUES_WRITE = "queues:write", _("take and call numbers, book appointments")
    SETUP_READ = "setup:read", _("read units, staff, levels and surveys")


@set_up_with(Permission.SECURITY, "staff__unit")
class ApiToken(models.Model):
    """Lets a program act with the rights of `staff`, within `scopes`, until `expires_at`. Only its hash is kept.

    `warned_at` and `expired_at`: when its owner was told that it will end, and when its end was put on record.
    """

    name = models.CharField(_("name"), max_length=80)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices))
    expires_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.INTEGRATION, self.pk)

    def is_valid(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at and self.staff.is_active

    def is_over(self, at: datetime) -> bool:
        """Nothing but its time makes it invalid."""
        return self.revoked_at is None and self.expires_at <= at and self.staff.is_active
