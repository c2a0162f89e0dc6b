"""The tree of units."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.core.typed import key_in
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import add_unit, move_unit
from ruoshui.organization.models import Calendar, Permission, Staff, Unit
from ruoshui.web.access import needs, staff_of


@needs(Permission.SETTINGS)
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
            messages.error(request, str(refusal))
        return redirect("studio:units")
    units = Unit.objects.select_related("calendar").prefetch_related("staff", "teams")
    return render(
        request,
        "studio/units.html",
        {
            "units": units,
            "calendars": Calendar.objects.all(),
            "here": "units",
            "place": "settings",
        },
    )


@needs(Permission.SETTINGS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = Unit.objects.select_related("parent", "calendar").filter(pk=pk).first()
    if unit is None:
        raise NotFound
    if request.method == "POST":
        try:
            _change(request, unit, staff_of(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("studio:unit", pk)
        messages.success(request, _("Saved."))
        return redirect("studio:units")
    others = [u for u in Unit.objects.all() if not u.is_within(unit)]
    return render(
        request,
        "studio/unit.html",
        {
            "unit": unit,
            "others": others,
            "calendars": Calendar.objects.all(),
            "here": "units",
            "place": "settings",
        },
    )


@verb
def _change(request: HttpRequest, unit: Unit, staff: Staff) -> None:
    now = timezone.now()
    values = {
        "name_zh": request.POST.get("name_zh", "").strip(),
        "name_en": request.POST.get("name_en", "").strip(),
        "calendar": _calendar(request),
        "is_active": "is_active" in request.POST,
    }
    configure(unit, values, by=staff.actor, at=now)
    to = _unit(request.POST.get("parent", ""))
    if (to.pk if to else None) != unit.parent_id:
        move_unit(unit, to=to, by=staff.actor, at=now)


def _unit(pk: str) -> Unit | None:
    return Unit.objects.filter(pk=key_in(pk)).first()


def _calendar(request: HttpRequest) -> Calendar | None:
    pk = request.POST.get("calendar", "")
    return Calendar.objects.filter(pk=key_in(pk)).first()
