from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName


class Permission(models.TextChoices):
    WORK = "work", _("work on cases")
    SUPERVISE = "supervise", _("supervise: assign, pass on, merge, see the cockpit")
    CONFIDENTIAL = "confidential", _("see confidential cases")
    LOBBY = "lobby", _("look after a branch: move numbers, open and close counters")
    CUSTOMERS = "customers", _("edit and merge customers")
    SETTINGS = "settings", _("change the settings")


class Reach(models.TextChoices):
    UNIT = "unit", _("this unit only")
    SUBTREE = "subtree", _("this unit and all below it")


class Role(BilingualName):
    code = models.SlugField(unique=True)
    permissions = ArrayField(models.CharField(max_length=20, choices=Permission.choices), default=list)
    reach = models.CharField(max_length=10, choices=Reach.choices, default=Reach.UNIT)

    class Meta:
        verbose_name = _("role")


class Membership(models.Model):
    """A staff member holds a role in a unit."""

    staff = models.ForeignKey("organization.Staff", on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey("organization.Unit", on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["staff", "unit", "role"], name="one_membership_each"),)
