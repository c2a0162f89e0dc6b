from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.permissions import Permission, Reach


@set_up_with(Permission.PEOPLE)
class Role(BilingualName):
    code = models.SlugField(unique=True)
    permissions = ArrayField(models.CharField(max_length=20, choices=Permission.choices), default=list)
    reach = models.CharField(max_length=10, choices=Reach.choices, default=Reach.UNIT)

    class Meta:
        verbose_name = _("role")


@set_up_with(Permission.PEOPLE, "unit")
class Membership(models.Model):
    """A staff member holds a role in a unit."""

    staff = models.ForeignKey("organization.Staff", on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey("organization.Unit", on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["staff", "unit", "role"], name="one_membership_each"),)
