"""By which calendar the time of one clock counts."""

from datetime import datetime

from ruoshui.customers.models import Customer
from ruoshui.organization.models import Calendar, Unit
from ruoshui.organization.worktimes import calendar_numbered, calendar_of, worked_between
from ruoshui.sla.models import CalendarFrom, Term


class Calendars:
    """Which calendar counts in which span of one clock; None is around the clock.

    `unit`: whose calendar a promise was given by, and keeps in whose hands ever it is; none: of who has it.
    """

    def __init__(self, term: Term, customer: Customer | None = None, unit: int | None = None) -> None:
        self._term, self._customer, self._unit = term, customer, unit
        self._of_units: dict[int, Calendar | None] = {}

    def of(self, unit: int) -> Calendar | None:
        source = self._term.calendar_from
        if source == CalendarFrom.ALWAYS:
            return None
        if source == CalendarFrom.FIXED and self._term.calendar_id is not None:
            # Terms are kept for the life of the process, their calendar may be edited any day.
            return calendar_numbered(self._term.calendar_id)
        if source == CalendarFrom.CUSTOMER and self._customer is not None and self._customer.calendar is not None:
            return self._customer.calendar
        unit = self._unit or unit
        if unit not in self._of_units:
            self._of_units[unit] = calendar_of(Unit.objects.get(pk=unit))
        return self._of_units[unit]

    def know(self, unit: Unit) -> None:
        """Spare the query for a unit that is at hand."""
        self._of_units[unit.pk] = calendar_of(unit)


def worked(calendar: Calendar | None, begin: datetime, end: datetime) -> int:
    if calendar is None:
        return max(0, int((end - begin).total_seconds()))
    return worked_between(calendar, begin, end)
