"""Monthly partitions of the event table, made before they are needed and, for history, on demand."""

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper


def _known() -> set[str]:
    """The months this thread's connection has taken notice of."""
    found: set[str] = vars(connections[DEFAULT_DB_ALIAS]).setdefault("noticed_partitions", set())
    return found


def partition_name(at: datetime) -> str:
    return f"core_event_{at.astimezone(UTC):%Y_%m}"


def ensure_partition(at: datetime) -> None:
    """Make the month of `at` ready.

    On a connection of its own: the locks that a new partition needs must not be held until
    the caller's transaction ends, and a rolled-back caller must not take the partition with it.
    """
    name = partition_name(at)
    if name in _known():
        return
    with connection.cursor() as cursor:
        # Not whether the table exists: another process may just be making it, and attaches it a moment later.
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(%s))", [name])
        if cursor.fetchone()[0]:
            _noticed(name)
            return
    month = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    own = connections.create_connection("default")
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('core_event'))")
            try:
                _attach(cursor, name, month, following)
            finally:
                # Closing gives a pooled connection back alive: it would keep the lock for ever.
                cursor.execute("SELECT pg_advisory_unlock(hashtext('core_event'))")
    finally:
        own.close()
    _noticed(name)


def _noticed(name: str) -> None:
    """Touching a table for the first time makes a connection take in what others changed meanwhile.

    Without, a prepared insert goes on with the partitions that it was planned for.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM {name} LIMIT 0")
    _known().add(name)


def _attach(cursor: CursorWrapper, name: str, month: datetime, following: datetime) -> None:
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {name} (LIKE core_event INCLUDING DEFAULTS)")
    cursor.execute("SELECT 1 FROM pg_inherits WHERE inhrelid = %s::regclass", [name])
    if cursor.fetchone() is None:
        # ATTACH takes a gentler lock than CREATE … PARTITION OF: writers go on.
        cursor.execute(
            f"ALTER TABLE core_event ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", [month, following]
        )
