"""Every response is safe by default; every refusal becomes a page that says what to do."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_variables
from django_htmx.middleware import HtmxMiddleware

from ruoshui.core.refusals import Refusal

Answer = Callable[[HttpRequest], HttpResponse]


class _PagesOnly:
    """Programs bring a token with each call: no session, no form, no message from one page to the next."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/"):
            return self.get_response(request)  # type: ignore[attr-defined]
        return super().__call__(request)  # type: ignore[misc]


class Sessions(_PagesOnly, SessionMiddleware): ...


class Forms(_PagesOnly, CsrfViewMiddleware):
    # Django asks this of each middleware by itself, not through the call.
    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        return None if request.path_info.startswith("/api/") else super().process_view(request, *view)


class SignedIn(_PagesOnly, AuthenticationMiddleware): ...


class Messages(_PagesOnly, MessageMiddleware): ...


class Htmx(_PagesOnly, HtmxMiddleware): ...


class SafeResponses:
    """Only our own scripts run; only our own host and the live updates are talked to."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        live = live_url(request)
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'self'; connect-src 'self' {live}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
            "frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'",
        )
        return response


def live_url(request: HttpRequest) -> str:
    """Where the live updates are: as set, else this host one port further."""
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    host, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{int(port or 80) + 1}"


class RefusalPages:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @sensitive_variables()
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if getattr(request, "htmx", False):
            return render(request, "parts/refusal.html", {"refusal": exception}, status=exception.status)
        came_from = request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        # After a refused form: back to where one was, with the reason on top; a page of its own otherwise.
        if request.method == "POST" and ours and exception.status not in (403, 404):
            messages.error(request, str(exception))
            return redirect(came_from)
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)
