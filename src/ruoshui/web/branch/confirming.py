"""Who types the code they were sent has booked; until then nobody is told anything of anybody."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.queues.actions import confirm_place
from ruoshui.queues.actions.holding import held_place
from ruoshui.queues.models import Appointment, Branch, HeldPlace
from ruoshui.queues.refusals import NoPlaceHeld, TooManyAppointments
from ruoshui.queues.setup import setup_of
from ruoshui.web.branch.clocks import render_there

ASKED = "asked_for_place"


def branch_of(code: str) -> Branch:
    branch = Branch.objects.select_related("unit").filter(unit__code=code, is_active=True).first()
    if branch is None:
        raise NotFound
    return branch


def note_asked(request: HttpRequest, place: HeldPlace) -> None:
    """What they have typed themselves, for the page that waits for the code."""
    request.session[ASKED] = {
        "branch": place.branch_id,
        "contact": place.contact,
        "starts_at": place.starts_at.isoformat(),
        "until": place.held_until.isoformat(),
    }


def code(request: HttpRequest, code: str) -> HttpResponse:
    """A place is held: here the code is typed."""
    branch = branch_of(code)
    if request.method != "POST":
        return _code_page(request, branch)
    try:
        return _confirm(request, request.POST.get("code", ""))
    except NoPlaceHeld as refusal:
        return _code_page(request, branch, error=str(refusal))


def _code_page(request: HttpRequest, branch: Branch, *, error: str = "") -> HttpResponse:
    asked: dict[str, Any] = request.session.get(ASKED) or {}
    if asked.get("branch") != branch.pk:
        asked = {}
    zone = setup_of(branch.pk).zone
    shown: dict[str, Any] = {"branch": branch, "contact": asked.get("contact", ""), "error": error}
    shown["typed"] = request.POST.get("code", "")[:20]
    for name in ("starts_at", "until"):
        if name in asked:
            shown[name] = datetime.fromisoformat(asked[name]).astimezone(zone)
    return render_there(request, branch, "branch/code.html", shown, status=422 if error else 200)


def page_of_place(request: HttpRequest, code: str) -> HttpResponse:
    """From the link that was sent. Looking books nothing: programs follow the links in mails."""
    return _place_page(request, held_place(code, timezone.now()))


def _place_page(request: HttpRequest, place: HeldPlace, refusal: Refusal | None = None) -> HttpResponse:
    zone = setup_of(place.branch_id).zone
    shown = {
        "place": place,
        "branch": place.branch,
        "local": place.starts_at.astimezone(zone),
        "until": place.held_until.astimezone(zone),
        "refusal": refusal,
        "earlier": refusal.details["earlier"] if isinstance(refusal, TooManyAppointments) else [],
    }
    return render_there(request, place.branch, "branch/held.html", shown, status=refusal.status if refusal else 200)


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    return _confirm(request, code)


def _confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Raises NoPlaceHeld where nothing is held or booked for the code."""
    now = timezone.now()
    try:
        place = held_place(code, now)
    except NoPlaceHeld:
        if (booked := Appointment.objects.coded(code).first()) is None:
            raise
        return redirect("branch:appointment", booked.code)
    try:
        appointment = confirm_place(place, at=now)
    except Refusal as refusal:
        return _place_page(request, place, refusal)
    request.session.pop(ASKED, None)
    return redirect("branch:appointment", appointment.code)
