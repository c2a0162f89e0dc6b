"""The monthly bulletin of time limits: what was kept, what was broken and in whose hands, violations."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.cases.queries import hidden_among
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Permission
from ruoshui.reports.quality_month import advice_of, held_by, holders_of, months_of, types_of
from ruoshui.reports.time_limits import assess
from ruoshui.web.access import needs, staff_of

MONTHS, SHOWN = 12, 100


@needs(Permission.SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    """Of the units one supervises; `month` is 2026-11, without it this month. Figures count every case; the lists
    leave out those that are kept from the reader.
    """
    staff, today = staff_of(request), timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    units = list(staff.units_with(Permission.SUPERVISE))
    top = next((one for one in units if one.code == request.GET.get("unit")), None)
    within = [one for one in units if top is None or one.is_within(top)]
    zone = timezone.get_current_timezone()
    begin = datetime(first.year, first.month, 1, tzinfo=zone)
    end = datetime(*_next(first), 1, tzinfo=zone)
    found = assess(within, begin, end, now=timezone.now())
    holders, ids = holders_of(found.broken), [one.pk for one in within]
    hidden = hidden_among(staff, [one.case_id for one in (*found.broken, *(v.clock for v in found.violations))])
    open_ones = [one for one in found.broken if one.case_id not in hidden]
    six_ago = datetime(*_back(first, 5), 1, tzinfo=zone)
    context = {
        "found": found,
        "shown": open_ones[:SHOWN],
        "violations": [one for one in found.violations if one.clock.case_id not in hidden],
        "advice": advice_of(open_ones, found.ended, holders),
        "held": held_by(holders),
        "trend": months_of(ids, six_ago, end),
        "fared": types_of(ids, begin, end),
        "month": first,
        "months": _months(today),
        "units": units,
        "unit": top,
        "place": "limits",
    }
    return render(request, "cockpit/limits.html", context)


def _month(text: str, today: date) -> date:
    year, _dash, month = text.partition("-")
    if is_whole(year) and is_whole(month) and 2000 <= int(year) <= 9000 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def _back(month: date, months: int) -> tuple[int, int]:
    count = month.year * 12 + month.month - 1 - months
    return count // 12, count % 12 + 1


def _next(month: date) -> tuple[int, int]:
    return (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)


def _months(today: date) -> list[date]:
    """This month and the eleven before it, newest first."""
    count = today.year * 12 + today.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS)]
