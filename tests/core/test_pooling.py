"""Connections left over from a spell without writing are replaced; the pauses between two tries stay short."""

import psycopg
import pytest
from django.db import connections
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

from ruoshui.core import pooling
from ruoshui.core.pooling import LONGEST_PAUSE, READ_ONLY_SECONDS

READ_ONLY = "-c default_transaction_read_only=on"


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(pooling.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def pool(db):
    """One connection, made while the database only reads; the next ones write."""
    parameters = connections["default"].get_connection_params()
    kwargs = {name: parameters[name] for name in ("dbname", "user", "host", "port") if name in parameters}
    kwargs |= {"autocommit": True, "options": READ_ONLY}
    with ConnectionPool(kwargs=kwargs, min_size=1, max_size=1, timeout=5, check=ConnectionPool.check_connection) as it:
        it.wait()
        yield it


def write(pool: ConnectionPool) -> None:
    with pool.connection() as connection:
        connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS written (one int)")
        connection.execute("INSERT INTO organization_rights SELECT * FROM organization_rights WHERE false")


def read(pool: ConnectionPool) -> int:
    with pool.connection() as connection:
        connection.execute("SELECT 1")
        return int(connection.info.backend_pid)


def test_once_the_spell_is_over_the_pool_writes_though_nobody_told_it(pool, clock):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        write(pool)
    pool.kwargs["options"] = ""
    clock[0] += READ_ONLY_SECONDS + 1
    write(pool)


def test_while_it_lasts_reading_goes_on_and_a_new_connection_is_tried_every_few_seconds(pool, clock):
    first = read(pool)
    assert read(pool) == first
    clock[0] += READ_ONLY_SECONDS + 1
    second = read(pool)
    assert second != first
    assert read(pool) == second


def test_a_connection_that_writes_is_kept(pool, clock):
    read(pool)
    pool.kwargs["options"] = ""
    clock[0] += READ_ONLY_SECONDS + 1
    kept = read(pool)
    clock[0] += 100
    assert read(pool) == kept


def test_however_long_the_database_was_away_the_next_try_is_near():
    attempt, now, longest = AttemptWithBackoff(timeout=300), 0.0, 0.0
    while not attempt.time_to_give_up(now):
        attempt.update_delay(now)
        longest = max(longest, attempt.delay)
        now += max(attempt.delay, 0.001)
        assert now < 400
    assert longest == LONGEST_PAUSE
