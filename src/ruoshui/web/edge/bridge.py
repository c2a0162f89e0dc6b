"""Django under the event loop: a thread has the request only while it works on it.

It begins with the whole body and ends with the whole answer; how long the other side takes to send the one and to read
the other is the loop's business, which waits for thousands at the cost of one.
"""

import asyncio
import io
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from ruoshui.web.edge.environ import Environ
from ruoshui.web.edge.nameless import nameless

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024


class Handed:
    """`wsgi.file_wrapper`: an answer that is a file, handed over without being read."""

    def __init__(self, file: Any, _size: int = 0) -> None:
        self.file = file
        self.close = getattr(file, "close", lambda: None)

    def __iter__(self) -> Any:
        return iter(lambda: self.file.read(PIECE), b"")

    def of_its_own(self) -> IO[bytes] | None:
        """The file once more, for the loop: the answer is closed on the thread, with whatever else it holds."""
        try:
            again = os.fdopen(os.dup(self.file.fileno()), "rb")
            again.seek(self.file.tell())
        except (AttributeError, OSError):
            return None
        return again


@dataclass(slots=True)
class BridgeAnswer:
    status: int
    headers: list[tuple[bytes, bytes]]
    file: IO[bytes]
    is_on_disk: bool


class Bridge:
    def __init__(self, application: Application, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")

    async def work(self, environ: Environ) -> BridgeAnswer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._call, environ)

    def _call(self, environ: Environ) -> BridgeAnswer:
        told: list[Any] = []
        chunks = self._application({**environ, "wsgi.file_wrapper": Handed}, lambda *start: told.extend(start))
        try:
            file, is_on_disk = _whole(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, headers = told[0], told[1]
        raw = [(name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers]
        return BridgeAnswer(int(status.split(" ", 1)[0]), raw, file, is_on_disk)


async def tell(answer: BridgeAnswer, send: Send) -> None:
    """Sends it as fast as it is taken, and closes it."""
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        while len(piece := await _next(answer)) == PIECE:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": piece})
    finally:
        answer.file.close()


async def _next(answer: BridgeAnswer) -> bytes:
    """A disk may be slow, and the loop is everybody's."""
    return await asyncio.to_thread(answer.file.read, PIECE) if answer.is_on_disk else answer.file.read(PIECE)


def _whole(chunks: Iterable[bytes]) -> tuple[IO[bytes], bool]:
    """The answer, and whether it lies on a disk."""
    handed = chunks.of_its_own() if isinstance(chunks, Handed) else None
    if handed is not None:
        return handed, True
    kept: IO[bytes] = io.BytesIO()
    is_on_disk = False
    for chunk in chunks:
        kept.write(chunk)
        if not is_on_disk and kept.tell() > IN_MEMORY:
            kept, is_on_disk = nameless(kept), True
    kept.seek(0)
    return kept, is_on_disk
