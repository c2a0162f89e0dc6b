from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.moments import day_must_be_near
from ruoshui.core.refusals import Refusal
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Calendar, CalendarHours, SpecialDay

WeekHours = Iterable[tuple[int, time, time]]


class HoursOverlap(Refusal):
    code, status = "hours-overlap", 422
    text = _("The hours {first} and {second} overlap, or one ends before it begins. Correct them and save again.")


def _check(hours: list[tuple[int, time, time]]) -> None:
    for weekday in {day for day, _opens, _closes in hours}:
        of_day = sorted((opens, closes) for day, opens, closes in hours if day == weekday)
        for opens, closes in of_day:
            if closes <= opens and closes != time(0):
                raise HoursOverlap(first=opens, second=closes)
        for (a, b), (c, d) in zip(of_day, of_day[1:], strict=False):
            if c < b or b == time(0):
                raise HoursOverlap(first=f"{a}–{b}", second=f"{c}–{d}")


FIRST_SPECIAL_DAY = date(2005, 1, 1)  # from which calendars are compiled


def _revised(calendar: Calendar, at: datetime) -> None:
    calendar.revised_at = at
    calendar.save(update_fields=["revised_at"])
    forget()


@verb
def define_hours(calendar: Calendar, hours: WeekHours, *, by: Actor, at: datetime) -> None:
    """Replace the whole week of a calendar."""
    week = sorted(hours)
    _check(week)
    calendar = Calendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
    must_set_up(calendar, by=by)
    calendar.hours.all().delete()
    CalendarHours.objects.bulk_create(
        CalendarHours(calendar=calendar, weekday=day, opens=opens, closes=closes) for day, opens, closes in week
    )
    _revised(calendar, at)
    told = [[day, f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, opens, closes in week]
    record(Configured(what="organization.calendarhours", changes={"hours": [None, told]}), about=calendar, by=by, at=at)


@verb
def define_special_day(
    calendar: Calendar,
    day: date,
    hours: Iterable[tuple[time, time]],
    *,
    name: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Give a date hours of its own; no hours close it."""
    day_must_be_near("date", day, at=at, first=FIRST_SPECIAL_DAY)
    intervals = sorted(hours)
    _check([(0, opens, closes) for opens, closes in intervals])
    calendar = Calendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
    must_set_up(calendar, by=by)
    calendar.special_days.filter(date=day).delete()
    rows = [SpecialDay(calendar=calendar, date=day, opens=o, closes=c, name=name) for o, c in intervals]
    SpecialDay.objects.bulk_create(rows or [SpecialDay(calendar=calendar, date=day, name=name)])
    _revised(calendar, at)
    told = [[f"{o:%H:%M}", f"{c:%H:%M}"] for o, c in intervals]
    record(
        Configured(what="organization.specialday", changes={day.isoformat(): [None, told]}),
        about=calendar,
        by=by,
        at=at,
    )
