"""The worker: jobs, promises that fall due, pauses that end, the backlog. Any number may run."""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from ruoshui.cases.actions import take_new_letters, take_new_texts
from ruoshui.channels.actions import dial_signed, end_forgotten_calls, send_due_letters, send_due_texts
from ruoshui.informing.actions import send_due_notices as send_notices
from ruoshui.informing.actions import try_next_ways
from ruoshui.notices.actions import show_due_notices
from ruoshui.operations.lmtp import serve_lmtp
from ruoshui.operations.mailing import Watchers
from ruoshui.processes.actions import fire_due_timers
from ruoshui.queues.actions import remind_all, send_home
from ruoshui.routing.actions import assign_backlog
from ruoshui.sla.actions import resume_due_cases, sweep_clocks
from ruoshui.webhooks.actions import send_due_deliveries

log = logging.getLogger(__name__)
JOB_THREADS = 2
SWEEPS: tuple[tuple[str, float, Callable[[datetime], int]], ...] = (
    ("backlog", 0.5, assign_backlog),
    ("promises", 1.0, sweep_clocks),
    ("notices", 1.0, show_due_notices),
    ("timers of processes", 1.0, fire_due_timers),
    ("pauses", 5.0, resume_due_cases),
    ("mail that came in", 2.0, take_new_letters),
    ("mail to be sent", 1.0, send_due_letters),
    ("messages that came in", 2.0, take_new_texts),
    ("messages to be sent", 0.5, send_due_texts),
    ("calls without an end", 600.0, end_forgotten_calls),
    ("numbers to be dialled", 1.0, dial_signed),
    ("notices to customers", 1.0, send_notices),
    ("ways that failed", 15.0, try_next_ways),
    ("webhooks", 1.0, send_due_deliveries),
    ("numbers left over", 60.0, send_home),
    ("reminders of appointments", 30.0, remind_all),
)


def work() -> None:
    """Until SIGINT or SIGTERM; running jobs are finished first."""
    stopping = threading.Event()
    threads = [
        threading.Thread(target=_sweep, args=(name, every, sweep, stopping), daemon=True)
        for name, every, sweep in SWEEPS
    ]
    threads.append(threading.Thread(target=Watchers(stopping).run, daemon=True))
    threads.append(threading.Thread(target=serve_lmtp, args=(stopping,), daemon=True))
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_jobs(stopping))
    finally:
        stopping.set()
        for thread in threads:
            thread.join(5)


def _sweep(name: str, every: float, sweep: Callable[[datetime], int], stopping: threading.Event) -> None:
    while not stopping.wait(every):
        try:
            sweep(timezone.now())
        except DatabaseError:
            # A restarted database, a lock that waited too long: the next round does it.
            log.warning("sweep of %s will be tried again", name, exc_info=True)
        except Exception:
            log.exception("sweep of %s failed", name)
        finally:
            close_old_connections()


async def _jobs(stopping: threading.Event) -> None:
    """Procrastinate's worker, started again when the database went away under it."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    while not told.is_set():
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        try:
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
                await asyncio.wait({job, asyncio.create_task(told.wait())}, return_when=asyncio.FIRST_COMPLETED)
                if not job.done():
                    job.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await job
        except Exception:
            log.exception("jobs stopped; starting again")
            await asyncio.sleep(1)
    stopping.set()
