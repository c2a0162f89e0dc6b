"""The web as gunicorn loads it: a request goes to Django on a thread of its own, unless it is one that comes in crowds.

Those the loop has answered many at once (`api/crowded.py`). Whom that does not answer goes to Django after all, as if
he had just come.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.utils import timezone

from ruoshui.core.crowds import Crowd
from ruoshui.web import wsgi
from ruoshui.web.api.crowded import Asked, serve_crowd
from ruoshui.web.crowd_doors import Door, door_of
from ruoshui.web.limits import COUNTED

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = 24
# As Django's middleware has them, but nothing in such an answer is ever shown as a page.
HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Web:
    def __init__(self, django: App) -> None:
        self._django = django
        self._crowd: Crowd[Asked, bytes] = Crowd(serve_crowd, apart=lambda one: one.code)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = _in_ascii(scope)
            if (door := door_of(scope)) is not None:
                await self._in_a_crowd(door, scope, receive, send)
                return
        await self._django(scope, receive, send)

    async def _in_a_crowd(self, door: Door, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        asked = Asked(door.token, door.code, door.counter, door.key, body, timezone.now())
        answer = await self._crowd.ask(asked)
        if answer is None:
            await self._django({**scope, COUNTED: True}, _again(body, receive), send)
            return
        headers = [*HEADERS, (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200 if door.counter else 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes after it."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


def _in_ascii(scope: Scope) -> Scope:
    """Some send letters in the address as they are; WSGI has room for their codes only."""
    query: bytes = scope["query_string"]
    return scope if query.isascii() else {**scope, "query_string": quote(query, safe="%/:?#[]@!$&'()*+,;=~").encode()}


application = Web(cast(App, WSGIMiddleware(cast(Any, wsgi.application), workers=THREADS)))
