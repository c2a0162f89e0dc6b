from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.PROCESSES)
class Tier(BilingualName):
    """What a customer is to us; rank 1 is the highest."""

    code = models.SlugField(unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=5)

    class Meta:
        verbose_name = _("customer tier")
        ordering = ("rank",)
