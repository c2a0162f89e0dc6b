"""Gathering for an event loop: those who ask while others are served are served next, together, on one thread.

What costs most of a small request under load, a thread and a turn of the interpreter for each, is paid once for all.
Who comes alone is served at once; in a crowd one waits a moment longer, so that fewer transactions carry more.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import OperationalError, connection

from ruoshui.core.gathering import AT_MOST, next_of

A = TypeVar("A")
G = TypeVar("G")
log = logging.getLogger(__name__)
APART_SECONDS = 0.03  # from the beginning of one serving to the next


class Crowd(Generic[A, G]):
    """`serve` gets what was asked, in order of coming, and answers each; None sends them another way.

    Those of the same `apart` are never together. The thread keeps its connection to the database.
    """

    def __init__(
        self,
        serve: Callable[[list[A]], Sequence[G | None]],
        *,
        apart: Callable[[A], Hashable],
        at_most: int = AT_MOST,
    ) -> None:
        self._serve, self._apart, self._at_most = serve, apart, at_most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="crowd")
        self._waiting: list[tuple[A, asyncio.Future[G | None]]] = []
        self._serving: asyncio.Task[None] | None = None
        self.began = -APART_SECONDS  # the last serving, by the loop's clock

    async def ask(self, asked: A) -> G | None:
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[G | None] = loop.create_future()
        self._waiting.append((asked, mine))
        if self._serving is None:
            self._serving = loop.create_task(self._serve_all())
        return await mine

    async def _serve_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(self.began + APART_SECONDS - loop.time())
            self.began = loop.time()
            together, self._waiting = next_of(self._waiting, lambda p: self._apart(p[0]), self._at_most)
            answers = await loop.run_in_executor(self._thread, self._answers, [asked for asked, _his in together])
            for (_asked, waiting), given in zip(together, answers, strict=True):
                if not waiting.done():  # else whoever asked has hung up
                    waiting.set_result(given)
        self._serving = None

    def _answers(self, asked: list[A]) -> Sequence[G | None]:
        try:
            return self._serve(asked)
        except Exception as wrong:
            # Whose fault it was shows when each goes the other way by themselves.
            if not isinstance(wrong, OperationalError):  # the database is away: nothing to look for here
                log.warning("%d could not be served together", len(asked), exc_info=True)
            connection.close()
            return [None] * len(asked)
