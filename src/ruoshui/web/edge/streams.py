"""Who may open one more stream of live updates: so many with one page's token, so many from one address."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from ruoshui.web.addresses import NetworkPlace
from ruoshui.web.edge.seats import Seats
from ruoshui.web.forwarded import asker_of

Header = tuple[bytes, bytes]
OF_ONE_PAGE = 8  # a page that was opened again from its history brings the same token
open_streams = Seats(15_000, {NetworkPlace.OUTSIDE: 500, NetworkPlace.INSIDE: 5000})
by_token: Counter[bytes] = Counter()


@asynccontextmanager
async def a_stream(scope: Mapping[str, Any], send: Callable[[dict[str, Any]], Awaitable[None]]) -> AsyncIterator[bool]:
    """False, and answered, when it may not be."""
    token: bytes = scope["query_string"]
    address = asker_of(scope)
    if scope["method"] not in ("GET", "HEAD"):
        await _say(send, 405, b"Live updates are read with GET.", (b"allow", b"GET, HEAD"))
        yield False
    elif by_token[token] >= OF_ONE_PAGE or not open_streams.take(address):
        await _say(send, 429, b"Too many live updates are open.", (b"retry-after", b"30"))
        yield False
    else:
        by_token[token] += 1
        try:
            yield True
        finally:
            open_streams.give(address)
            by_token[token] -= 1
            if by_token[token] <= 0:
                del by_token[token]


async def _say(send: Callable[[dict[str, Any]], Awaitable[None]], status: int, text: bytes, more: Header) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", b"*"),
        (b"connection", b"close"),
        more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
