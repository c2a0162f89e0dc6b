"""Connections to the database that are fit for use: alive, and not left over from a spell without writing.

A connection made while the database could only be read (a failover, a full disk, maintenance) stays read-only when the
spell is over. The server says with every change whether it is; such a one reads for a moment longer, then is replaced.
"""

import time
from typing import Any

import psycopg
from psycopg import pq
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

READ_ONLY_SECONDS = 2.0  # so long one is used before another is tried
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 2.0
SIGNS = (b"in_hot_standby", b"default_transaction_read_only")  # told by the server itself, since PostgreSQL 14

_alive, _alive_async = ConnectionPool.check_connection, AsyncConnectionPool.check_connection
_next_pause = AttemptWithBackoff.update_delay


class OnlyReads(psycopg.OperationalError):
    """It was made while the database could only be read."""


def is_stale(connection: Any) -> bool:
    """It can only read, and is older than a moment: perhaps a new one can write."""
    server: pq.abc.PGconn = connection.pgconn
    if b"on" not in [server.parameter_status(sign) for sign in SIGNS]:
        return False
    since: float = vars(connection).setdefault("reads_since", time.monotonic())
    return time.monotonic() - since > READ_ONLY_SECONDS


def check(connection: Any) -> None:
    _alive(connection)
    if is_stale(connection):
        connection.close()
        raise OnlyReads("made while the database could only be read")


async def check_async(connection: Any) -> None:
    await _alive_async(connection)
    if is_stale(connection):
        await connection.close()
        raise OnlyReads("made while the database could only be read")


def _pause(attempt: AttemptWithBackoff, now: float) -> None:
    _next_pause(attempt, now)
    attempt.delay = min(attempt.delay, LONGEST_PAUSE)


def set_up_pools() -> None:
    """For all pools of this process, Django's and that of the jobs: both take their check from the class.

    When the database was restarted, every connection of a pool is dead, and it tries one after another with pauses that
    double from one second on: a request would give up before it came to a living one, and after a long outage the next
    try would be minutes away.
    """
    ConnectionPool.check_connection = staticmethod(check)  # type: ignore[method-assign, assignment]
    AsyncConnectionPool.check_connection = staticmethod(check_async)  # type: ignore[method-assign, assignment]
    AttemptWithBackoff.INITIAL_DELAY = FIRST_PAUSE
    AttemptWithBackoff.update_delay = _pause  # type: ignore[method-assign, assignment]
