"""Staff: who works here, in which roles, who is away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, NotAllowed, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in, ticked
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import change_password, hire, join_team, leave_team, register_absence, set_memberships
from ruoshui.organization.guarding import must_take_away, seen_in_settings
from ruoshui.organization.models import Permission, Role, Staff, Team
from ruoshui.web.access import staff_of
from ruoshui.web.studio.carried import carried, use
from ruoshui.web.studio.doors import found_setting, own_units, page_of, sets_up, tell
from ruoshui.web.timeline import account_timeline, slowed_networks


@sets_up(Staff)
def index(request: HttpRequest) -> HttpResponse:
    found = seen_in_settings(staff_of(request), Staff)
    people = found.select_related("unit").prefetch_related("memberships__role", "memberships__unit")
    sees_all = staff_of(request).sees_everything(Permission.SECURITY)
    slowed = slowed_networks(timezone.now()) if sees_all else []
    return render(request, "studio/staff.html", page_of(request, "staff", Staff, people=people[:500], slowed=slowed))


@sets_up(Staff)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            _hire(request, staff_of(request))
        except Refusal as refusal:
            tell(request, refusal)
            return _form(request, None)
        messages.success(request, _("Saved."))
        return redirect("studio:staff")
    return _form(request, None)


@sets_up(Staff)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = found_setting(staff_of(request), Staff, pk=pk)
    if request.method == "POST":
        try:
            _change(request, person, staff_of(request))
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("studio:person", pk)
        messages.success(request, _("Saved."))
        return redirect("studio:staff")
    return _form(request, person)


def _form(request: HttpRequest, person: Staff | None) -> HttpResponse:
    staff = staff_of(request)
    colleagues = seen_in_settings(staff, Staff).filter(is_active=True, is_service=False)
    roles = [(role, _may_give(staff, person, role)) for role in Role.objects.all()]
    more = {
        "person": person,
        "units": own_units(staff, Staff),
        "roles": roles,
        "some_not": not all(may_give for _role, may_give in roles),
        "held": {m.role_id for m in person.memberships.all() if m.unit_id == person.unit_id} if person else set(),
        "elsewhere": person.memberships.exclude(unit=person.unit).select_related("unit", "role") if person else [],
        "teams": _teams(staff),
        "in_teams": set(person.teams.values_list("team_id", flat=True)) if person else set(),
        "absences": person.absences.select_related("deputy").order_by("-starts_at")[:10] if person else [],
        "colleagues": colleagues.exclude(pk=person.pk if person else 0)[:300],
        "record": account_timeline(person, timezone.now()) if person else [],
        "posted": {name: request.POST.get(name, "") for name in ("username", "name_zh", "name_en", "email")},
    }
    return render(request, "studio/person.html", page_of(request, "staff", person or Staff, **more))


def _may_give(staff: Staff, person: Staff | None, role: Role) -> bool:
    """Whether to offer it; the verb decides. For somebody new the unit is not known yet."""
    if person is None:
        return all(staff.may(Permission(right)) for right in role.permissions)
    try:
        must_take_away(staff, person.unit, role)
    except NotAllowed:
        return False
    return True


def _teams(staff: Staff) -> QuerySet[Team]:
    return seen_in_settings(staff, Team).filter(is_active=True)


def _values(request: HttpRequest, person: Staff | None = None) -> dict[str, Any]:
    """Of somebody who works here already only what was sent."""
    unit = own_units(staff_of(request), Staff).filter(pk=key_in(request.POST.get("unit"))).first()
    if person is not None and "unit" not in request.POST:
        unit = person.unit
    capacity = request.POST.get("capacity", "20")
    if unit is None or not is_whole(capacity) or int(capacity) > 10000:
        raise Invalid({"unit": [_("Choose a unit, and a number of cases between 0 and 10,000.")]})
    values = {
        "name_zh": request.POST.get("name_zh", "").strip(),
        "name_en": request.POST.get("name_en", "").strip(),
        "email": request.POST.get("email", "").strip(),
        "unit": unit,
        "capacity": int(capacity),
        "language": "en" if request.POST.get("language") == "en" else "zh-hans",
    }
    return values if person is None else carried(request.POST, values) | use(request.POST)


@verb
def _hire(request: HttpRequest, by: Staff) -> None:
    now = timezone.now()
    roles = Role.objects.filter(pk__in=[pk for pk in request.POST.getlist("role") if is_whole(pk)])
    is_service = "is_service" in request.POST
    person = hire(
        username=request.POST.get("username", "").strip(),
        roles=list(roles),
        by=by.actor,
        at=now,
        password=None if is_service else request.POST.get("password", ""),
        is_service=is_service,
        **_values(request),
    )
    _join(request, person, by)


@verb
def _change(request: HttpRequest, person: Staff, by: Staff) -> None:
    now = timezone.now()
    if password := request.POST.get("password", ""):
        change_password(person, password, by=by.actor, at=now)
    person = configure(person, _values(request, person), by=by.actor, at=now)
    if _names(request, "role"):
        _set_roles(request, person, by, now)
    _join(request, person, by)


def _names(request: HttpRequest, box: str) -> bool:
    """Whether the form had such boxes at all."""
    return box in request.POST or ticked(request.POST, box) is not None


def _set_roles(request: HttpRequest, person: Staff, by: Staff, now: datetime) -> None:
    chosen = [int(pk) for pk in request.POST.getlist("role") if is_whole(pk)]
    # What could not be ticked off is not given up by being left out.
    fixed = [m.role_id for m in person.memberships.filter(unit=person.unit) if not _may_give(by, person, m.role)]
    roles = Role.objects.filter(pk__in=[*chosen, *fixed])
    kept = [(m.unit, m.role) for m in person.memberships.exclude(unit=person.unit).select_related("unit", "role")]
    set_memberships(person, [*kept, *((person.unit, role) for role in roles)], by=by.actor, at=now)


def _join(request: HttpRequest, person: Staff, by: Staff) -> None:
    if not _names(request, "team"):
        return
    wanted = {int(pk) for pk in request.POST.getlist("team") if is_whole(pk)}
    offered = _teams(by)
    for left in person.teams.filter(team__in=offered).exclude(team_id__in=wanted).select_related("team__unit"):
        leave_team(left.team, person, by=by.actor, at=timezone.now())
    for team in offered.filter(pk__in=wanted).select_related("unit"):
        join_team(team, person, by=by.actor, at=timezone.now())


def _moment(request: HttpRequest, name: str) -> datetime:
    moment = moment_in(request.POST.get(name))
    if moment is None:
        raise Invalid({name: [_("Say from when until when.")]})
    return moment


@sets_up(Staff)
@require_POST
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    person = found_setting(staff_of(request), Staff, pk=pk)
    try:
        starts, ends = _moment(request, "starts_at"), _moment(request, "ends_at")
        people = seen_in_settings(staff_of(request), Staff).filter(is_active=True, is_service=False)
        deputy = people.filter(pk=key_in(request.POST.get("deputy"))).first()
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
        tell(request, refusal)
    return redirect("studio:person", pk)
