"""Procrastinate's worker, started again whenever the database went away under it."""

import asyncio
import contextlib
import logging
import signal
import time
from typing import Any

from asgiref.sync import sync_to_async
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from psycopg_pool import AsyncConnectionPool

from ruoshui.operations.rounds import give_back, grown

log = logging.getLogger(__name__)
JOB_THREADS = 2
FIRST_PAUSE, WELL_SECONDS = 0.25, 30.0
FRESH_SECONDS, OPEN_SECONDS = 5.0, 5.0


class _Pool(AsyncConnectionPool[Any]):
    async def open(self, wait: bool = False, timeout: float = OPEN_SECONDS) -> None:
        """Gives up after seconds, not half a minute: then all begins again."""
        await super().open(wait, timeout)


class Jobs:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def run(self) -> None:
        asyncio.run(self._run())

    def stop(self) -> None:
        """From any thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._told.set)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._told.set)
        fresh = asyncio.create_task(_fresh_connections())
        pause = FIRST_PAUSE
        while not self._told.is_set():
            began = time.monotonic()
            try:
                await self._until_it_stops()
            except Exception:
                log.exception("jobs stopped; starting again")
            pause = FIRST_PAUSE if time.monotonic() - began > WELL_SECONDS else grown(pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), pause)
        fresh.cancel()

    async def _until_it_stops(self) -> None:
        """Told to, or by a fault: procrastinate ends without an error when one of its side tasks failed."""
        await sync_to_async(give_back)()
        connector = PsycopgConnector(kwargs=connector_params(), pool_factory=_Pool, max_lifetime=300, timeout=5)
        worker_app: App = app.with_connector(connector)
        async with worker_app.open_async():
            job = asyncio.create_task(
                worker_app.run_worker_async(
                    concurrency=JOB_THREADS,
                    fetch_job_polling_interval=0.5,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    update_heartbeat_interval=3,
                    stalled_worker_timeout=10,
                )
            )
            told = asyncio.create_task(self._told.wait())
            await asyncio.wait({job, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if not job.done():
                job.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await job


async def _fresh_connections() -> None:
    """Periodic jobs are put down over Django's connection of the thread that `sync_to_async` uses. Nobody else gives it
    back: one that the database has ended, or that can only read, would be used for ever.
    """
    while True:
        await asyncio.sleep(FRESH_SECONDS)
        await sync_to_async(give_back)()
