"""Every response is safe by default; every refusal becomes a page that says what to do."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django_htmx.middleware import HtmxMiddleware

from ruoshui.core.refusals import Refusal
from ruoshui.core.trouble import Trouble, trouble_of
from ruoshui.web.errors import away, no_room
from ruoshui.web.going_back import our_path, safe_back
from ruoshui.web.refused import note_refusal

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "bluetooth",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
HSTS = f"max-age={365 * 24 * 3600}"  # of this host only: others under the same name may not be ours


class _PagesOnly:
    """Programs bring a token with each call: no session, no form, no message from one page to the next."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/"):
            return self.get_response(request)  # type: ignore[attr-defined]
        return super().__call__(request)  # type: ignore[misc]


class Sessions(_PagesOnly, SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Django takes every fault of keeping a session for one that was ended meanwhile, and blames who asked."""
        try:
            return super().process_response(request, response)
        except SessionInterrupted as wrong:
            ended = wrong.__context__
            if ended is not None and ended.__context__ and trouble_of(ended.__context__) is Trouble.DATABASE:
                return away(request)
            raise


class Forms(_PagesOnly, CsrfViewMiddleware):
    # Django asks this of each middleware by itself, not through the call.
    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        return None if request.path_info.startswith("/api/") else super().process_view(request, *view)


class SessionAuthentication(_PagesOnly, AuthenticationMiddleware): ...


class Messages(_PagesOnly, MessageMiddleware): ...


class Htmx(_PagesOnly, HtmxMiddleware): ...


class SafeResponses:
    """Only our own scripts run; only our own host and the live updates are talked to; nothing is kept by whoever
    passes it on, or by the browser of a shared machine, unless its view says so.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'self'; connect-src 'self' {_live_or_none(request)}; img-src 'self' data:; "
            "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; "
            "object-src 'none'",
        )
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if settings.SECURE:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response


def _live_or_none(request: HttpRequest) -> str:
    try:
        return live_url(request)
    except (DisallowedHost, ValueError):  # refused, and answered without a page that could follow anything
        return ""


def live_url(request: HttpRequest) -> str:
    """Where the live updates are: as set, else this host one port further."""
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    host, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{int(port or 80) + 1}"


def public_address(request: HttpRequest, path: str) -> str:
    """An address for others: as it is set where we are on the internet, else as this page was asked for."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.SECURE else request.build_absolute_uri(path)


class RefusalPages:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @sensitive_variables()
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if trouble_of(exception) is Trouble.NO_ROOM:
            log.error("no room: %s", request.path, exc_info=exception)
            return no_room(request)
        if trouble_of(exception) is Trouble.DATABASE:
            log.error("the database is away: %s", request.path, exc_info=exception)
            return away(request)
        if not isinstance(exception, Refusal):
            return None
        request.refused = True  # type: ignore[attr-defined]
        note_refusal(request, exception)
        if getattr(request, "htmx", False):
            return render(request, "parts/refusal.html", {"refusal": exception}, status=exception.status)
        came_from = our_path(request, request.headers.get("Referer", ""))
        # After a refused form: back to where one was, with the reason on top; a page of its own otherwise.
        if request.method == "POST" and came_from and exception.status not in (403, 404):
            messages.error(request, str(exception))
            return safe_back(request, "/", wanted=came_from)
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
