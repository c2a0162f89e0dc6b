"""The tree of units."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Refusal
from ruoshui.core.typed import key_in
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import add_unit, move_unit
from ruoshui.organization.guarding import seen_in_settings
from ruoshui.organization.models import Calendar, Permission, Staff, Unit
from ruoshui.web.access import staff_of
from ruoshui.web.studio.carried import carried, use
from ruoshui.web.studio.doors import found_setting, page_of, sets_up, tell


@sets_up(Unit)
def index(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            add_unit(
                code=request.POST.get("code", "").strip(),
                name_zh=request.POST.get("name_zh", "").strip(),
                name_en=request.POST.get("name_en", "").strip(),
                parent=_unit(request.POST.get("parent", "")),
                calendar=_calendar(request),
                by=staff_of(request).actor,
                at=timezone.now(),
            )
            messages.success(request, _("Saved."))
        except Refusal as refusal:
            tell(request, refusal)
        return redirect("studio:units")
    units = seen_in_settings(staff_of(request), Unit).select_related("calendar").prefetch_related("staff", "teams")
    top = min((unit.depth for unit in units), default=0)
    more = {"units": units, "top": top, "calendars": Calendar.objects.all(), "may_be_top": _may_be_top(request)}
    return render(request, "studio/units.html", page_of(request, "units", Unit, **more))


def _may_be_top(request: HttpRequest) -> bool:
    return staff_of(request).sees_everything(Permission.PEOPLE)


@sets_up(Unit)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = found_setting(staff_of(request), Unit, pk=pk)
    if request.method == "POST":
        try:
            _change(request, unit, staff_of(request))
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("studio:unit", pk)
        messages.success(request, _("Saved."))
        return redirect("studio:units")
    others = [u for u in seen_in_settings(staff_of(request), Unit) if not u.is_within(unit)]
    if unit.parent and unit.parent not in others:
        others.insert(0, unit.parent)
    more = {"unit": unit, "others": others, "calendars": Calendar.objects.all(), "may_be_top": _may_be_top(request)}
    return render(request, "studio/unit.html", page_of(request, "units", unit, **more))


@verb
def _change(request: HttpRequest, unit: Unit, staff: Staff) -> None:
    now = timezone.now()
    values = {
        "name_zh": request.POST.get("name_zh", "").strip(),
        "name_en": request.POST.get("name_en", "").strip(),
        "calendar": _calendar(request),
    }
    configure(unit, carried(request.POST, values) | use(request.POST), by=staff.actor, at=now)
    to = _unit(request.POST.get("parent", ""))
    if "parent" in request.POST and (to.pk if to else None) != unit.parent_id:
        move_unit(unit, to=to, by=staff.actor, at=now)


def _unit(pk: str) -> Unit | None:
    return Unit.objects.filter(pk=key_in(pk)).first()


def _calendar(request: HttpRequest) -> Calendar | None:
    pk = request.POST.get("calendar", "")
    return Calendar.objects.filter(pk=key_in(pk)).first()
