import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.queues.models.branches import Branch
from ruoshui.queues.models.counters import Counter


class DeviceKind(models.TextChoices):
    KIOSK = "kiosk", _("ticket kiosk")
    HALL = "hall", _("hall display")
    PLATE = "plate", _("counter plate")


def new_device_key() -> str:
    return secrets.token_urlsafe(18)


@set_up_with(Permission.BRANCHES, "branch__unit")
class Device(models.Model):
    """A screen nobody signs in at: whoever has its address may use it, until it is renewed or the screen is retired."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="devices")
    kind = models.CharField(_("kind"), max_length=10, choices=DeviceKind.choices)
    counter = models.ForeignKey(
        Counter, on_delete=models.CASCADE, null=True, blank=True, related_name="plates", verbose_name=_("counter")
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    key = models.CharField(max_length=40, unique=True, default=new_device_key, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("device")
        ordering = ("kind", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="plate", counter__isnull=False) | (~Q(kind="plate") & Q(counter__isnull=True)),
                name="a_plate_has_a_counter",
                violation_error_message=_("A counter plate belongs to a counter; other devices to none."),
            ),
        )
