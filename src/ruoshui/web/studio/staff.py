"""Staff: who works here, in which roles, who is away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import change_password, hire, join_team, leave_team, register_absence, set_memberships
from ruoshui.organization.models import Permission, Role, Staff, Team, Unit
from ruoshui.web.access import needs, staff_of


@needs(Permission.SETTINGS)
def index(request: HttpRequest) -> HttpResponse:
    people = Staff.objects.select_related("unit").prefetch_related("memberships__role", "memberships__unit")
    return render(
        request,
        "studio/staff.html",
        {"people": people[:500], "here": "staff", "place": "settings"},
    )


@needs(Permission.SETTINGS)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            _hire(request, staff_of(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return _form(request, None)
        messages.success(request, _("Saved."))
        return redirect("studio:staff")
    return _form(request, None)


@needs(Permission.SETTINGS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = Staff.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound
    if request.method == "POST":
        try:
            _change(request, person, staff_of(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("studio:person", pk)
        messages.success(request, _("Saved."))
        return redirect("studio:staff")
    return _form(request, person)


def _form(request: HttpRequest, person: Staff | None) -> HttpResponse:
    return render(
        request,
        "studio/person.html",
        {
            "person": person,
            "units": Unit.objects.filter(is_active=True),
            "roles": Role.objects.all(),
            "held": {m.role_id for m in person.memberships.all() if m.unit_id == person.unit_id} if person else set(),
            "elsewhere": person.memberships.exclude(unit=person.unit).select_related("unit", "role") if person else [],
            "teams": Team.objects.filter(is_active=True),
            "in_teams": set(person.teams.values_list("team_id", flat=True)) if person else set(),
            "absences": person.absences.select_related("deputy").order_by("-starts_at")[:10] if person else [],
            "colleagues": Staff.objects.filter(is_active=True).exclude(pk=person.pk if person else 0)[:300],
            "posted": {name: request.POST.get(name, "") for name in ("username", "name_zh", "name_en", "email")},
            "here": "staff",
            "place": "settings",
        },
    )


def _values(request: HttpRequest) -> dict[str, Any]:
    unit = Unit.objects.filter(pk=key_in(request.POST.get("unit"))).first()
    capacity = request.POST.get("capacity", "20")
    if unit is None or not is_whole(capacity) or int(capacity) > 10000:
        raise Invalid({"unit": [_("Choose a unit, and a number of cases between 0 and 10,000.")]})
    return {
        "name_zh": request.POST.get("name_zh", "").strip(),
        "name_en": request.POST.get("name_en", "").strip(),
        "email": request.POST.get("email", "").strip(),
        "unit": unit,
        "capacity": int(capacity),
        "language": "en" if request.POST.get("language") == "en" else "zh-hans",
    }


@verb
def _hire(request: HttpRequest, by: Staff) -> None:
    now = timezone.now()
    roles = Role.objects.filter(pk__in=[pk for pk in request.POST.getlist("role") if is_whole(pk)])
    person = hire(
        username=request.POST.get("username", "").strip(),
        roles=list(roles),
        by=by.actor,
        at=now,
        password=request.POST.get("password", ""),
        **_values(request),
    )
    _join(request, person, by)


@verb
def _change(request: HttpRequest, person: Staff, by: Staff) -> None:
    now = timezone.now()
    if password := request.POST.get("password", ""):
        change_password(person, password, by=by.actor, at=now)
    person = configure(person, _values(request) | {"is_active": "is_active" in request.POST}, by=by.actor, at=now)
    roles = Role.objects.filter(pk__in=[pk for pk in request.POST.getlist("role") if is_whole(pk)])
    kept = [(m.unit, m.role) for m in person.memberships.exclude(unit=person.unit).select_related("unit", "role")]
    set_memberships(person, [*kept, *((person.unit, role) for role in roles)], by=by.actor, at=now)
    _join(request, person, by)


def _join(request: HttpRequest, person: Staff, by: Staff) -> None:
    wanted = {int(pk) for pk in request.POST.getlist("team") if is_whole(pk)}
    for left in person.teams.exclude(team_id__in=wanted).select_related("team"):
        leave_team(left.team, person, by=by.actor, at=timezone.now())
    for team in Team.objects.filter(pk__in=wanted):
        join_team(team, person, by=by.actor, at=timezone.now())


def _moment(request: HttpRequest, name: str) -> datetime:
    moment = moment_in(request.POST.get(name))
    if moment is None:
        raise Invalid({name: [_("Say from when until when.")]})
    return moment


@needs(Permission.SETTINGS)
@require_POST
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    person = Staff.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound
    try:
        starts, ends = _moment(request, "starts_at"), _moment(request, "ends_at")
        deputy = Staff.objects.filter(pk=key_in(request.POST.get("deputy"))).first()
        register_absence(
            person,
            starts_at=starts,
            ends_at=ends,
            deputy=deputy,
            reason=request.POST.get("reason", ""),
            by=staff_of(request).actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("studio:person", pk)
