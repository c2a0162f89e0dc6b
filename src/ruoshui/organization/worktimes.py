"""Compiled calendars of units, kept in memory until the calendar is revised."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils import timezone

from ruoshui.core.naming import in_language
from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Calendar, Unit
from ruoshui.organization.statutory import provisional_days
from service_science.worktime import Worktime, compile_worktime

FIRST_YEAR = 2005
YEARS_AHEAD = 6
_compiled: dict[int, tuple[datetime | None, int, Worktime]] = {}


def calendar_of(unit: Unit) -> Calendar | None:
    """The unit's own calendar, else that of the nearest unit above which has one."""
    return _calendar_along(unit.path)


@remembered
def _calendar_along(path: str) -> Calendar | None:
    lineage = [int(part) for part in path.split("/") if part]
    holders = Unit.objects.filter(pk__in=lineage, calendar__isnull=False).select_related("calendar__holidays")
    nearest = holders.order_by("-path").first()
    return nearest.calendar if nearest else None


def worktime_of(calendar: Calendar) -> Worktime:
    last_year = timezone.now().year + YEARS_AHEAD
    kept = _compiled.get(calendar.pk)
    if kept and kept[:2] == (calendar.revised_at, last_year):
        return kept[2]
    worktime = _compile(calendar, last_year)
    _compiled[calendar.pk] = (calendar.revised_at, last_year, worktime)
    return worktime


def within_days(worktime: Worktime, moment: datetime) -> datetime:
    """The moment, or the end of the compiled days that is nearer: before and after them nothing counts."""
    second = moment.timestamp()
    if worktime.first <= second <= worktime.last:
        return moment
    return datetime.fromtimestamp(worktime.first if second < worktime.first else worktime.last, tz=UTC)


def worked_between(calendar: Calendar, begin: datetime, end: datetime) -> int:
    """Working seconds, as far as the calendar knows the days."""
    worktime = worktime_of(calendar)
    return worktime.between(within_days(worktime, begin), within_days(worktime, end))


@dataclass(frozen=True, slots=True)
class DayKind:
    """Why a date is unlike an ordinary working day: holiday, special or weekend; empty when it is not."""

    kind: str = ""
    name_zh: str = ""
    name_en: str = ""

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


class DayKinds:
    """The named dates of a calendar, read once for a whole explanation."""

    def __init__(self, calendar: Calendar) -> None:
        self._weekdays = {hours.weekday for hours in calendar.hours.all()}
        self._named: dict[date, DayKind] = {}
        if calendar.holidays is not None:
            for day in calendar.holidays.days.all():
                self._named[day.date] = DayKind("holiday", day.name_zh, day.name_en)
            for one in provisional_days(calendar, range(FIRST_YEAR, timezone.now().year + YEARS_AHEAD + 1)):
                name_en = f"{one.name_en} (provisional)"
                self._named[one.date] = DayKind("holiday", f"{one.name_zh}（暂定）", name_en)
        for special in calendar.special_days.all():
            self._named[special.date] = DayKind("special", special.name, special.name)

    def of(self, day: date) -> DayKind:
        return self._named.get(day) or DayKind("" if day.weekday() in self._weekdays else "weekend")


def _compile(calendar: Calendar, last_year: int) -> Worktime:
    week: dict[int, list[tuple[time, time]]] = {}
    for hours in calendar.hours.all():
        week.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    special: dict[date, list[tuple[time, time]]] = {}
    if calendar.holidays is not None:
        # A make-up day is worked instead of a weekday, by a weekday's hours, however short Saturdays are.
        workday = next((week[day] for day in range(7) if day in week), [])
        for holiday in calendar.holidays.days.all():
            special[holiday.date] = [] if holiday.is_off else workday
        for day in provisional_days(calendar, range(FIRST_YEAR, last_year + 1)):
            special[day.date] = []
    own: dict[date, list[tuple[time, time]]] = {}
    for own_day in calendar.special_days.all():
        own.setdefault(own_day.date, [])
        if own_day.opens is not None and own_day.closes is not None:
            own[own_day.date].append((own_day.opens, own_day.closes))
    return compile_worktime(week, {**special, **own}, calendar.tzinfo, date(FIRST_YEAR, 1, 1), date(last_year, 12, 31))


@remembered
def calendar_numbered(pk: int) -> Calendar:
    return Calendar.objects.select_related("holidays").get(pk=pk)
