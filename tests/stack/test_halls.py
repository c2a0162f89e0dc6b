"""kill -9 while numbers are taken and called: none is lost, nobody is called twice."""

import http.client
import json
import socket
import threading
import time
from contextlib import suppress

import pytest

from bench.halls_load import Load
from bench.queues import check, connect_to, set_up_halls
from tests.running import Stack, stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        yield found


def call_all(running: Stack, token: str, load: Load) -> None:
    """The first counter of each branch goes on until nobody waits there."""
    for branch in range(1, load.branches + 1):
        after = load.shown.get((branch, 1), 0)
        while True:
            body = {"after": after, "gives_up": True}
            status, answer = running.call("POST", f"/branches/bench{branch}/counters/1/calls", body, token=token)
            assert status == 200, answer
            if answer["ticket"] is None:
                break
            after = answer["ticket"]["id"]
            load.seen.calls[after] += 1


def test_killing_web_worker_and_connections_loses_no_number_and_calls_nobody_twice(running: Stack):
    token = running.token()
    with connect_to(running.environment["DATABASE_URL"]) as connection:
        set_up_halls(connection, 4, 3)
        connection.execute("TRUNCATE queues_ticket CASCADE")  # the demo's own visits
    load = Load(token, 4, 3, rate=20.0, seconds=120.0, port=running.port, connections=8)
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
    time.sleep(2)
    load.ended = True
    worker.join(60)
    assert not worker.is_alive()
    seen = load.seen
    call_all(running, token, load)
    assert (dict(seen.wrong), set(seen.calls)) == ({}, set(seen.numbers.values()))
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


@pytest.fixture
def post(running: Stack):
    """post(path, body, …) → status, answer and headers, as they come over the wire."""
    token = running.token()

    def ask(path, body, *, token=token, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
        connection.request("POST", f"/api/v1{path}", body, {"Authorization": f"Bearer {token}"} | named)
        response = connection.getresponse()
        return response.status, response.read(), response.headers

    return ask


def test_a_short_request_and_one_too_long_for_the_crowd_get_the_same_answer(post):
    short, long = b'{"business": "pay"}', b'{"business": "pay"' + b" " * 9000 + b"}"
    first, again = (post("/branches/bench2/tickets", body, Idempotency_Key="one") for body in (short, long))
    assert (first[0], first[1]) == (again[0], again[1]) == (201, first[1])
    same = (
        "content-type",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
    )
    assert [first[2][name] for name in same] == [again[2][name] for name in same]


def test_who_is_refused_hears_why_in_his_language(post):
    refused = post("/branches/bench2/tickets", b'{"business": "nothing"}', Accept_Language="zh-hans")
    assert (refused[0], json.loads(refused[1])["code"]) == (422, "invalid")
    unknown = post("/branches/bench2/tickets", b'{"business": "pay"}', token="rs_nobody")
    assert (unknown[0], unknown[2]["content-type"]) == (401, "application/problem+json")
    said = {
        language: json.loads(post("/branches/nowhere/tickets", b'{"business": "pay"}', Accept_Language=language)[1])[
            "detail"
        ]
        for language in ("zh-hans", "en")
    }
    assert said["en"].isascii()
    assert not said["zh-hans"].isascii()


def said_to(running: Stack, *parts: bytes) -> bytes:
    """What the web answers to these bytes, until it hangs up or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as line:
        with suppress(ConnectionError):  # it may hang up while we still speak
            for part in parts:
                line.sendall(part)
        return line.recv(4096)


def test_letters_that_stand_in_the_address_as_they_are_do_no_harm(running: Stack):
    head = "GET /healthz?q=\u4e1c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert said_to(running, head.encode())[:15] in (b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Ba")


def test_a_head_without_an_end_is_not_listened_to_for_ever(running: Stack):
    endless = [b"x" * 16_000 for _each in range(10)]
    answer = said_to(running, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ", *endless)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431")
    assert running.answers()


def test_connections_that_are_kept_carry_large_and_small_bodies_one_after_the_other(running: Stack):
    token = running.token()
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    statuses = []
    for size in (0, 70_000, 10, 300_000, 3_000) * 4:
        body = b'{"business": "nothing"' + b" " * size + b"}"
        connection.request("POST", "/api/v1/branches/bench2/tickets", body, {"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        statuses.append((response.status, json.loads(response.read())["code"]))
    assert set(statuses) == {(422, "invalid")}
