"""When each round of a worker was last gone through: remembered in the process, written down by one thread."""

import threading
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

WRITE = """
    INSERT INTO core_pulse (name, every, at) VALUES (%s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET every = EXCLUDED.every, at = greatest(core_pulse.at, EXCLUDED.at)
"""


FORGET = "DELETE FROM core_pulse WHERE NOT name = ANY(%s)"


class Pulses:
    """`names` are all there are: what an older version had is forgotten with the first writing."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: list[str] | None = list(names)
        self._lock = threading.Lock()
        self._fresh: dict[str, tuple[float, datetime]] = {}

    def beat(self, name: str, every: float, at: datetime) -> None:
        with self._lock:
            self._fresh[name] = (every, at)

    def write(self) -> None:
        """What beat since the last writing, in the order of names so that two workers never wait for each other."""
        with self._lock:
            fresh, self._fresh = self._fresh, {}
        try:
            with connection.cursor() as cursor:
                if self._names is not None:
                    cursor.execute(FORGET, [self._names])
                    self._names = None
                cursor.executemany(WRITE, [(name, *fresh[name]) for name in sorted(fresh)])
        except BaseException:
            with self._lock:
                self._fresh = fresh | self._fresh
            raise
