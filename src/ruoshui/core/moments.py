"""Which moments and days a person or a program may enter: near enough that every calendar knows them.

A slip of the keyboard (1926 for 2026) would otherwise become the beginning of a promise, and no calendar reaches there.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.refusals import Invalid

REACH = timedelta(days=3653)  # ten years
OLDEST_DAY = date(1900, 1, 1)  # of what was put up long ago


def must_be_near(field: str, moment: datetime | None, *, at: datetime, since: datetime | None = None) -> None:
    """Refuses, at `field`, what lies more than ten years from now, or before `since` less ten years."""
    if moment is None:
        return
    if timezone.is_naive(moment):
        raise Invalid({field: [_("A moment needs a time zone, like 2026-05-01T09:00:00+08:00.")]})
    first, last = (since or at) - REACH, at + REACH
    if not first <= moment <= last:
        limits = {"first": timezone.localdate(first), "last": timezone.localdate(last)}
        raise Invalid({field: [_("Choose a moment between %(first)s and %(last)s.") % limits]})


def day_must_be_near(field: str, day: date | None, *, at: datetime, first: date | None = None) -> None:
    """The same for a day; `first` instead of ten years ago."""
    today = timezone.localdate(at)
    first, last = first or today - REACH, today + REACH
    if day is not None and not first <= day <= last:
        raise Invalid({field: [_("Choose a date between %(first)s and %(last)s.") % {"first": first, "last": last}]})


def must_be_plain_time(field: str, value: time | None) -> None:
    """A time of day by the clock on the wall has no zone."""
    if value is not None and value.tzinfo is not None:
        raise Invalid({field: [_("Enter a time of day without a time zone, like 21:00.")]})
