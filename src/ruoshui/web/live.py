"""Live updates: a small process of its own, one LISTEN connection, any number of idle screens.

A page carries a signed list of the topics its reader may follow; this process checks the
signature and passes on which of them changed, never what. The page then asks for itself, through
the same door as always. Bare ASGI: a client costs tens of kilobytes.
"""

import asyncio
import contextlib
import json
import logging
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.core import signing
from django.utils.log import configure_logging

from ruoshui.core.live import CHANNEL
from ruoshui.core.logs import quieten
from ruoshui.settings.bounds import plain_parameters
from ruoshui.web.edge.protocol import let_many_in
from ruoshui.web.edge.streams import a_stream
from ruoshui.web.live_rights import LOOK_SECONDS, Connection, KnownRights, people_in
from ruoshui.web.whose import HEADER, is_of_our_run

# Only the settings are read: without Django's applications this process starts sooner and is smaller.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")

log = logging.getLogger(__name__)
SALT = "live-topics"
MAX_AGE_SECONDS = 24 * 3600
PING_SECONDS = 20
REMEMBERED_SECONDS = 60
LATE_SECONDS = 15  # without a look at the database: what changed may not have been heard
LAG_SECONDS = 0.2  # between the clock of the web process and ours
ENDED = ""  # put into a queue to end what it feeds
MOST_AT_ONCE = 1000  # changes told before rights are looked at again
MOST_LISTS = 60  # pages of one browser
WAITING_AT_MOST = 50  # news for one client; to one further behind the oldest are told with the newest

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def follows(*topics: str, reader: int | None = None) -> dict[str, Any]:
    """For a page: `topics` that its live parts show (a template names them at each), and signed what it may follow.

    `reader`: the member of staff whose page it is. The end of their rights then ends it, and their bell rings on it.
    """
    everything = {*topics, *([f"staff:{reader}"] if reader is not None else [])}
    return {"topics": " ".join(topics), "live_topics": sign_topics([*everything])}


def sign_topics(topics: list[str]) -> str:
    """What a page may follow, and since when: what changes while it is on its way is not missed."""
    return signing.dumps({"topics": sorted(topics), "since": time.time()}, salt=SALT, compress=True)


class Hub:
    """Who follows what."""

    def __init__(self) -> None:
        self.followers: dict[str, set[asyncio.Queue[str]]] = {}
        self.listener: asyncio.Task[None] | None = None
        self.began = time.time()
        self.changed: dict[str, float] = {}
        self.standing = KnownRights()
        self.looked: float | None = None  # when the connection that listens answered last

    def follow(self, topics: list[str]) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING_AT_MOST)
        for topic in topics:
            self.followers.setdefault(topic, set()).add(queue)
        return queue

    def leave(self, topics: list[str], queue: asyncio.Queue[str]) -> None:
        for topic in topics:
            self.followers.get(topic, set()).discard(queue)
            if not self.followers.get(topic):
                self.followers.pop(topic, None)

    def has_missed(self, topics: list[str], since: float) -> bool:
        """Did any topic change since the page was made? Yes, when that is too long ago to know."""
        if since < max(self.began, time.time() - REMEMBERED_SECONDS):
            return True
        return any(self.changed.get(topic, 0) > since - LAG_SECONDS for topic in topics)

    def remember(self, topics: list[str]) -> None:
        now = time.time()
        for topic in topics:
            self.changed.pop(topic, None)  # so that the dictionary stays in order of time
            self.changed[topic] = now
        while self.changed and next(iter(self.changed.values())) < now - REMEMBERED_SECONDS - LAG_SECONDS:
            del self.changed[next(iter(self.changed))]

    def tell(self, topics: list[str]) -> None:
        """Each follower hears of the topics they asked for, and of no others that changed with them."""
        self.remember(topics)
        told: dict[asyncio.Queue[str], list[str]] = {}
        for topic in topics:
            for queue in self.followers.get(topic, ()):
                told.setdefault(queue, []).append(topic)
        for queue, own in told.items():
            _put(queue, json.dumps(own))

    async def look_at_rights(self, connection: Connection) -> None:
        """End the updates of whoever may not sign in any more, or has other rights now."""
        fallen = await self.standing.fallen(connection, people_in(self.followers))
        self.looked = time.monotonic()
        for pk in fallen:
            for queue in self.followers.get(f"staff:{pk}", ()):
                _put(queue, ENDED)

    def hears(self) -> bool:
        """Would a change be told just now? The connection answered lately."""
        return self.looked is not None and time.monotonic() - self.looked < LATE_SECONDS

    async def listen(self) -> None:
        """One connection, opened again whenever it breaks; then everybody reloads once."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(**plain_parameters(), autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.tell(list(self.followers))
                    while True:
                        async for notify in connection.notifies(timeout=LOOK_SECONDS, stop_after=MOST_AT_ONCE):
                            self.tell(json.loads(notify.payload))
                        await self.look_at_rights(connection)
            except (psycopg.Error, OSError):
                self.looked = None
                log.warning("live updates lost the database; trying again")
                await asyncio.sleep(1)


def _put(queue: asyncio.Queue[str], news: str) -> None:
    if queue.full():
        oldest = queue.get_nowait()  # its topics are told with the newest: what changed is not lost, only later
        is_over = ENDED in (oldest, news)
        news = ENDED if is_over else json.dumps(sorted({*json.loads(oldest), *json.loads(news)}))
    queue.put_nowait(news)


hub = Hub()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/healthz":
        await _alive(scope, send)
    elif scope["type"] == "http" and scope["path"] == "/readyz":
        await _ready(send)
    elif scope["type"] == "http":
        async with a_stream(scope, send) as is_free:
            if is_free:
                await _follow(scope, receive, send)


async def _alive(scope: dict[str, Any], send: Send) -> None:
    asked = dict(scope["headers"]).get(HEADER.lower().encode(), b"")
    ours = [(HEADER.lower().encode(), b"ours")] if is_of_our_run(asked) else []
    await send({"type": "http.response.start", "status": 200, "headers": [*_headers(b"text/plain"), *ours]})
    await send({"type": "http.response.body", "body": b"ok"})


async def _ready(send: Send) -> None:
    """200 while changes are heard, else 503: pages are served all the same, but hear nothing until it is back."""
    is_well = hub.hears()
    told = json.dumps({"ready": is_well}).encode()
    headers = [*_headers(b"application/json"), *([] if is_well else [(b"retry-after", b"5")])]
    await send({"type": "http.response.start", "status": 200 if is_well else 503, "headers": headers})
    await send({"type": "http.response.body", "body": told})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
            quieten("uvicorn", "uvicorn.error")
            let_many_in()
            hub.listener = asyncio.create_task(hub.listen())
            await send({"type": "lifespan.startup.complete"})
        else:
            if hub.listener:
                hub.listener.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


@dataclass(frozen=True, slots=True)
class Followed:
    """One signed list: its topics, and since when (seconds since 1970) its page has not heard of them."""

    topics: list[str]
    since: float


def _asked(scope: dict[str, Any]) -> list[Followed | None]:
    """The lists that a browser brings, one for each of its pages; None for one that is not believed."""
    query = parse_qs(scope["query_string"].decode())
    heard = dict(part.split(":", 1) for part in query.get("heard", []) if ":" in part)
    last = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    return [
        _believed(token, _seconds(heard.get(str(at), "")), _seconds(last))
        for at, token in enumerate(query.get("topics", [])[:MOST_LISTS])
    ]


def _believed(token: str, *heard: float) -> Followed | None:
    try:
        signed: dict[str, Any] = signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS)
        topics: list[str] = signed["topics"]
        if hub.standing.is_stale(people_in(topics), signed["since"]):
            return None
        return Followed(topics, max(signed["since"], *heard))
    except (signing.BadSignature, KeyError, TypeError):
        return None


def _seconds(said: str) -> float:
    """What a page says that it has heard up to; who says too much misses something, and nobody else."""
    return float(said) if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", said, re.ASCII) else 0.0


async def _follow(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    lists = _asked(scope)
    topics = sorted({topic for one in lists if one for topic in one.topics})
    if not any(lists):
        await send({"type": "http.response.start", "status": 403, "headers": _headers(b"text/plain")})
        await send({"type": "http.response.body", "body": b"forbidden"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": _headers(b"text/event-stream")})
    queue = hub.follow(topics)
    if missed := sorted(
        {topic for one in lists if one and hub.has_missed(one.topics, one.since) for topic in one.topics}
    ):
        queue.put_nowait(json.dumps(missed))
    follows = _event("follows", json.dumps([one.topics if one else None for one in lists]))
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n" + follows, "more_body": True})
        while not gone.done() and (news := await _next(queue, gone)) != ENDED.encode():
            await send({"type": "http.response.body", "body": news, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    except asyncio.CancelledError:
        pass  # the server stops: the page comes back by itself
    finally:
        hub.leave(topics, queue)
        gone.cancel()


async def _next(queue: asyncio.Queue[str], gone: asyncio.Task[None]) -> bytes:
    news = asyncio.create_task(queue.get())
    await asyncio.wait({news, gone}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if news.done() and news.result() == ENDED:
        return ENDED.encode()
    if news.done():
        return _event("changed", news.result())
    news.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await news
    return _event("still", "here")


def _event(name: str, data: str) -> bytes:
    """Its id is our time: who comes again says with it up to when they heard everything."""
    return f"event: {name}\nid: {time.time():.3f}\ndata: {data}\n\n".encode()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(content_type: bytes) -> list[tuple[bytes, bytes]]:
    # The topics are signed, and no cookie is read: any page may ask.
    return [
        (b"content-type", content_type),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", b"*"),
    ]
