"""Jobs of the core: run a reaction, bring back the jobs of dead workers, keep the table tidy."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from ruoshui.core.events import restored
from ruoshui.core.idempotency import sweep_answers
from ruoshui.core.leftovers import sweep_leftovers
from ruoshui.core.models import RecordedEvent
from ruoshui.core.partitions import ensure_partition
from ruoshui.core.reactions import AFTERWARDS, Happened

STALLED_AFTER_SECONDS = 10


@app.task(queue="reactions", retry=RetryStrategy(max_attempts=12, exponential_wait=4), name="core.run_reaction")
def run_reaction(reaction: str, event_id: int, event_at: str) -> None:
    recorded = RecordedEvent.objects.get(pk=event_id, at=datetime.fromisoformat(event_at))
    event = restored(recorded)
    if event is not None:
        AFTERWARDS[reaction](event, Happened(recorded))


@app.periodic(cron="* * * * * */5")
@app.task(queue="housekeeping", queueing_lock="rescue", pass_context=True, name="core.rescue")
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that died back to the living."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", queueing_lock="tidy", name="core.tidy")
def tidy(timestamp: int) -> None:
    now = timezone.now()
    for months in range(3):
        ensure_partition(now + timedelta(days=31 * months))
    sweep_answers(now)


@app.periodic(cron="43 3 * * *")
@app.task(queue="housekeeping", queueing_lock="leftovers", name="core.sweep_leftovers")
def sweep_files(timestamp: int) -> None:
    sweep_leftovers(timezone.now())
