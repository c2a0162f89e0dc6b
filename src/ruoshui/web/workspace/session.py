"""Sign in, sign out, say whether one is there."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.networks import is_this_machine
from ruoshui.demo.passwords import KNOWN as EVERYBODY_KNOWS
from ruoshui.organization.actions import change_presence, end_session, enter
from ruoshui.organization.actions.signing_in import OneTimePasswordOver
from ruoshui.organization.browsers import with_mark
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.organization.hashing import TooBusy
from ruoshui.organization.models import Presence, SessionEnd, Staff
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.going_back import our_path, safe_back
from ruoshui.web.limits import address_of
from ruoshui.web.repeating import may_repeat
from ruoshui.web.sessions import remember_session

KNOWN = "known"  # the cookie of a browser that somebody has signed in with before
KNOWN_FOR_SECONDS = 180 * 86400
WORKSPACE = "/work/"


@may_repeat
def sign_in(request: HttpRequest) -> HttpResponse:
    after = request.POST.get("next") or request.GET.get("next") or ""
    after = our_path(request, after) or reverse("workspace:home")
    if request.method != "POST":
        return _form(request, after)
    if _is_demo_elsewhere(request):
        return _form(request, after, _("The demo's password is good on this machine only. Ask who runs it."), 403)
    try:
        staff = enter(
            request.POST.get("username", ""),
            request.POST.get("password", ""),
            address=address_of(request),
            marks=request.COOKIES.get(KNOWN, ""),
            at=timezone.now(),
        )
    except OneTimePasswordOver as over:
        return _form(request, after, str(over), over.status)
    except (TooManyFailures, TooBusy) as wait:
        response = _form(request, after, str(wait), wait.status)
        response.headers["Retry-After"] = str(wait.details["seconds"])
        return response
    if staff is None:
        return _form(request, after, _("User name and password do not belong together. Check both and try again."), 401)
    return _arrived(request, staff, after)


def _is_demo_elsewhere(request: HttpRequest) -> bool:
    """Everybody knows the demo's password; whoever comes through a proxy may be anywhere."""
    if request.POST.get("password") != EVERYBODY_KNOWS:
        return False
    through_a_proxy = bool(request.headers.get("X-Forwarded-For")) and not settings.PROXIES
    return settings.SECURE or through_a_proxy or not is_this_machine(address_of(request))


def _form(request: HttpRequest, after: str, wrong: str = "", status: int = 200) -> HttpResponse:
    shown = {
        "next": after,
        "wrong": wrong,
        "username": request.POST.get("username", "")[:60],
        "ended": _ended(request.GET.get("ended", "")),
        "unsent": "unsent" in request.GET,
    }
    return render(request, "workspace/sign_in.html", shown, status=status)


def _ended(how: str) -> str:
    """Why somebody who was signed in sees this page."""
    if how == SessionEnd.IDLE:
        hours = round(settings.SESSION_IDLE.total_seconds() / 3600)
        return _("You were signed out because nothing was done here for {hours} hours.").format(hours=hours)
    if how == SessionEnd.AGE:
        days = settings.SESSION_LONGEST.days
        return _("You were signed out because a session lasts {days} days at most.").format(days=days)
    return ""


def _arrived(request: HttpRequest, staff: Staff, after: str) -> HttpResponse:
    request.session.flush()  # what a customer had opened in this browser stays theirs
    login(request, staff, backend="django.contrib.auth.backends.ModelBackend")
    remember_session(request, staff, timezone.now())
    change_presence(staff, Presence.AVAILABLE, by=staff.actor, at=timezone.now())
    translation.activate(staff.language)
    response = safe_back(request, "workspace:home", wanted=after)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, staff.language, max_age=365 * 86400, samesite="Lax")
    remember_browser(request, response, staff)
    return response


def remember_browser(request: HttpRequest, response: HttpResponse, staff: Staff) -> None:
    """Wrong tries of strangers elsewhere do not make this browser wait."""
    response.set_cookie(
        KNOWN,
        with_mark(staff, request.COOKIES.get(KNOWN, "")),
        max_age=KNOWN_FOR_SECONDS,
        path=WORKSPACE,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


@may_repeat
@staff_only
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    change_presence(staff, Presence.AWAY, by=staff.actor, at=now)
    end_session(str(request.session.session_key), SessionEnd.SIGNED_OUT, by=staff.actor, at=now)
    logout(request)
    response = redirect("workspace:sign-in")
    # Drafts of replies and pages looked at: the next person at this counter is somebody else.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@staff_only
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    wanted = request.POST.get("presence", "")
    if wanted in Presence.values:
        change_presence(staff, Presence(wanted), by=staff.actor, at=timezone.now())
    return safe_back(request, "workspace:home")
