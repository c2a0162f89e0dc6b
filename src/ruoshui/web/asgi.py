"""The web as gunicorn loads it: a request goes to Django on a thread of its own, unless it is one that comes in crowds.

Whichever it is, its body has been read before. Those in crowds the loop has answered many at once (`api/crowded.py`).
Whom that does not answer goes to Django after all, as if it had just come.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from ruoshui.core.crowds import Crowd
from ruoshui.core.refusals import Refusal
from ruoshui.web import wsgi
from ruoshui.web.api.crowded import Asked, serve_crowd
from ruoshui.web.crowd_doors import MOST_BYTES, CrowdDoor, door_of
from ruoshui.web.edge.bodies import Body, Gone, Receive, megabytes, read_body
from ruoshui.web.edge.bridge import Bridge, BridgeAnswer, Send, tell
from ruoshui.web.edge.environ import environ_of
from ruoshui.web.edge.refusals import BodyTooLarge
from ruoshui.web.edge.refusing import refuse
from ruoshui.web.edge.sizes import largest_body
from ruoshui.web.forwarded import asker_of
from ruoshui.web.limits import COUNTED
from ruoshui.web.middleware import HSTS, PERMISSIONS

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = 24
LARGE_AT_ONCE = 2  # a view holds all files of its form in memory
# As Django's middleware has them, but nothing in such an answer is ever shown as a page.
HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"permissions-policy", PERMISSIONS.encode()),
    *([(b"strict-transport-security", HSTS.encode())] if settings.SECURE else []),
]


class Web:
    def __init__(self, django: Bridge) -> None:
        self._django = django
        self._crowd: Crowd[Asked, bytes] = Crowd(serve_crowd, apart=lambda one: one.code)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        scope = _in_ascii(scope)
        body = None
        try:
            door = door_of(scope)
            body = await _body_of(scope, receive, MOST_BYTES if door else None)
            if body is None or door is None or not await self._in_a_crowd(door, body, send):
                answer = await self._by_django({**scope, COUNTED: True} if door else scope, body)
                await tell(answer, send)
        except Refusal as refusal:
            await refuse(refusal, scope, receive, send)
        except Gone:
            pass
        finally:
            if body is not None:
                body.close()

    async def _by_django(self, scope: Scope, body: Body | None) -> BridgeAnswer:
        environ = environ_of(scope, body)
        async with self._large if body is not None and body.is_on_disk else contextlib.nullcontext():
            return await self._django.work(environ)

    async def _in_a_crowd(self, door: CrowdDoor, body: Body, send: Send) -> bool:
        asked = Asked(door.token, door.code, door.counter, door.key, body.file.read(), timezone.now())
        answer = await self._crowd.ask(asked)
        if answer is None:
            body.file.seek(0)
            return False
        headers = [*HEADERS, (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200 if door.counter else 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        return True


async def _body_of(scope: Scope, receive: Receive, most: int | None) -> Body | None:
    """None: it brings none. Raises a refusal or Gone."""
    headers = dict(scope["headers"])
    said = headers.get(b"content-length", b"")
    if said == b"0" or (not said and b"transfer-encoding" not in headers):
        return None
    length = int(said) if said.isdigit() else None
    kind = headers.get(b"content-type", b"").decode("latin1").strip().lower()
    largest = most or largest_body(scope["path"], length, kind)
    if length is not None and length > largest:
        raise BodyTooLarge(megabytes=megabytes(largest))
    return await read_body(receive, most=largest, address=asker_of(scope))


def _in_ascii(scope: Scope) -> Scope:
    """Some send letters in the address as they are; WSGI has room for their codes only."""
    query: bytes = scope["query_string"]
    return scope if query.isascii() else {**scope, "query_string": quote(query, safe="%/:?#[]@!$&'()*+,;=~").encode()}


application = Web(Bridge(wsgi.application, threads=THREADS))
