"""Static files: an address says what it leads to, so that a browser keeps the file for good and never an old one."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

ROOT = f"/{settings.STATIC_URL.lstrip('/')}"
FOR_GOOD = "public, max-age=31536000, immutable"


@cache
def mark_of(name: str) -> str:
    """What a file holds, as a short sum; a process reads each once, as WhiteNoise looks at their sizes once."""
    path = finders.find(name)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10] if isinstance(path, str) else ""


@cache
def address_of(name: str) -> str:
    return f"{ROOT}{quote(name)}?v={mark_of(name)}"


class StaticFiles:
    """Serves them; one that was asked for by what it holds is never asked for again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = WhiteNoiseMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = self.answer(request)
        asked = request.META.get("QUERY_STRING", "")
        if asked.startswith("v=") and request.path_info.startswith(ROOT) and answer.status_code in (200, 304):
            mark = mark_of(request.path_info.removeprefix(ROOT))
            if mark and asked == f"v={mark}":
                answer.headers["Cache-Control"] = FOR_GOOD
        return answer
