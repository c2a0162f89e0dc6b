"""Numbers taken and called through the API at a fixed rate, whether answered in time or not.

An open loop: a request is sent when it is due, and its time runs from then, so that a slow server cannot slow the load.
"""

import asyncio
import json
import random
import time
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CONNECTIONS = 64
BUSINESSES = ("pay", "connect", "ask", "complain")


@dataclass
class ClientTimes:
    """What the clients saw: seconds to each answer, numbers given, calls made.

    `late`: seconds by which a request left after it was due, because the client itself did not get its turn. They are
    part of the times to the answers, and no server can make them shorter.
    """

    took: list[float] = field(default_factory=list)
    called: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    calls: Tally[int] = field(default_factory=Tally)
    empty: int = 0
    wrong: Tally[str] = field(default_factory=Tally)


class KeptConnection(asyncio.Protocol):
    """One connection kept open, spoken to with as little work as possible: the client shares our two cores."""

    def __init__(self, port: int, headers: str = "") -> None:
        self.port, self.head = port, f"Host: localhost\r\n{headers}"
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.read = b""

    async def post(self, path: str, body: object, key: str = "") -> tuple[int, bytes]:
        payload = json.dumps(body)
        extra = f"Idempotency-Key: {key}\r\n" if key else ""
        extra += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
        head = f"POST /api/v1{path} HTTP/1.1\r\n{self.head}{extra}\r\n"
        return await self._ask(head + payload)

    async def get(self, path: str) -> tuple[int, bytes]:
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self.head}\r\n")

    async def _ask(self, request: str) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            self.transport, _self = await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        self.waiting, self.read = loop.create_future(), b""
        self.transport.write(request.encode())
        return await self.waiting

    def data_received(self, data: bytes) -> None:
        self.read += data
        head, found, body = self.read.partition(b"\r\n\r\n")
        if not found or self.waiting is None or self.waiting.done():
            return
        told = head.lower()
        if len(body) < int(told.split(b"content-length:")[1].split(b"\r\n")[0]):
            return
        if b"connection: close" in told:
            self.close()
        self.waiting.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionResetError("the server hung up"))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
        self.transport = None


@dataclass
class Load:
    """`rate` numbers and as many calls a second, until `ended`; each request again until it is answered.

    `taken` is called with each number's answer.
    """

    token: str
    branches: int
    counters: int
    rate: float
    seconds: float
    port: int
    connections: int = CONNECTIONS
    taken: Callable[[dict[str, Any]], None] = lambda _number: None
    ended: bool = False
    seen: ClientTimes = field(default_factory=ClientTimes)
    shown: dict[tuple[int, int], int] = field(default_factory=dict)
    busy: set[tuple[int, int]] = field(default_factory=set)

    def run(self) -> ClientTimes:
        asyncio.run(self._drive())
        return self.seen

    async def _drive(self) -> None:
        self.lines: asyncio.Queue[KeptConnection] = asyncio.Queue()
        for _each in range(self.connections):
            self.lines.put_nowait(KeptConnection(self.port, f"Authorization: Bearer {self.token}\r\n"))
        rng = random.Random(5)
        begin, tasks = time.perf_counter(), set()
        for index in range(int(self.rate * self.seconds)):
            due = begin + index / self.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self.ended:
                break
            self.seen.late.append(max(0.0, time.perf_counter() - due))
            tasks.add(asyncio.create_task(self._take(due, index)))
            # Called is where a number was taken a second ago, at a counter that is not just calling. In the first
            # second nobody waits there yet; those calls must not all fall on one branch.
            place = (1 + (index - int(self.rate)) % self.branches, rng.randint(1, self.counters))
            if place not in self.busy:
                self.busy.add(place)
                tasks.add(asyncio.create_task(self._call(due, place)))
        await asyncio.gather(*tasks)
        while not self.lines.empty():
            self.lines.get_nowait().close()

    async def _asked(self, path: str, body: object, key: str = "") -> tuple[int, bytes]:
        while True:
            line = await self.lines.get()
            try:
                async with asyncio.timeout(20):  # not wait_for: it makes a task of each request
                    status, answer = await line.post(path, body, key)
                if status < 500:
                    return status, answer
            except (OSError, TimeoutError):
                line.close()
            finally:
                self.lines.put_nowait(line)
            await asyncio.sleep(0.2)

    async def _take(self, due: float, index: int) -> None:
        branch, business = 1 + index % self.branches, BUSINESSES[index % 4]
        status, answer = await self._asked(f"/branches/bench{branch}/tickets", {"business": business}, f"n{index}")
        self.seen.took.append(time.perf_counter() - due)
        if status == 201:
            number = json.loads(answer)
            self.seen.numbers[f"n{index}"] = number["id"]
            self.taken(number)
        else:
            self.seen.wrong[answer[:200].decode()] += 1

    async def _call(self, due: float, place: tuple[int, int]) -> None:
        body = {"after": self.shown.get(place, 0), "gives_up": True}
        status, answer = await self._asked(f"/branches/bench{place[0]}/counters/{place[1]}/calls", body)
        self.seen.called.append(time.perf_counter() - due)
        self.busy.discard(place)
        if status != 200:
            self.seen.wrong[answer[:200].decode()] += 1
            return
        ticket = json.loads(answer)["ticket"]
        self.shown[place] = ticket["id"] if ticket else 0
        if ticket:
            self.seen.calls[ticket["id"]] += 1
        else:
            self.seen.empty += 1
