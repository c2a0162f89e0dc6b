"""Statements that are prepared once: the same answers and the same errors as through Django's cursors."""

import uuid
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from ruoshui.core.statements import run
from ruoshui.core.straight import straight

HARD_TO_READ = "ticks ' and \" and \\, a percent sign %, 汉字"


@pytest.mark.parametrize("size", [1, 40_000, 3_000_000_000, -5])
def test_numbers_of_any_size_come_back_as_they_were_given(demo, size):
    assert run("SELECT n FROM unnest(%s::bigint[]) AS n", [[size, 1]]) == [(size,), (1,)]


def test_texts_and_what_is_missing_come_back_as_they_were_given(demo):
    key = uuid.uuid4()
    given = [HARD_TO_READ, None, key, 2.5, True]
    told = run("SELECT %s::text, %s::text, %s::uuid, %s::float8, %s::bool, 'odd' LIKE '%%d'", given)
    assert told == [(HARD_TO_READ, None, key, 2.5, True, True)]


def test_times_come_with_their_zone(demo):
    at = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)
    ((told,),) = run("SELECT %s::timestamptz", [at])
    assert (told, told.utcoffset()) == (at, at.utcoffset())


def test_what_the_database_refuses_is_raised_as_from_django(demo):
    with pytest.raises(IntegrityError, match="organization_unit"), transaction.atomic():
        run("UPDATE organization_unit SET code = 'hq' WHERE code = %s", ["city"])
    with pytest.raises(DataError), transaction.atomic():
        run("SELECT 1 / %s::int", [0])
    assert run("SELECT 1", []) == [(1,)]


def test_nothing_runs_in_a_transaction_that_is_broken(demo):
    with pytest.raises(TransactionManagementError), transaction.atomic():
        try:
            with transaction.atomic(savepoint=False):
                run("SELECT 1 / %s::int", [0])
        except DataError:
            run("SELECT 1", [])


def test_whoever_counts_queries_sees_them(demo):
    with CaptureQueriesContext(connection) as seen:
        run("SELECT 'counted'", [])
    assert [query["sql"] for query in seen.captured_queries] == ["SELECT 'counted'"]


@pytest.fixture
def apart(demo):
    """A connection of its own, outside the test's transaction."""
    with psycopg.connect(connection.connection.info.dsn) as own:
        yield own


def test_a_transaction_begins_with_the_first_statement_and_can_be_undone(apart):
    go = straight(apart)
    go.run(apart, "CREATE TABLE begun (n int)", [])
    apart.rollback()
    assert go.run(apart, "SELECT to_regclass('begun')::text", []) == [(None,)]


def test_a_connection_that_is_lost_is_an_operational_error(apart):
    go = straight(apart)
    ((pid,),) = go.run(apart, "SELECT pg_backend_pid()", [])
    run("SELECT pg_terminate_backend(%s::int, 5000)", [pid])
    for _again in range(2):
        with pytest.raises(psycopg.OperationalError):
            go.run(apart, "SELECT 1", [])


@pytest.mark.parametrize("meanwhile", ["DEALLOCATE ALL", "ALTER TABLE kept ADD COLUMN more int"])
def test_a_statement_the_server_no_longer_keeps_is_prepared_anew(apart, meanwhile):
    apart.autocommit = True
    go = straight(apart)
    apart.execute("CREATE TEMPORARY TABLE kept (n int)")
    assert go.run(apart, "SELECT * FROM kept", []) == []
    apart.execute(meanwhile)
    with pytest.raises(psycopg.Error):
        go.run(apart, "SELECT * FROM kept", [])
    assert go.run(apart, "SELECT * FROM kept", []) == []
