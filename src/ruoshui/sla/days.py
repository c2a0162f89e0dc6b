"""Limits in working days.

A limit of n days ends with the n-th working day at whose end the clock runs, after the day on which it begins. A day
that ends in a wait is not used up; two offices with different hours do not use up one date twice.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from ruoshui.organization.models import Calendar
from ruoshui.organization.worktimes import within_days, worktime_of
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.spans import Span

ONE_DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def end_of_days(runs: Iterable[Span], calendars: Calendars, starts_at: datetime, days: int) -> datetime | None:
    """The end of the `days`-th working day of the running spans; None when they do not last that long."""
    used: date | None = None
    for span in runs:
        calendar = calendars.of(span.unit)
        zone = calendar.tzinfo if calendar else timezone.get_current_timezone()
        used = max(used or date.min, starts_at.astimezone(zone).date())
        for end in _ends_of_days(calendar, max(used, span.begin.astimezone(zone).date() - ONE_DAY)):
            if span.end is not None and end > span.end:
                break
            if end > span.begin:
                used, days = (end - MOMENT).astimezone(zone).date(), days - 1
                if days == 0:
                    return end
    return None


KNOWN_SINCE = date(1900, 1, 1)


def _ends_of_days(calendar: Calendar | None, after: date) -> Iterator[datetime]:
    """Ends of working days after the date `after`: midnights where work never stops."""
    if calendar is not None:
        worktime = worktime_of(calendar)
        known = within_days(worktime, datetime.combine(max(after, KNOWN_SINCE), time(12), calendar.tzinfo))
        yield from worktime.closings(known.astimezone(calendar.tzinfo).date())
        return
    midnight = datetime.combine(max(after, KNOWN_SINCE) + 2 * ONE_DAY, time(0), timezone.get_current_timezone())
    while midnight.year < timezone.now().year + 10:
        yield midnight
        midnight += ONE_DAY
