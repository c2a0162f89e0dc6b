"""The screens of many halls, and the phones of those who wait there, kept fresh as browsers keep them.

Each follows its branch, its counter or its number and asks again when something changed there.
Runs in a process of its own beside the load of numbers and calls.
"""

import asyncio
import multiprocessing
import random
import re
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from typing import Any

from bench.halls_load import KeptConnection

CONNECTIONS = 32
OPEN_AT_ONCE = 16
CALM_SECONDS = (0.8, 1.5)  # live.ts: how long a screen on a wall gathers changes, and
PHONE_SECONDS = (0.25, 0.25)  # any other page
LOOKS_SECONDS = 12.0  # kiosk.ts
TOPICS = re.compile(r'data-live-topics="([^"]+)"')
EVERY = re.compile(r'hx-trigger="changed, every (\d+)s"')


@dataclass
class Looks:
    """What the screens asked for: seconds to each answer, by what asked ("kiosk", "hall", "plate", "phone")."""

    took: dict[str, list[float]] = field(default_factory=dict)
    wrong: Tally[str] = field(default_factory=Tally)
    opened: float = 0.0  # seconds until all were there


class Follower(asyncio.Protocol):
    """A connection to the live updates; `changed` is called whenever something did."""

    def __init__(self, topics: str, changed: Any) -> None:
        self.topics, self.changed = topics, changed

    def connection_made(self, transport: Any) -> None:
        transport.write(f"GET /?topics={self.topics} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if b"event: changed" in data:
            self.changed()


@dataclass
class Screens:
    """`devices`: (kind, key) of each screen."""

    devices: list[tuple[str, str]]
    port: int
    looks: Looks = field(default_factory=Looks)
    following: list[asyncio.BaseTransport] = field(default_factory=list)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def open(self) -> None:
        self.lines: asyncio.Queue[KeptConnection] = asyncio.Queue()
        for _each in range(CONNECTIONS):
            self.lines.put_nowait(KeptConnection(self.port, "HX-Request: true\r\nAccept-Encoding: gzip\r\n"))
        self.doors, began = asyncio.Semaphore(OPEN_AT_ONCE), time.perf_counter()
        await asyncio.gather(*(self._open(kind, f"/device/{key}") for kind, key in self.devices))
        self.looks.opened = time.perf_counter() - began

    def begin(self) -> None:
        self.looks.took = {}

    def see(self, number: str) -> None:
        """A number's key, photographed from the kiosk by whoever waits with it."""
        self._task(self._open("phone", f"/n/{number}"))

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        for transport in self.following:
            transport.close()
        while not self.lines.empty():
            self.lines.get_nowait().close()

    async def _open(self, kind: str, path: str) -> None:
        page = KeptConnection(self.port)
        async with self.doors:
            status, body = await page.get(path)
        page.close()
        if status != 200:
            self.looks.wrong[f"{kind}: {status}"] += 1
            return
        text = body.decode()
        if kind == "kiosk":
            self._again(kind, f"{path}/now", LOOKS_SECONDS)
            return
        if every := EVERY.search(text):
            self._again(kind, path, float(every[1]))
        topics = TOPICS.search(text)
        assert topics, "a screen follows nothing"
        asked = asyncio.Event()
        self._task(self._whenever(kind, path, asked))
        loop = asyncio.get_running_loop()
        transport, _follower = await loop.create_connection(
            lambda: Follower(topics[1], asked.set), "127.0.0.1", self.port + 1
        )
        self.following.append(transport)

    def _task(self, coroutine: Any) -> None:
        self.tasks.add(asyncio.get_running_loop().create_task(coroutine))

    def _again(self, kind: str, path: str, seconds: float) -> None:
        async def again() -> None:
            await asyncio.sleep(random.uniform(0, seconds))
            while True:
                await self._look(kind, path)
                await asyncio.sleep(seconds)

        self._task(again())

    async def _whenever(self, kind: str, path: str, asked: asyncio.Event) -> None:
        calm = random.uniform(*(PHONE_SECONDS if kind == "phone" else CALM_SECONDS))
        while True:
            await asked.wait()
            await asyncio.sleep(calm)
            asked.clear()
            await self._look(kind, path)

    async def _look(self, kind: str, path: str) -> None:
        began = time.perf_counter()
        line = await self.lines.get()
        try:
            async with asyncio.timeout(20):
                status, _body = await line.get(path)
            self.looks.took.setdefault(kind, []).append(time.perf_counter() - began)
            if status != 200:
                self.looks.wrong[f"{kind}: {status}"] += 1
        except (OSError, TimeoutError) as wrong:
            self.looks.wrong[f"{kind}: {wrong!r}"] += 1
            line.close()
        finally:
            self.lines.put_nowait(line)


class ScreensApart:
    """Screens in a process of their own: open from when this is made, they count from `begin` to `end`."""

    def __init__(self, devices: list[tuple[str, str]], port: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_keep_open, args=(devices, port, theirs), daemon=True)
        self._process.start()
        self.opened: float = self._ours.recv()

    def begin(self) -> None:
        self._ours.send("begin")

    def see(self, number: dict[str, Any]) -> None:
        self._ours.send(number["key"])

    def end(self) -> Looks:
        self._ours.send("end")
        looks: Looks = self._ours.recv()
        self._process.join()
        return looks


def _keep_open(devices: list[tuple[str, str]], port: int, told: Any) -> None:
    async def keep() -> None:
        screens, loop = Screens(devices, port), asyncio.get_running_loop()
        await screens.open()
        told.send(screens.looks.opened)
        while (word := await loop.run_in_executor(None, told.recv)) != "end":
            if word == "begin":
                screens.begin()
            else:
                screens.see(word)
        await screens.close()
        told.send(screens.looks)

    asyncio.run(keep())
