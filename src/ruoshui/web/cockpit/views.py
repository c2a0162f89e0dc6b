"""The cockpit: load, lateness and satisfaction by unit, down to the case."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case, CaseType
from ruoshui.core.refusals import NotFound
from ruoshui.feedback.models import Answer
from ruoshui.feedback.queries import answers_of, satisfaction_by
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.reports.desk import rolled_up
from ruoshui.reports.internal import service_by_unit
from ruoshui.reports.promises import ended_clocks, kept_by_week, settled_against_promise
from ruoshui.sla.models import Clock
from ruoshui.web.access import needs, staff_of
from ruoshui.web.live import follows

SPANS = {"30": 30, "90": 90, "365": 365, "all": 0}


@needs(Permission.SUPERVISE)
def home(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    within = list(staff.units_with(Permission.SUPERVISE))
    top = _chosen(within, request.GET.get("unit", ""))
    whole, rows = rolled_up(top, within, now)
    context: dict[str, Any] = {
        "top": top,
        "crumbs": [unit for unit in within if unit.pk in top.lineage and unit.pk != top.pk],
        "whole": whole,
        "rows": rows,
        "place": "cockpit",
        "span": _span(request),
    }
    if getattr(request, "htmx", False):
        return render(request, "cockpit/parts/figures.html", context)
    ids = [unit.pk for unit in within if unit.is_within(top)]
    days = SPANS[_span(request)]
    since = now - timedelta(days=days) if days else None
    clocks = ended_clocks(ids, since)
    answers = answers_of(ids, since)
    context |= {
        **follows(f"unit:{top.pk}", reader=staff.pk),
        "spans": list(SPANS),
        "weekly": _weekly_chart(clocks),
        "bands": _bands_chart(clocks),
        "served": service_by_unit(ids, since),
        "worst": _late_cases(staff, ids, now),
        **_satisfaction(answers),
    }
    return render(request, "cockpit/home.html", context)


def _span(request: HttpRequest) -> str:
    wanted = request.GET.get("days", "")
    return wanted if wanted in SPANS else "90"


def _chosen(within: list[Unit], wanted: str) -> Unit:
    if not within:
        raise NotFound
    if not wanted:
        return min(within, key=lambda unit: unit.depth)
    for unit in within:
        if str(unit.pk) == wanted:
            return unit
    raise NotFound


def _late_cases(staff: Staff, ids: list[int], now: datetime) -> list[Case]:
    late = Case.objects.filter(Case.objects.in_reach_of(staff)).overdue(now).filter(unit_id__in=ids)
    return list(late.select_related("type", "customer", "unit", "assignee", "team").order_by("due_at", "pk")[:10])


def _weekly_chart(clocks: QuerySet[Clock]) -> dict[str, Any]:
    weeks = kept_by_week(clocks)[-26:]
    labels = [formats.date_format(timezone.localtime(week.begins).date(), "SHORT_DATE_FORMAT") for week in weeks]
    bar = {"type": "bar", "stack": "all", "barMaxWidth": 28}
    return {
        "rows": [(label, week.kept, week.broken) for label, week in zip(labels, weeks, strict=True)],
        "options": {
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "minInterval": 1},
            "series": [
                {**bar, "name": _("kept"), "data": [week.kept for week in weeks], "itemStyle": {"color": "$series"}},
                {**bar, "name": _("broken"), "data": [week.broken for week in weeks], "itemStyle": {"color": "$late"}},
            ],
        },
    }


def _bands_chart(clocks: QuerySet[Clock]) -> dict[str, Any]:
    words = {
        "early_3d": _("3 days early"),
        "early_1d": _("1–3 days early"),
        "early": _("in time"),
        "late": _("up to a day late"),
        "late_1d": _("1–3 days late"),
        "late_3d": _("more than 3 days late"),
    }
    counted = settled_against_promise(clocks)
    bars = [
        {"value": n, "itemStyle": {"color": "$late" if name.startswith("late") else "$series"}}
        for name, n in counted.items()
    ]
    return {
        "rows": [(words[name], n) for name, n in counted.items()],
        "total": sum(counted.values()),
        "options": {
            "xAxis": {
                "type": "category",
                "data": [words[name] for name in counted],
                "axisLabel": {"interval": 0, "width": 54, "fontSize": 11, "overflow": "break", "color": "$ink-soft"},
            },
            "yAxis": {"type": "value", "minInterval": 1},
            "legend": {"show": False},
            "series": [
                {
                    "type": "bar",
                    "name": _("cases"),
                    "barMaxWidth": 48,
                    "data": bars,
                    "label": {"show": True, "position": "top", "color": "$ink-soft"},
                }
            ],
        },
    }


def _satisfaction(answers: QuerySet[Answer]) -> dict[str, Any]:
    """By unit, type and person, each with its interval."""
    found: dict[str, Any] = {}
    for group, model in (("unit", Unit), ("type", CaseType), ("agent", Staff)):
        rows = satisfaction_by(answers, group)[:20]
        names = {row.pk: row.name for row in model._default_manager.filter(pk__in=[r.key for r in rows if r.key])}
        found[f"by_{group}"] = [(names.get(row.key or 0, "—"), row) for row in rows]
    return found
