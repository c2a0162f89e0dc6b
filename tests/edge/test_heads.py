"""Heads: so large, so many fields, in so much time, however they come."""

import asyncio

import pytest

from ruoshui.web.edge import protocol
from ruoshui.web.edge.protocol import MOST_FIELDS, MOST_HEAD, Protocol
from ruoshui.web.edge.seats import Seats
from tests.edge.sending import status
from tests.edge.served import exchange, hello, serve

END = b"Host: localhost\r\nConnection: close\r\n\r\n"
GET = b"GET /x HTTP/1.1\r\n"


def answered(*pieces: bytes, application=hello, one: type[Protocol] = Protocol) -> bytes:
    return serve(application, lambda port: exchange(port, *pieces), one)  # type: ignore[return-value]


def test_an_ordinary_head_is_answered():
    assert answered(GET + END).endswith(b"/x 2")


@pytest.mark.parametrize(
    "pieces",
    [
        [GET + b"X: " + b"a" * MOST_HEAD + b"\r\n" + END],
        [GET, b"X: ", *[b"a" * 1000] * 100],
        [GET + b"X: " + b"a" * (MOST_HEAD + 1)],
        [GET + b"".join(b"X%d: aaaaaaaaaaaa\r\n" % n for n in range(5000)) + END],
        [b"GET /" + b"a" * MOST_HEAD + b" HTTP/1.1\r\n" + END],
        [GET + b"X: a\r\n" * (MOST_FIELDS + 1) + END],
    ],
    ids=[
        "in one piece",
        "never ending",
        "never ending, in one piece",
        "many fields",
        "a long address",
        "more fields than anybody needs",
    ],
)
def test_a_head_that_is_too_large_is_refused_however_it_comes(pieces):
    heard = answered(*pieces)
    assert (status(heard), b"/x" in heard) in [(431, False), (0, False)]  # 0: hung up while it was still sending


def test_a_head_of_exactly_the_size_is_taken():
    rest = len(b"/x") + len(b"Host") + len(b"localhost") + 4 + len(b"Connection") + len(b"close") + 4 + len(b"X") + 4
    assert status(answered(GET + b"X: " + b"a" * (MOST_HEAD - rest) + b"\r\n" + END)) == 200
    assert status(answered(GET + b"X: " + b"a" * (MOST_HEAD - rest + 1) + b"\r\n" + END)) == 431


def test_what_follows_a_body_in_pieces_is_no_header():
    async def echo(scope, receive, send) -> None:
        while (await receive()).get("more_body"):
            pass
        await hello(scope, receive, send)

    body = b"Transfer-Encoding: chunked\r\n" + END + b"1\r\na\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
    assert answered(b"POST /x HTTP/1.1\r\n" + body, application=echo).endswith(b"/x 3")


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "STALLED_SECONDS", 0.2)


@pytest.mark.parametrize("begun", [b"", b"GET", GET, GET + b"Host: loc"])
def test_a_head_that_does_not_end_is_given_up(at_once, begun):
    assert status(answered(begun)) == 408


def test_so_is_the_next_one_on_a_connection_that_is_kept(at_once):
    heard = answered(GET + b"Host: localhost\r\n\r\n", b"GET /again HT")
    assert (heard.count(b"HTTP/1.1 200"), heard.count(b"HTTP/1.1 408")) == (1, 1)


def test_a_slow_answer_is_not_cut_by_a_head_that_is_begun_too_early(at_once):
    async def slow(scope, receive, send) -> None:
        await asyncio.sleep(0.5)
        await hello(scope, receive, send)

    heard = answered(GET + b"Host: localhost\r\n\r\nGET /again HT", application=slow)
    assert (heard.count(b"/x 1"), heard.count(b"HTTP/1.1 408")) == (1, 1)


def test_an_answer_that_nobody_takes_is_given_up(at_once):
    given_up = asyncio.Event()

    async def large(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _n in range(1000):
            await send({"type": "http.response.body", "body": b"a" * 65536, "more_body": True})
        given_up.set()

    async def scene(port: int) -> bool:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(GET + b"Host: localhost\r\n\r\n")
        await asyncio.wait_for(given_up.wait(), 30)
        writer.close()
        return True

    assert serve(large, scene) is True


def test_one_address_holds_so_many_connections_and_has_them_back_when_they_end():
    from ruoshui.web.addresses import NetworkPlace

    class Few(Protocol):
        seats = Seats(3, {NetworkPlace.OUTSIDE: 3, NetworkPlace.INSIDE: 3})

    async def scene(port: int) -> list[int]:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _n in range(3)]
        refused = await exchange(port, GET + END)
        for _reader, writer in lines:
            writer.close()
        while Few.seats.taken:
            await asyncio.sleep(0.01)
        return [status(refused), status(await exchange(port, GET + END))]

    assert serve(hello, scene, Few) == [429, 200]
    assert (Few.seats.taken, Few.seats.by_address) == (0, {})


def test_what_is_no_request_leaves_no_line_in_the_log(caplog):
    caplog.set_level("DEBUG", logger="uvicorn.error")
    assert status(answered(b"\x16\x03\x01 hello\r\n\r\n")) == 400
    assert status(answered(GET + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nHost: localhost\r\n\r\n")) == 200
    assert [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"] == []
