from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.organization.models import Permission, Staff, Team
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.PEOPLE, "team__unit")
class TeamDuty(models.Model):
    """The team takes cases of this type in its unit and below; without a type, all others."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="duties", verbose_name=_("team"))
    type = models.ForeignKey(
        CaseType, on_delete=models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("case type")
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "type"], name="one_duty_each", nulls_distinct=False),)


class Turn(models.Model):
    """When somebody last got a case of a team. Locked while assigning: capacity is scarce."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="turns")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="turns")
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "staff"], name="one_turn_each"),)
