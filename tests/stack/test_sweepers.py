"""Several sweepers on one database, and one of them killed in the middle: each promise breaks once."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from bench.sweeper import LOAD, SWEEP
from tests.running import Stack, stack

pytestmark = pytest.mark.stack
COUNT = 4000


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        found.kill("worker")  # only our own sweepers sweep here
        yield found


def sweeper(running: Stack) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SWEEP], env=running.environment, stdout=subprocess.DEVNULL)


def broken(running: Stack) -> int:
    return int(running.sql("SELECT count(*) FROM core_event WHERE kind = 'sla.promise_broken'")[0][0])


def test_two_sweepers_and_a_killed_one_break_each_promise_exactly_once(running: Stack):
    assert sweeper(running).wait(60) == 0
    before = broken(running)
    with psycopg.connect(running.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(LOAD, {"count": COUNT, "within": "48 hours"})
    doomed, steady = sweeper(running), sweeper(running)
    while broken(running) == before:
        time.sleep(0.02)
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    assert steady.wait(120) == 0
    # What the dead one held is free again as soon as the database notices.
    assert sweeper(running).wait(120) == 0
    twice = running.sql(
        "SELECT kind, data->>'clock', count(*) FROM core_event WHERE kind LIKE 'sla.%' AND data ? 'clock' "
        "AND kind IN ('sla.promise_broken', 'sla.clock_escalated') GROUP BY 1, 2, at HAVING count(*) > 1"
    )
    assert twice == []
    assert broken(running) == before + COUNT
    assert running.sql("SELECT count(*) FROM sla_clock WHERE ended_at IS NULL AND next_at <= now()") == [(0,)]
