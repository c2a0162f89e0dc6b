"""Working calendars: a week of intervals, a set of public holidays, and single special days."""

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName, in_language
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.permissions import Permission


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name. Use one like Asia/Shanghai."))


class HolidaySet(BilingualName):
    """A country's public days: days off, and weekend days that are worked instead."""

    code = models.SlugField(unique=True)

    class Meta:
        verbose_name = _("public holidays")


class Holiday(models.Model):
    holidays = models.ForeignKey(HolidaySet, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    is_off = models.BooleanField(help_text=_("Off, or a weekend day that is worked instead"))
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["holidays", "date"], name="one_holiday_a_date"),)

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


@set_up_with(Permission.PROCESSES)
class Calendar(BilingualName):
    code = models.SlugField(unique=True)
    zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai", validators=[check_zone])
    holidays = models.ForeignKey(
        HolidaySet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("public holidays"),
    )
    revised_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("calendar")

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class CalendarHours(models.Model):
    """One working interval of a weekday (Monday is 0). Closing at 00:00 is midnight at its end."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="weekday_is_0_to_6"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes=time(0)),
                name="hours_end_after_they_begin",
            ),
        )


class SpecialDay(models.Model):
    """A date with hours of its own; without hours it is closed."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="special_days")
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("date", "opens")
