"""The public days of years that are not announced yet, as the law has them: provisional until the notice is here.

The notice may move days off and adds make-up days; the statutory days themselves stay off. By the State Council's rules
of 2024: New Year 1 day, Spring Festival 4 with its eve, Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National
Day 3.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Calendar, Holiday, HolidaySet

CHINA = "cn"
WARN_DAYS = 60
# By year: Spring Festival, Qingming, Dragon Boat, Mid-Autumn, as the observatories publish them.
LUNAR = {
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
}


class PublicDay(NamedTuple):
    date: date
    name_zh: str
    name_en: str


@lru_cache(maxsize=64)
def statutory_days(year: int) -> tuple[PublicDay, ...]:
    """In order; without the movable ones beyond the years that are known."""
    days = [PublicDay(date(year, 1, 1), "元旦", "New Year's Day")]
    days += [PublicDay(date(year, 5, day), "劳动节", "Labour Day") for day in (1, 2)]
    days += [PublicDay(date(year, 10, day), "国庆节", "National Day") for day in (1, 2, 3)]
    if year in LUNAR:
        spring, qingming, boat, moon = (date.fromisoformat(f"{year}-{day}") for day in LUNAR[year])
        days += [PublicDay(spring + timedelta(days=n), "春节", "Spring Festival") for n in (-1, 0, 1, 2)]
        days.append(PublicDay(qingming, "清明节", "Qingming"))
        days.append(PublicDay(boat, "端午节", "Dragon Boat Festival"))
        days.append(PublicDay(moon, "中秋节", "Mid-Autumn Festival"))
    unique = {day.date: day for day in days}
    return tuple(unique[day] for day in sorted(unique))


@remembered
def last_announced(holidays: int) -> int:
    """The last year whose days are here; 0 for a set that we know no law for."""
    if not HolidaySet.objects.filter(pk=holidays, code=CHINA).exists():
        return 0
    newest = Holiday.objects.filter(holidays=holidays).order_by("-date").values_list("date", flat=True).first()
    return newest.year if newest else 0


def provisional_days(calendar: Calendar, years: Iterable[int]) -> list[PublicDay]:
    """Of the years after the last announced one."""
    if calendar.holidays_id is None:
        return []
    known = last_announced(calendar.holidays_id)
    return [day for year in years if known and year > known for day in statutory_days(year)]


def is_provisional(calendar: Calendar | None, day: date) -> bool:
    """Does a date by this calendar lie in a year whose days off are not announced?"""
    if calendar is None or calendar.holidays_id is None:
        return False
    known = last_announced(calendar.holidays_id)
    return bool(known) and day.year > known


def unannounced_soon(today: date) -> int | None:
    """The year whose days off are to be entered: it has begun, or begins within 60 days."""
    year = (today + timedelta(days=WARN_DAYS)).year
    sets = HolidaySet.objects.filter(code=CHINA, calendar__isnull=False).distinct()
    late = [one.pk for one in sets if 0 < last_announced(one.pk) < year]
    return year if late else None
