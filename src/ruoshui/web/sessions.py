"""Sessions of staff end after a time without activity, and at an age; a one-time password leads to one's own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import begin_session, end_session, see_session
from ruoshui.organization.actions.sessions import SEEN_EVERY
from ruoshui.organization.models import SessionEnd, Staff
from ruoshui.web.browser_names import browser_name
from ruoshui.web.going_back import our_path, safe_back
from ruoshui.web.limits import address_of

STAFF_PAGES = ("/work/", "/cockpit/", "/settings/", "/branch/")
STAY_OPEN = ("workspace:account", "workspace:password", "workspace:sign-in", "workspace:sign-out")
BEGAN, SEEN = "began_at", "seen_at"  # seconds since 1970, in the session


@receiver(user_logged_in)
def count_from_now(request: HttpRequest, **_more: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = timezone.now().timestamp()
    # Longer than it may last, so that whoever comes too late is told why.
    request.session.set_expiry(int(settings.SESSION_LONGEST.total_seconds()) + 86400)


def remember_session(request: HttpRequest, staff: Staff, at: datetime) -> None:
    """Right after `login`: the session is on the list of this person's, and on record."""
    begin_session(
        staff,
        session_key=str(request.session.session_key),
        address=address_of(request),
        browser=browser_name(request.headers.get("User-Agent", "")),
        by=staff.actor,
        at=at,
    )


class StaffSessions:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(STAFF_PAGES) and isinstance(request.user, Staff):
            now = timezone.now()
            if end := _over(request.session, now):
                end_session(str(request.session.session_key), end, by=SYSTEM, at=now)
                logout(request)
                return to_sign_in(request, end)
            if request.user.must_change_password and request.path_info not in map(reverse, STAY_OPEN):
                return _sent(request, reverse("workspace:account"))
            _see(request, now)
        return self.get_response(request)


def _over(session: Any, now: datetime) -> SessionEnd | None:
    """A session that does not say since when is as old as can be."""
    began, seen = (datetime.fromtimestamp(session.get(name, 0), UTC) for name in (BEGAN, SEEN))
    if now - began >= settings.SESSION_LONGEST:
        return SessionEnd.AGE
    return SessionEnd.IDLE if now - seen >= settings.SESSION_IDLE else None


def _see(request: HttpRequest, now: datetime) -> None:
    """What a screen fetches by itself is no activity of a person."""
    by_itself = request.method == "GET" and request.headers.get("HX-Request") == "true"
    if not by_itself and now.timestamp() - request.session[SEEN] >= SEEN_EVERY.total_seconds():
        request.session[SEEN] = now.timestamp()
        see_session(str(request.session.session_key), at=now)


def to_sign_in(request: HttpRequest, end: SessionEnd | None = None) -> HttpResponse:
    """And then back to the page: of a form, to the one that shows it, where the browser has kept what was typed."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        page = request.get_full_path()
    else:
        came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
        page = our_path(request, came_from)
    unsent = request.method == "POST"
    request.refused = True  # type: ignore[attr-defined]
    asked = {"ended": end.value if end else "", "unsent": "1" if unsent else "", "next": page}
    return _sent(
        request, f"{reverse('workspace:sign-in')}?{urlencode({k: v for k, v in asked.items() if v}, safe='/')}"
    )


def _sent(request: HttpRequest, where: str) -> HttpResponse:
    """A part of a page is no place for another page: the browser goes there as a whole."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": where})
    return safe_back(request, "workspace:sign-in", wanted=where)
