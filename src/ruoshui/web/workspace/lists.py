"""Lists of cases: mine, the team's, the units', all; filters, saved views, search."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import forget_view, save_view
from ruoshui.cases.models import CaseState, CaseType, Channel, Priority
from ruoshui.cases.queries import Sight, Sort, case_page, customers_visible_to, filters_from
from ruoshui.cases.searching import Looker, look_for
from ruoshui.core.refusals import Invalid
from ruoshui.core.typed import is_whole
from ruoshui.customers.queries import find, sought
from ruoshui.organization.models import Staff, Team
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.going_back import safe_back
from ruoshui.web.live import follows

PAGE = 50
FILTERS = ("state", "type", "priority", "channel", "team", "assignee", "unit", "category", "late", "sort", "sight")


@staff_only
def home(request: HttpRequest) -> HttpResponse:
    return redirect("/work/cases?sight=mine")


def list_topics(staff: Staff) -> list[str]:
    """What a list of work shows: what comes to its reader, and what happens in the units they have a role in."""
    return [f"staff:{staff.pk}", *(f"unit:{held.unit_id}" for held in staff.held_roles)]


@staff_only
def cases(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    query = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    sight = Sight(query["sight"]) if query.get("sight") in set(Sight) else Sight.MINE
    sort = Sort(query["sort"]) if query.get("sort") in set(Sort) else Sort.DUE
    shown, after = filters_from(query, now), request.GET.get("after", "")
    try:
        page = case_page(staff, shown, sight=sight, sort=sort, after=after, limit=PAGE, at=now)
    except Invalid:  # an address kept from another order, or cut short: the list begins
        page = case_page(staff, shown, sight=sight, sort=sort, limit=PAGE, at=now)
    context: dict[str, Any] = {"page": page, "place": sight.value, "sight": sight.value, "sort": sort.value, "now": now}
    context |= follows(*list_topics(staff), reader=staff.pk)
    if getattr(request, "htmx", False):
        return render(request, "workspace/parts/list.html", context)
    context |= {
        "query_values": query,
        "types": CaseType.objects.filter(is_active=True),
        "teams": _teams(staff),
        "states": [("active", ""), *CaseState.choices, ("any", "")],
        "priorities": Priority.choices,
        "channels": Channel.choices,
        "title": sight.value,
        "filtered": any(name not in ("sight", "sort") for name in query),
    }
    return render(request, "workspace/cases.html", context)


def _teams(staff: Staff) -> list[Team]:
    return list(Team.objects.filter(is_active=True, unit__in=staff.units_with()))


@staff_only
def search(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    text = request.GET.get("q", "").strip()[:200]
    looker, asked = Looker.now(staff), sought(text)
    hits = look_for(looker, asked, PAGE)
    visible = customers_visible_to(staff, people=looker.people)
    people = list(find(visible, asked).select_related("tier")[:8]) if len(text) > 1 else []
    if hits.jump is not None and (not text.isdecimal() or (hits.cases == [hits.jump] and not people)):
        return redirect("workspace:case", hits.jump.pk)
    return render(
        request,
        "workspace/search.html",
        {"cases": hits.cases, "people": people, "search_text": text, "more": hits.before is not None},
    )


@staff_only
@require_POST
def views(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name, or forget a view."""
    staff = staff_of(request)
    if is_whole(gone := request.POST.get("forget", "")):
        forget_view(staff, int(gone))
        return redirect("workspace:home")
    query = {name: str(request.POST[name]) for name in FILTERS if request.POST.get(name)}
    save_view(staff, name=request.POST.get("name", ""), query=query)
    return safe_back(request, "workspace:home")
