from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.moments import day_must_be_near
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Calendar, CalendarHours, Holiday, HolidaySet, SpecialDay

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


@verb
def announce_days(
    holidays: HolidaySet, year: int, days: Iterable[tuple[date, bool, str]], *, by: Actor, at: datetime
) -> None:
    """The notice for a year is here: each day off, or weekend day that is worked (False), with its name. What was
    promised by the provisional days is dated again.
    """
    rows = sorted(days)
    if not rows:
        raise Invalid({"days": [str(_("Enter the days, one a line: 2027-01-01 off 元旦."))]})
    if len({day for day, _off, _name in rows}) < len(rows):
        raise Invalid({"days": [str(_("A date stands here twice."))]})
    for day, _off, _name in rows:
        if day.year != year:
            raise Invalid({"days": [str(_("%(day)s is not in %(year)s.")) % {"day": day, "year": year}]})
    calendars = list(Calendar.objects.select_for_update(of=("self",)).filter(holidays=holidays))
    for calendar in calendars or [Calendar()]:
        must_set_up(calendar, by=by)
    holidays.days.filter(date__year=year).delete()
    Holiday.objects.bulk_create(
        Holiday(holidays=holidays, date=day, is_off=is_off, name_zh=name[:120]) for day, is_off, name in rows
    )
    told = {"public days": [None, [[day.isoformat(), "off" if is_off else "work"] for day, is_off, _name in rows]]}
    for calendar in calendars:
        _revised(calendar, at)
        record(Configured(what="organization.calendar", changes=told), about=calendar, by=by, at=at)
    forget()
