from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.calendars import Calendar
from ruoshui.organization.models.permissions import Permission


class UnitQuerySet(models.QuerySet["Unit"]):
    def below(self, *units: "Unit") -> "UnitQuerySet":
        """The given units and everything under them."""
        inside = Q(pk__in=[])
        for unit in units:
            inside |= Q(path__startswith=unit.path)
        return self.filter(inside)


@set_up_with(Permission.PEOPLE, "self")
class Unit(BilingualName):
    """A place in the organisation: headquarters, province, city, branch, department; any depth.

    `path` holds the ids from the root to this unit ("/1/4/17/"), so a subtree is one prefix. It
    is written by `add_unit` and `move_unit` only.
    """

    code = models.SlugField(unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=200, editable=False)
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("calendar"),
        help_text=_("Empty: the calendar of the unit it belongs to"),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        ordering = ("path",)
        indexes = (models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]),)

    @property
    def lineage(self) -> list[int]:
        """Ids from the root down to this unit itself."""
        return [int(part) for part in self.path.split("/") if part]

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    def is_within(self, other: "Unit") -> bool:
        return self.path.startswith(other.path)
