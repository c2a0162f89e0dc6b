"""A worker whose periodic jobs stand still while the database is well ends itself; its supervisor starts it again."""

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from ruoshui.core.pulses import Pulses

log = logging.getLogger(__name__)
EVERY_SECONDS = 5.0
STANDS_STILL_SECONDS = 30.0
GRACE_SECONDS = 5.0
EX_TEMPFAIL = 75
LAST_DEFER = "SELECT extract(epoch FROM now())::float - max(defer_timestamp) FROM procrastinate_periodic_defers"


class Watchdog:
    """`look` is called every few seconds. It writes the pulses too: that shows that the database takes writes."""

    def __init__(
        self,
        pulses: Pulses,
        end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pulses, self._end, self._clock = pulses, end, clock
        self._well_since: float | None = None

    def look(self, _at: datetime) -> None:
        try:
            self._pulses.write()
            with connection.cursor() as cursor:
                cursor.execute(f"{LAST_DEFER} WHERE task_name = 'core.rescue'")
                age = cursor.fetchone()[0]
        except Exception:
            self._well_since = None
            raise
        now = self._clock()
        self._well_since = now if self._well_since is None else self._well_since
        if now - self._well_since > STANDS_STILL_SECONDS and (age is None or age > STANDS_STILL_SECONDS):
            log.critical("periodic jobs stand still though the database is well; this worker ends to begin again")
            self._end()


def end_process(stop: Callable[[], None]) -> None:
    """First in order, then in any case."""
    stop()
    time.sleep(GRACE_SECONDS)
    os._exit(EX_TEMPFAIL)
