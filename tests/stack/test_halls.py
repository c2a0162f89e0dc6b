"""kill -9 while numbers are taken and called: none is lost, nobody is called twice."""

import threading
import time

import pytest

from ruoshui.operations.bench_queues import check, connect_to, set_up_halls
from ruoshui.operations.halls_load import Load
from tests.running import Stack, stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        yield found


def test_killing_web_worker_and_connections_loses_no_number_and_calls_nobody_twice(running: Stack):
    token = running.token()
    with connect_to(running.environment["DATABASE_URL"]) as connection:
        set_up_halls(connection, 4, 3)
        connection.execute("TRUNCATE queues_ticket CASCADE")  # the demo's own visits
    load = Load(token, 4, 3, rate=20.0, seconds=25.0, port=running.port, connections=8)
    worker = threading.Thread(target=load.run)
    worker.start()
    for name in ("serve", "worker"):
        time.sleep(2)
        running.kill(name)
        running.start(name)
    # What a crash of the database looks like to its clients: all connections are gone.
    running.sql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    worker.join(60)
    assert not worker.is_alive()
    seen = load.seen
    assert (dict(seen.wrong), len(seen.numbers)) == ({}, 500)
    assert len(seen.calls) > 50
    with connect_to(running.environment["DATABASE_URL"]) as connection:
        assert check(connection, seen) == []


def test_two_counters_pressing_next_in_one_instant_never_get_one_number(running: Stack):
    token = running.token()
    with connect_to(running.environment["DATABASE_URL"]) as connection:
        connection.execute("UPDATE queues_ticket SET state = 'left'")
    for n in range(30):
        assert running.call("POST", "/branches/bench1/tickets", {"business": "pay"}, token=token, key=f"t{n}")[0] == 201
    got: list[int] = []
    barrier = threading.Barrier(3)

    def press(counter: int) -> None:
        after = 0
        for _each in range(10):
            barrier.wait(20)
            body = {"after": after, "gives_up": True}
            status, answer = running.call("POST", f"/branches/bench1/counters/{counter}/calls", body, token=token)
            assert status == 200, answer
            after = answer["ticket"]["id"]
            got.append(after)

    threads = [threading.Thread(target=press, args=(counter,)) for counter in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == len(set(got)) == 30
