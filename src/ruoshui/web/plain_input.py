"""One door for what people and programs send: nothing that could not be kept gets past it.

The head (address, query, headers, host) is looked at before anything else; fields and files of forms before the view;
bodies in JSON where they are read (`core/plain_json.py`). Calls of providers (/in/) are not refused but made readable,
in `channels/adapters.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import shown, unkept_at
from ruoshui.core.refusals import Refusal

OTHERS = ("/api/", "/in/")  # read their bodies themselves
MOST_PORT = 65534


class UnkeptText(Refusal):
    code, status = "control-character", 422
    text = _("“{shown}” holds a control character that cannot be kept (field “{field}”). Delete it and send again.")


class PlainInput:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A browser with a spoilt cookie is not locked out; it has just not that cookie.
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if unkept_at(value) < 0}
        if any(unkept_at(text) >= 0 for text in _head(request)):
            return _malformed(request, "The address or a header holds a control character.")
        if not _has_good_host(request):
            return _malformed(request, "The Host header names no host.")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.path_info.startswith(OTHERS):
            return None
        for field, text in _fields(request):
            if unkept_at(text) >= 0:
                return _refused(request, UnkeptText(field=shown(field), shown=shown(text)))
        return None


def _head(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield request.META.get("QUERY_STRING", "")
    for name, values in request.GET.lists():
        yield name
        yield from values
    for name, value in request.META.items():
        if name.startswith("HTTP_") and name != "HTTP_COOKIE" and isinstance(value, str):
            yield value


def _has_good_host(request: HttpRequest) -> bool:
    try:
        host = request.get_host()
    except DisallowedHost:
        return False
    _name, colon, port = host.rpartition(":")
    return not colon or host.endswith("]") or (len(port) <= 5 and 0 < int(port) <= MOST_PORT)


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        yield name, name
        for value in values:
            yield name, str(value)
    for name, files in request.FILES.lists():
        yield name, name
        for file in files:
            yield name, f"{file.name} {file.content_type}"


def _malformed(request: HttpRequest, detail: str) -> HttpResponse:
    """Nobody gets here by hand: no page, no language."""
    if not request.path.startswith("/api/"):
        return HttpResponseBadRequest(detail, content_type="text/plain; charset=utf-8")
    problem = {"type": "about:blank", "title": "malformed", "status": 400, "code": "malformed", "detail": detail}
    return JsonResponse(problem, status=400, content_type="application/problem+json")


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page of its own and no way back by itself: the browser's Back keeps what was typed."""
    if request.path_info.startswith("/chat/"):
        return JsonResponse({"errors": [str(refusal)]}, status=refusal.status)
    page = "parts/refusal.html" if getattr(request, "htmx", False) else "refusal.html"
    return render(request, page, {"refusal": refusal}, status=refusal.status)
