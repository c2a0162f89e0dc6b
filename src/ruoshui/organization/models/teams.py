from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.permissions import Permission
from ruoshui.organization.models.staff import Staff
from ruoshui.organization.models.units import Unit


class AssignmentStrategy(models.TextChoices):
    ROUND_ROBIN = "round_robin", _("in turn")
    LEAST_LOADED = "least_loaded", _("whoever has least to do")
    BY_HAND = "by_hand", _("by hand")


@set_up_with(Permission.PEOPLE, "unit")
class Team(BilingualName):
    """People of a unit who share a backlog."""

    code = models.SlugField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams", verbose_name=_("unit"))
    strategy = models.CharField(
        _("who gets the next case"),
        max_length=20,
        choices=AssignmentStrategy.choices,
        default=AssignmentStrategy.LEAST_LOADED,
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("team")


class TeamMember(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="teams")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "staff"], name="one_place_in_a_team"),)
