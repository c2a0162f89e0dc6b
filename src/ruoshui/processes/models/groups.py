"""Joint groups 联合工作组: one named person of each department, standing, for work that may not wait for a search."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.PEOPLE, "unit")
class JointGroup(BilingualName):
    """It works for cases of `unit` and all below it; a group nearer to the case comes first."""

    code = models.SlugField(_("code"))
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="joint_groups", verbose_name=_("unit"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("joint group")
        constraints = (models.UniqueConstraint(fields=["code", "unit"], name="one_group_a_unit"),)
        ordering = ("code", "unit")


@set_up_with(Permission.PEOPLE, "group__unit")
class Seat(BilingualName):
    """A department's place in the group, and who holds it."""

    group = models.ForeignKey(JointGroup, on_delete=models.CASCADE, related_name="seats")
    code = models.SlugField(_("department"))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="seats", verbose_name=_("person"))

    class Meta:
        verbose_name = _("place in a joint group")
        constraints = (models.UniqueConstraint(fields=["group", "code"], name="one_person_a_department"),)
        ordering = ("code",)


def seat_for(unit: Unit, group: str, department: str) -> Seat | None:
    """The place of a department in the group nearest to a unit, upwards."""
    seats = Seat.objects.filter(
        group__code=group,
        group__is_active=True,
        group__unit_id__in=unit.lineage,
        code=department,
        staff__is_active=True,
    )
    return seats.select_related("staff__unit", "group").order_by("-group__unit__path").first()
