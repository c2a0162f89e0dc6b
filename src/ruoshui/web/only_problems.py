"""Nothing under /api answers a program with a page or a bare line: no such address, no such method, cannot be read."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"
PROGRAMS = "/api/"


class OnlyProblems:
    """Puts a problem (RFC 9457) in the place of an error that is something else; its headers stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(PROGRAMS):
            return response
        if not response.streaming and "json" not in response.get("Content-Type", ""):
            response.content = json.dumps(_problem(response.status_code, response.get("Allow", ""))).encode()
            response["Content-Type"] = MEDIA_TYPE
        return response


def _problem(status: int, allowed: str) -> dict[str, str | int]:
    try:
        title = HTTPStatus(status).phrase.lower()
    except ValueError:
        title = "refused"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = _("This address takes {methods}.").format(methods=allowed)
    elif status == HTTPStatus.NOT_FOUND:
        detail = _("There is no such address. The description at /api/v1/openapi.json lists all of them.")
    else:
        detail = title
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": title.replace(" ", "-"),
        "detail": detail,
    }
