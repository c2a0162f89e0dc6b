"""The answers that the event loop gives itself: no session, no database, each page drawn once."""

import asyncio
import contextlib
import json
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.template.loader import render_to_string
from django.utils import translation

from ruoshui.core.refusals import Refusal
from ruoshui.web.edge.bodies import Receive
from ruoshui.web.edge.bridge import Send
from ruoshui.web.edge.environ import environ_of
from ruoshui.web.edge.refusals import BodyTooLarge, BodyTooSlow, NoRoom, TooManyBodies
from ruoshui.web.errors import chosen_theme
from ruoshui.web.limits import RETRY_SECONDS, for_programs
from ruoshui.web.middleware import PERMISSIONS

LINGER = 5.0
KINDS: tuple[type[Refusal], ...] = (BodyTooLarge, BodyTooSlow, NoRoom, TooManyBodies)
HEADERS = [
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"permissions-policy", PERMISSIONS.encode()),
    (b"connection", b"close"),
]


async def refuse(refusal: Refusal, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """The answer, then the end. What is still coming is thrown away for a while, or no browser shows the answer."""
    request = WSGIRequest(environ_of(scope, None))
    language = translation.get_language_from_request(request)
    if for_programs(scope["path"]):
        kind, content = b"application/problem+json", _problem(refusal, language)
    else:
        details = tuple(refusal.details.items())
        kind = b"text/html; charset=utf-8"
        content = _page(refusal.code, details, language, chosen_theme(request))
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content)), *HEADERS]
    if refusal.status in (429, 503):
        headers.append((b"retry-after", b"%d" % RETRY_SECONDS))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": True})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (message := await receive()).get("more_body"):
                del message
    await send({"type": "http.response.body", "body": b""})


def _problem(refusal: Refusal, language: str) -> bytes:
    with translation.override(language):
        told = {"type": "about:blank", "title": refusal.code, "status": refusal.status, "code": refusal.code}
        return json.dumps(told | {"detail": str(refusal)}, ensure_ascii=False).encode()


@lru_cache(64)
def _page(code: str, details: tuple[tuple[str, str], ...], language: str, theme: str) -> bytes:
    (kind,) = (kind for kind in KINDS if kind.code == code)
    with translation.override(language):
        context = {"refusal": kind(**dict(details)), "language": language, "theme": theme}
        return render_to_string("edge.html", context).encode()
