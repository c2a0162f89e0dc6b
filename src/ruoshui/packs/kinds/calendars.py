"""Working calendars: a zone, the public holidays, a week of hours. Single special days are the installation's own."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import define_hours
from ruoshui.organization.models import Calendar, HolidaySet
from ruoshui.packs.kinds.base import Context, Values

PLAIN = {"name_zh": "", "name_en": "", "zone": "Asia/Shanghai"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarKind:
    def code(self, values: Mapping[str, Any]) -> str:
        return str(values["code"])

    def full(self, values: Mapping[str, Any]) -> Values:
        plain = {name: values.get(name, default) for name, default in PLAIN.items()}
        hours = {day: list(values["hours"][day]) for day in DAYS if values["hours"].get(day)}
        return plain | {"holidays": values.get("holidays", ""), "hours": hours}

    def read(self, code: str) -> Values | None:
        calendar = Calendar.objects.filter(code=code).select_related("holidays").first()
        if calendar is None:
            return None
        hours: dict[str, list[str]] = {}
        for one in calendar.hours.all():
            hours.setdefault(DAYS[one.weekday], []).append(f"{one.opens:%H:%M}-{one.closes:%H:%M}")
        return {name: getattr(calendar, name) for name in PLAIN} | {
            "holidays": calendar.holidays.code if calendar.holidays else "",
            "hours": hours,
        }

    def grown(self, values: Values) -> Values:
        return {**PLAIN, "holidays": "", **values}

    def write(self, code: str, values: Values, context: Context) -> None:
        holidays = HolidaySet.objects.filter(code=values["holidays"]).first() if values["holidays"] else None
        if values["holidays"] and holidays is None:
            raise Invalid({"holidays": [_("There are no public holidays “%s”.") % values["holidays"]]})
        calendar = Calendar.objects.filter(code=code).first() or Calendar(code=code)
        plain = {name: values[name] for name in PLAIN} | {"holidays": holidays}
        calendar = configure(calendar, {"code": code, **plain}, by=context.by, at=context.at)
        if (self.read(code) or {})["hours"] != values["hours"]:
            week = [(DAYS.index(day), *_interval(text)) for day, texts in values["hours"].items() for text in texts]
            define_hours(calendar, week, by=context.by, at=context.at)

    def finish(self, context: Context) -> None:
        """Nothing waits to be published."""


def _interval(text: str) -> tuple[time, time]:
    opens, _dash, closes = text.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)
