"""Whose processes answer on a port: those of the run that asks, or somebody else's."""

import hmac
import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Ruoshui-Run"
View = Callable[[HttpRequest], HttpResponse]


def says_whose(view: View) -> View:
    """Answers "ours" to who knows the secret of the run that started this process (RUOSHUI_RUN)."""

    def said(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if is_of_our_run(request.headers.get(HEADER, "").encode()):
            response.headers[HEADER] = "ours"
        return response

    return said


def is_of_our_run(asked: bytes) -> bool:
    run = os.environ.get("RUOSHUI_RUN", "").encode()
    return bool(run) and hmac.compare_digest(run, asked)
