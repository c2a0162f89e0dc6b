"""Announced against actual: the branch's word, put to the test."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.refusals import NotFound
from ruoshui.queues.models import Branch, WaitLearning
from ruoshui.queues.queries import BAND_MINUTES, Announced, announced_to, attendance, by, calibration, in_all
from ruoshui.queues.setup import setup_of
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch_access import must_supervise, visible_branch

SPANS = ("1", "7", "28", "all")


@staff_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    branch = visible_branch(staff_of(request), code)
    must_supervise(staff_of(request), branch)
    now = timezone.now()
    span = request.GET.get("days", "7")
    span = span if span in SPANS else "7"
    days = int(span) if span != "all" else 36500
    tickets = announced_to(branch, now - timedelta(days=days), now)
    total, bands, hours = in_all(tickets), calibration(tickets), by(tickets, "hour", branch)
    setup = setup_of(branch.pk, branch.revision)
    classes = {queue.service_class_id: queue.service_class.name for queue in setup.queues.values()}
    businesses = {queue.business_id: queue.business.name for queue in setup.queues.values()}
    context = {
        "branch": branch,
        "fresh": Branch.objects.get(pk=branch.pk),
        "learning": WaitLearning.objects.filter(branch=branch).first(),
        "total": total,
        "attendance": attendance(branch, now - timedelta(days=days), now),
        "by_class": [(classes.get(row.key, "—"), row) for row in by(tickets, "class", branch)],
        "by_business": [(businesses.get(row.key, "—"), row) for row in by(tickets, "business", branch)],
        "by_hour": [(f"{row.key:02d}–{row.key + 1:02d}", row) for row in hours],
        "bands": [(f"{row.key}–{row.key + BAND_MINUTES}", row) for row in bands],
        "calibration_options": _calibration_options(bands),
        "hour_options": _hour_options(hours),
        "span": span,
        "spans": SPANS,
        "place": "branch",
        "tab": "report",
    }
    return render(request, "branch/report.html", context)


@staff_only
def of(request: HttpRequest, pk: int) -> HttpResponse:
    """From a notice, which knows the branch by its id."""
    branch = Branch.objects.visible_to(staff_of(request)).select_related("unit").filter(pk=pk).first()
    if branch is None:
        raise NotFound
    return redirect("branch:report", branch.unit.code)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _calibration_options(bands: list[Announced]) -> dict[str, Any]:
    """What was expected, what it was, and the promised maximum, by what was expected."""
    words = [f"{row.key}–{row.key + BAND_MINUTES}" for row in bands]
    return {
        "xAxis": {
            "type": "category",
            "data": words,
            "name": _("announced (min)"),
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {"type": "value", "name": _("min")},
        "grid": {"left": 8, "right": 24, "top": 44, "bottom": 30, "containLabel": True},
        "series": [
            {
                "name": _("actual"),
                "type": "bar",
                "barMaxWidth": 28,
                "itemStyle": {"color": "$series"},
                "data": [_minutes(row.wait) for row in bands],
            },
            {
                "name": _("expected"),
                "type": "line",
                "symbol": "circle",
                "lineStyle": {"color": "$accent-deep"},
                "itemStyle": {"color": "$accent-deep"},
                "data": [_minutes(row.expected) for row in bands],
            },
            {
                "name": _("promised maximum"),
                "type": "line",
                "symbol": "none",
                "lineStyle": {"color": "$late", "type": "dashed"},
                "itemStyle": {"color": "$late"},
                "data": [_minutes(row.promised) for row in bands],
            },
        ],
    }


def _hour_options(hours: list[Announced]) -> dict[str, Any]:
    return {
        "xAxis": {"type": "category", "data": [f"{row.key}" for row in hours]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value} %"}},
        "grid": {"left": 8, "right": 52, "top": 32, "bottom": 8, "containLabel": True},
        "series": [
            {
                "name": _("promise kept"),
                "type": "bar",
                "barMaxWidth": 28,
                "itemStyle": {"color": "$series"},
                "data": [round(100 * row.kept.value, 1) for row in hours],
                "markLine": {
                    "symbol": "none",
                    "lineStyle": {"color": "$late", "type": "dashed"},
                    "label": {"formatter": "90 %"},
                    "data": [{"yAxis": 90}],
                },
            }
        ],
    }
