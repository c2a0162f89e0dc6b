"""uvicorn's fast parser with the limits it does not have. No models and no views: the live updates read this too.

A head: MOST_HEAD bytes, MOST_FIELDS fields, HEAD_SECONDS from the first moment it can come, idle time included. An
answer that nobody takes: STALLED_SECONDS. And so many connections from one address.
"""

import asyncio
import http
import logging
import resource
from contextlib import suppress
from typing import Any

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ruoshui.web.addresses import NetworkPlace
from ruoshui.web.edge.seats import Seats

MOST_HEAD, MOST_FIELDS = 64 * 1024, 100
HEAD_SECONDS = 10.0
STALLED_SECONDS = 30.0

connections = Seats(8000, {NetworkPlace.OUTSIDE: 100, NetworkPlace.INSIDE: 2000})
streams = Seats(15_000, {NetworkPlace.OUTSIDE: 500, NetworkPlace.INSIDE: 5000})  # a page that is open holds one
FILES_OPEN = 16_384


# Said by the parser of every request that is none: whoever sends them must not fill our log.
NOT_WORTH_A_LINE = ("Invalid HTTP request", "Unsupported upgrade", "No supported WebSocket")
logging.getLogger("uvicorn.error").addFilter(lambda record: not record.getMessage().startswith(NOT_WORTH_A_LINE))


class _Refused(Exception):
    """Stops the parser."""


class Protocol(HttpToolsProtocol):
    seats = connections
    in_head = False
    head = fields = unread = 0
    refusal = 400
    seat = ""
    seated = False
    late: asyncio.TimerHandle | None = None
    stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self.seat = self.client[0] if self.client else ""
        # Behind a proxy all connections are the proxy's; whom it speaks for is looked at when the body comes.
        self.seated = self.seats.take(self.seat, known=not settings.PROXIES)
        if self.seated:
            self._expect_a_head()
        else:
            self._refuse(429)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.seated:
            self.seats.give(self.seat, known=not settings.PROXIES)
            self.seated = False
        self._forget("late")
        self._forget("stalled")
        super().connection_lost(exc)

    # How large a head is

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        was_in_head = self.in_head
        super().data_received(data)
        # A field is told when it is complete; the parser keeps what there is of one that never is.
        if not self.in_head:
            self.unread = 0
        elif was_in_head:
            self.unread += len(data)
        else:  # it began in this piece: what follows its last whole line has been told to nobody
            self.unread = len(data) - data.rfind(b"\n") - 1
        if self.unread > MOST_HEAD and not self.transport.is_closing():
            self._refuse(431)

    def on_message_begin(self) -> None:
        self.in_head, self.head, self.fields = True, 0, 0
        if self.late is None:
            self._expect_a_head()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._grow(len(name) + len(value) + 4)
        self.fields += 1
        if self.fields > MOST_FIELDS:
            self._stop(431)
        if self.in_head:  # what follows a body in pieces is no part of the head, whatever it calls itself
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head = False
        self._forget("late")
        super().on_headers_complete()

    def _grow(self, size: int) -> None:
        self.head += size
        if self.head > MOST_HEAD:
            self._stop(431)

    def _stop(self, status: int) -> None:
        self.refusal = status
        raise _Refused

    def send_400_response(self, msg: str) -> None:
        self._refuse(self.refusal)

    # How long it takes

    def _expect_a_head(self) -> None:
        self._forget("late")
        self.late = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _too_late(self) -> None:
        self.late = None
        if self._is_answering():
            return  # what it sends too early is waited for once it has its answer
        if not self.transport.is_closing():
            self._refuse(408)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is not None and not cycle.response_complete

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_the_end()
        elif not self.pipeline:
            self._expect_a_head()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_the_end()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_the_end()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._forget("stalled")

    def _expect_the_end(self) -> None:
        """What was written is taken by then, or thrown away with the connection."""
        if self.stalled is None:
            self.stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def _refuse(self, status: int) -> None:
        text = http.HTTPStatus(status).phrase.encode()
        if not self._is_answering():
            self.transport.write(
                b"HTTP/1.1 %d %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
                % (status, text, len(text), text)
            )
        self.transport.close()
        self._expect_the_end()

    def _forget(self, name: str) -> None:
        handle: Any = getattr(self, name)
        if handle is not None:
            handle.cancel()
            setattr(self, name, None)


class Streaming(Protocol):
    """Of the live updates."""

    seats = streams


def let_many_in() -> None:
    """As many connections as we count, not as many as a shell allows by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_OPEN if hard == resource.RLIM_INFINITY else min(FILES_OPEN, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
