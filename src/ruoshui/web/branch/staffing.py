"""How many counters when, shifts that cover it, and what would happen if."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.typed import is_whole
from ruoshui.queues.models import Branch, OrderRule
from ruoshui.queues.setup import BranchSetup, setup_of
from ruoshui.queues.staffing import DayPlan, clock, plan_day, propose_shifts, with_rule
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch_access import must_supervise, visible_branch
from ruoshui.web.downloads import download

LENGTHS = (8.0, 6.0, 4.0)


def _plan(request: HttpRequest, code: str) -> tuple[Branch, BranchSetup, DayPlan]:
    branch = visible_branch(staff_of(request), code)
    must_supervise(staff_of(request), branch)
    now = timezone.now()
    setup = setup_of(branch.pk, branch.revision)
    tomorrow = now.astimezone(setup.zone).date() + timedelta(days=1)
    try:
        day = date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", ""))
    except ValueError:
        day = tomorrow
    day = day if abs((day - tomorrow).days) <= 400 else tomorrow
    return branch, setup, plan_day(setup, day, at=now)


@staff_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    branch, setup, plan = _plan(request, code)
    cover = propose_shifts(plan, LENGTHS)
    context = {
        "branch": branch,
        "plan": plan,
        "seen": round(plan.seen_days),
        "rows": _rows(plan, setup),
        "options": _options(plan, setup),
        "shifts": _shifts(plan, cover) if cover else [],
        "cover": cover,
        "days": [plan.day + timedelta(days=n) for n in (-1, 1)],
        "counters": [one for one in setup.counters.values() if setup.duties.get(one.pk)],
        "classes": list({q.service_class_id: q.service_class for q in setup.queues.values()}.values()),
        "rules": OrderRule.choices,
        "businesses": setup.businesses,
        "place": "branch",
        "tab": "staffing",
    }
    return render(request, "branch/staffing.html", context)


def _rows(plan: DayPlan, setup: BranchSetup) -> list[dict[str, Any]]:
    total, on_duty = plan.total, plan.usual
    businesses = setup.businesses
    return [
        {
            "begin": word,
            "people": float(total[i]),
            "needed": int(plan.needed[i]),
            "usual": int(on_duty[i]),
            "by_business": [_load(plan, setup, business.pk, i) for business in businesses],
        }
        for i, word in enumerate(plan.words)
    ]


def _load(plan: DayPlan, setup: BranchSetup, business: int, slot: int) -> float:
    return sum(float(plan.loads[pk][slot]) for pk, queue in setup.queues.items() if queue.business_id == business)


def _shifts(plan: DayPlan, cover: Any) -> list[dict[str, Any]]:
    rows = []
    for shift, people in sorted(cover.chosen.items(), key=lambda item: (item[0].begin, item[0].end)):
        begins = plan.begins
        last = int(begins[shift.end - 1]) + 30
        away = f"{clock(int(begins[shift.away[0]]))}–{clock(int(begins[shift.away[-1]]) + 30)}" if shift.away else ""
        rows.append(
            {
                "people": people,
                "begin": clock(int(begins[shift.begin])),
                "end": clock(last),
                "away": away,
                "left": f"{100 * shift.begin / begins.size:.2f}",
                "width": f"{100 * (shift.end - shift.begin) / begins.size:.2f}",
            }
        )
    return rows


def _options(plan: DayPlan, setup: BranchSetup) -> dict[str, Any]:
    """People by business as areas, counters needed as a line."""
    series: list[dict[str, Any]] = []
    colours = ("$series", "$accent-deep", "$good", "$soon", "$paused", "$late")
    for number, business in enumerate(setup.businesses):
        mine = [plan.arrivals[pk] for pk, queue in setup.queues.items() if queue.business_id == business.pk]
        series.append(
            {
                "name": business.name,
                "type": "bar",
                "stack": "people",
                "barMaxWidth": 26,
                "itemStyle": {"color": colours[number % len(colours)]},
                "data": [round(float(sum(values)), 1) for values in zip(*mine, strict=True)],
            }
        )
    series.append(
        {
            "name": _("counters needed"),
            "type": "line",
            "step": "middle",
            "symbol": "none",
            "yAxisIndex": 0,
            "lineStyle": {"color": "$ink", "width": 2},
            "itemStyle": {"color": "$ink"},
            "data": plan.needed.tolist(),
        }
    )
    return {"xAxis": {"type": "category", "data": plan.words}, "yAxis": {"type": "value"}, "series": series}


@staff_only
def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """One more window from so to so, or another rule: the day simulated with and without it."""
    from ruoshui.queues.what_if import Window, compare_days  # loads what simulates: for the few who ask

    branch, setup, plan = _plan(request, code)
    windows = []
    number = request.GET.get("counter", "")
    like = next((one for one in setup.counters.values() if str(one.number) == number), None)
    if like is not None:
        begin, end = (_slot(plan, request.GET.get(name, "")) for name in ("from", "to"))
        if begin is not None and end is not None and begin < end:
            windows.append(Window(begin, end, like.pk, -1 if request.GET.get("less") else 1))
    bonuses = {}
    for queue in setup.queues.values():
        text = request.GET.get(f"bonus-{queue.service_class_id}", "")
        if is_whole(text) and int(text) <= 240:
            bonuses[queue.service_class_id] = int(text)
    after = with_rule(setup, order_rule=request.GET.get("rule", ""), bonuses=bonuses)
    found = compare_days(plan, setup, after, windows=windows)
    return render(request, "branch/parts/what_if.html", {"found": found, "branch": branch})


def _slot(plan: DayPlan, text: str) -> int | None:
    """The number of the slot that begins at "10:00"; one past the last for the end of the day."""
    hours, _colon, minutes = text.partition(":")
    if not (is_whole(hours) and is_whole(minutes[:2])):
        return None
    wanted = int(hours) * 60 + int(minutes[:2])
    return int((plan.begins < wanted).sum())


@staff_only
def export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The plan as a table: half-hours, people, counters; then the shifts."""
    _branch, setup, plan = _plan(request, code)
    cover = propose_shifts(plan, LENGTHS)
    head = [_("from"), _("people expected"), _("counters needed"), _("usually open")]
    head += [_("work: {business}").format(business=business.name) for business in setup.businesses]
    rows: list[list[Any]] = [
        [row["begin"], round(row["people"], 1), row["needed"], row["usual"], *(round(x, 2) for x in row["by_business"])]
        for row in _rows(plan, setup)
    ]
    shifts = [[row["people"], row["begin"], row["end"], row["away"]] for row in (_shifts(plan, cover) if cover else [])]
    shift_head = [_("people"), _("begins"), _("ends"), _("break")]
    sheets = [(_("Counters"), [head, *rows]), (_("Shifts"), [shift_head, *shifts])]
    return download(f"staffing-{code}-{plan.day.isoformat()}", form, sheets)
