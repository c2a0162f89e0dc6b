"""Can the product do its work just now? One answer for balancers, monitors and the doctor.

Each look is bounded in time and cheap: a write that is rolled back, a few bytes to the disk, three small questions.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from ruoshui.core.models import Pulse

LEAST_FREE_BYTES = 100 * 1024**2  # two of the largest mails
STATEMENT_MILLISECONDS = 2000
PULSE = "worker"
WORKER_LATE = timedelta(seconds=60)
ROUND_LATE = timedelta(seconds=300)  # a round that sends a thousand mails takes its time
JOBS_LATE_SECONDS = 60
WAITS_LATE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    name: str
    is_well: bool
    told: str


def database_takes_writes() -> ReadinessCheck:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_MILLISECONDS}")
                # A name of its own: nobody waits for anybody.
                cursor.execute(
                    "INSERT INTO core_pulse (name, every, at) VALUES (%s, 0, now())", [f"look {secrets.token_hex(8)}"]
                )
            transaction.set_rollback(True)
    except Error as wrong:
        return ReadinessCheck("database", False, f"the database takes no writes ({_kind(wrong)})")
    return ReadinessCheck("database", True, "the database takes writes")


def disk_takes_files() -> ReadinessCheck:
    folder = Path(settings.MEDIA_ROOT)
    probe = folder / f".look.{os.getpid()}.{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        with probe.open("xb") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        return ReadinessCheck("disk", False, f"no file can be kept ({wrong.strerror})")
    finally:
        with suppress(OSError):
            probe.unlink()
    return ReadinessCheck("disk", free >= LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GB free for files")


def sweeps_are_in_time() -> ReadinessCheck:
    """Promises, mail, messages, notices: each round was gone through lately by some worker."""
    now = timezone.now()
    try:
        pulses = list(Pulse.objects.all())
    except Error as wrong:
        return ReadinessCheck("sweeps", False, f"not known ({_kind(wrong)})")
    newest = max((pulse.at for pulse in pulses if pulse.name == PULSE), default=None)
    if newest is None or now - newest > WORKER_LATE:
        return ReadinessCheck("sweeps", False, "no worker runs")
    late = sorted(p.name for p in pulses if now - p.at > max(ROUND_LATE, 3 * timedelta(seconds=p.every)))
    return ReadinessCheck("sweeps", not late, f"late: {', '.join(late)}" if late else "all rounds are in time")


def jobs_are_in_time() -> ReadinessCheck:
    try:
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            periodic, waits = cursor.fetchone()
    except Error as wrong:
        return ReadinessCheck("jobs", False, f"not known ({_kind(wrong)})")
    if periodic is None or periodic > JOBS_LATE_SECONDS:
        ago = "never ran" if periodic is None else f"ran {periodic:.0f} s ago"
        return ReadinessCheck("jobs", False, f"periodic jobs {ago}")
    if waits is not None and waits > WAITS_LATE_SECONDS:
        return ReadinessCheck("jobs", False, f"a job has waited for {waits:.0f} s")
    return ReadinessCheck("jobs", True, f"periodic jobs ran {periodic:.0f} s ago")


JOBS = """
    SELECT (SELECT extract(epoch FROM now()) - max(defer_timestamp) FROM procrastinate_periodic_defers
            WHERE task_name = 'core.rescue')::float,
           (SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_events e
            WHERE e.type = 'deferred' AND e.job_id = (
                SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL))::float
"""


def _kind(wrong: BaseException) -> str:
    """The kind of fault, never its text: addresses and words may stand there."""
    cause = wrong.__cause__ or wrong
    return type(cause).__name__


CHECKS: dict[str, Callable[[], ReadinessCheck]] = {
    "database": database_takes_writes,
    "disk": disk_takes_files,
    "sweeps": sweeps_are_in_time,
    "jobs": jobs_are_in_time,
}


def checks(names: Iterable[str] = CHECKS) -> list[ReadinessCheck]:
    return [CHECKS[name]() for name in names]
