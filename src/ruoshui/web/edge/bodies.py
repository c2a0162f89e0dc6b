"""The bodies of requests, read in the event loop before a thread is taken: so long, so large, so fast.

Small ones stay in memory, as long as all together have room there; others lie in a file without a name, which is gone
with the process.
"""

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import IO, Any

from ruoshui.web.addresses import NetworkPlace
from ruoshui.web.edge.nameless import nameless
from ruoshui.web.edge.refusals import BodyTooLarge, BodyTooSlow, NoRoom, TooManyBodies
from ruoshui.web.edge.seats import Room, Seats

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

SECONDS = 15.0
LEAST_RATE = (
    32 * 1024
)  # bytes a second: what is larger than one gets in SECONDS has longer, as long as it comes so fast
SMALL = 256 * 1024
MEGABYTE = 1024 * 1024

memory = Room(64 * MEGABYTE, 16 * MEGABYTE)
disk = Room(4096 * MEGABYTE, 512 * MEGABYTE)
arriving = Seats(4000, {NetworkPlace.OUTSIDE: 40, NetworkPlace.INSIDE: 400})


class Gone(Exception):
    """Who sent it hung up."""


class Body:
    """What has come so far. To be closed by whoever made it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.size = 0
        self.file: IO[bytes] = io.BytesIO()
        self.room = memory

    @property
    def is_on_disk(self) -> bool:
        return self.room is disk

    async def add(self, piece: bytes) -> None:
        """Raises NoRoom."""
        if not self.is_on_disk and (self.size + len(piece) > SMALL or not memory.take(len(piece), self.address)):
            await self._to_disk()
        if not self.is_on_disk:
            self.size += len(piece)
            self.file.write(piece)
            return
        if not disk.take(len(piece), self.address):
            raise NoRoom
        self.size += len(piece)
        with _or_no_room():
            await asyncio.to_thread(self.file.write, piece)

    async def _to_disk(self) -> None:
        if not disk.take(self.size, self.address):
            raise NoRoom
        memory.give(self.size, self.address)
        kept, self.room = self.file, disk
        with _or_no_room():
            self.file = await asyncio.to_thread(nameless, kept)

    def close(self) -> None:
        self.room.give(self.size, self.address)
        self.size = 0
        self.file.close()


@contextlib.contextmanager
def _or_no_room() -> Iterator[None]:
    try:
        yield
    except OSError as full:
        raise NoRoom from full


async def read_body(receive: Receive, *, most: int, address: str) -> Body:
    """The whole body, at its beginning. Raises a refusal, or Gone."""
    if not arriving.take(address):
        raise TooManyBodies
    body = Body(address)
    try:
        await _read(receive, body, most)
        body.file.seek(0)
    except BaseException:
        body.close()
        raise
    finally:
        arriving.give(address)
    return body


async def _read(receive: Receive, body: Body, most: int) -> None:
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(SECONDS) as limit:
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                piece, more = message.get("body", b""), message.get("more_body", False)
                if body.size + len(piece) > most:
                    raise BodyTooLarge(megabytes=megabytes(most))
                await body.add(piece)
                limit.reschedule(began + SECONDS + body.size / LEAST_RATE)
    except TimeoutError as late:
        raise BodyTooSlow from late


def megabytes(size: int) -> str:
    return f"{size / MEGABYTE:g}"
