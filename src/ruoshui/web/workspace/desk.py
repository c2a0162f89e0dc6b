"""The supervision desk: every running clock one may see, and what is to be decided or answered."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.core.typed import is_whole, moment_in
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.organization.statutory import unannounced_soon
from ruoshui.sla.models import Clock, Decision, Extension, Target, Urge, Violation
from ruoshui.sla.models.clocks import ClockQuerySet
from ruoshui.sla.queries import desk_clocks, desk_filtered
from ruoshui.web.access import needs, staff_of
from ruoshui.web.live import follows
from ruoshui.web.promise_tags import COUNTED
from ruoshui.web.timeline import Names
from ruoshui.web.workspace.board import levels_with_milestones
from ruoshui.web.workspace.lists import list_topics

PAGE = 50
LISTS = ("running", "late", "soon", "paused", "unheld")
TABS = (*LISTS, "extensions", "urges", "violations")
RELATED = ("unit", "term__version__level", "case__type", "case__assignee", "request__assignee", "request__from_unit")


@needs(Permission.SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    tab = request.GET.get("tab", "running")
    tab = tab if tab in TABS else "running"
    units = list(staff.units_with(Permission.SUPERVISE))
    clocks = _within(desk_clocks(staff, now), units, request)
    context: dict[str, Any] = {
        "tab": tab,
        "now": now,
        "missing_year": unannounced_soon(timezone.localdate(now)),
        "units": units,
        "chosen_unit": request.GET.get("unit", ""),
        "chosen_target": request.GET.get("target", ""),
        "targets": Target.choices,
        "place": "desk",
        **follows(*list_topics(staff), reader=staff.pk),
        "counts": _counts(staff, clocks, units, now),
        "boards": levels_with_milestones(),
        **_tab(tab, clocks, units, request, now),
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/desk.html" if part else "workspace/desk.html", context)


def _within(clocks: ClockQuerySet, units: list[Unit], request: HttpRequest) -> ClockQuerySet:
    chosen = next((unit for unit in units if str(unit.pk) == request.GET.get("unit", "")), None)
    if chosen is not None:
        clocks = clocks.filter(unit_id__in=[unit.pk for unit in units if unit.is_within(chosen)])
    if request.GET.get("target") in Target.values:
        clocks = clocks.filter(target=request.GET["target"])
    return clocks


def _counts(staff: Staff, clocks: ClockQuerySet, units: list[Unit], now: datetime) -> dict[str, int]:
    """Up to a thousand of each: beyond that the number helps nobody, and counting would grow with the load."""
    ids = [unit.pk for unit in units]
    found = {name: desk_filtered(_listed(clocks, name), name, now)[: COUNTED + 1].count() for name in LISTS}
    found["extensions"] = _extensions(staff, ids)[: COUNTED + 1].count()
    found["urges"] = _urges(staff, ids)[: COUNTED + 1].count()
    return found


def _listed(clocks: ClockQuerySet, name: str) -> ClockQuerySet:
    return clocks if name == "paused" else clocks.filter(due_at__isnull=False)


def _extensions(staff: Staff, ids: list[int]) -> Any:
    return Extension.objects.filter(not_hidden(staff, "clock__case_id"), state=Decision.ASKED, clock__unit_id__in=ids)


def _urges(staff: Staff, ids: list[int]) -> Any:
    return Urge.objects.filter(not_hidden(staff, "clock__case_id"), answered_at__isnull=True, clock__unit_id__in=ids)


def _tab(tab: str, clocks: ClockQuerySet, units: list[Unit], request: HttpRequest, now: datetime) -> dict[str, Any]:
    staff = staff_of(request)
    ids = [unit.pk for unit in units]
    related = [f"clock__{name}" for name in RELATED]
    if tab == "extensions":
        return {"things": _named(list(_extensions(staff, ids).select_related(*related).order_by("pk")[:PAGE]))}
    if tab == "urges":
        return {"things": _named(list(_urges(staff, ids).select_related("to", *related).order_by("pk")[:PAGE]))}
    if tab == "violations":
        violations = Violation.objects.filter(not_hidden(staff, "clock__case_id"), unit_id__in=ids).select_related(
            "staff", "unit", *related[1:]
        )
        return {"things": _named(list(violations.order_by("-at", "-pk")[:PAGE]))}
    return _clock_page(desk_filtered(_listed(clocks, tab), tab, now), tab, request.GET.get("after", ""))


def _clock_page(clocks: ClockQuerySet, tab: str, after: str) -> dict[str, Any]:
    """By key: the due time and the id of the last row; paused ones have no due time and go by id."""
    at, _comma, last = after.partition(",")
    if is_whole(last):
        moment = moment_in(at.replace(" ", "+"))
        if tab == "paused" or moment is None:
            clocks = clocks.filter(pk__gt=int(last))
        else:
            clocks = clocks.filter(Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=int(last)))
    order = ("pk",) if tab == "paused" else ("due_at", "pk")
    rows = list(clocks.select_related(*RELATED).order_by(*order)[: PAGE + 1])
    more = ""
    if len(rows) > PAGE:
        end: Clock = rows[PAGE - 1]
        more = f"{end.due_at.isoformat() if end.due_at else ''},{end.pk}"
    return {"clocks": rows[:PAGE], "after": more}


def _named(things: list[Any]) -> list[tuple[Any, str]]:
    names = Names()
    for thing in things:
        names.want_actor(thing.by)
    names.load()
    return [(thing, names.actor(thing.by)) for thing in things]
