"""Sign in, sign out, say whether one is there."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.organization.actions import change_presence
from ruoshui.organization.models import Presence, Staff
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.limits import address_of

TRIES = 10
TRIES_FOR_SECONDS = 15 * 60


def sign_in(request: HttpRequest) -> HttpResponse:
    after = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = reverse("workspace:home")
    wrong = ""
    if request.method == "POST":
        username = request.POST.get("username", "")
        # Per process, so several times the number at most: enough to make guessing hopeless.
        key = f"sign-in:{username[:60].encode().hex()}:{address_of(request)}"
        if cache.get(key, 0) >= TRIES:
            wrong = _("Too many attempts. Wait a quarter of an hour, or ask an administrator.")
        else:
            staff = authenticate(request, username=username, password=request.POST.get("password", ""))
            if isinstance(staff, Staff):
                login(request, staff)
                cache.delete(key)
                return _arrived(staff, after)
            cache.set(key, cache.get(key, 0) + 1, TRIES_FOR_SECONDS)
            wrong = _("User name and password do not belong together. Check both and try again.")
    return render(request, "workspace/sign_in.html", {"next": after, "wrong": wrong}, status=401 if wrong else 200)


def _arrived(staff: Staff, after: str) -> HttpResponse:
    change_presence(staff, Presence.AVAILABLE, by=staff.actor, at=timezone.now())
    translation.activate(staff.language)
    response = redirect(after)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, staff.language, max_age=365 * 86400, samesite="Lax")
    return response


@staff_only
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    change_presence(staff, Presence.AWAY, by=staff.actor, at=timezone.now())
    logout(request)
    return redirect("workspace:sign-in")


@staff_only
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    wanted = request.POST.get("presence", "")
    if wanted in Presence.values:
        change_presence(staff, Presence(wanted), by=staff.actor, at=timezone.now())
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return redirect(came_from if ours else "workspace:home")
