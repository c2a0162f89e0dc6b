"""Django under the loop: whole bodies in, whole answers out, and no thread for who is slow."""

import asyncio
import io
import threading

import pytest

from ruoshui.web.asgi import Web
from ruoshui.web.edge import bodies
from ruoshui.web.edge.bridge import IN_MEMORY, Bridge
from tests.edge.sending import status
from tests.edge.served import exchange, serve

LENGTH = {"body": 12, "large": 3 * IN_MEMORY}


def application(environ, start_response):
    path, sent = environ["PATH_INFO"], environ["wsgi.input"].read()
    if path == "/file":
        file = io.BytesIO(b"f" * 100_000)
        start_response("200 OK", [("Content-Length", "100000")])
        return environ["wsgi.file_wrapper"](file, 4096)
    if path == "/large":
        start_response("200 OK", [("Content-Length", str(LENGTH["large"]))])
        return (b"l" * 1024 for _n in range(LENGTH["large"] // 1024))
    told = f"{environ['CONTENT_LENGTH']} {sent.decode()} {environ.get('HTTP_X_FORWARDED_FOR', '-')}".encode()
    start_response("200 OK", [("Content-Length", str(len(told)))])
    return [told]


def web(*pieces: bytes) -> bytes:
    return serve(Web(Bridge(application, threads=1)), lambda port: exchange(port, *pieces))  # type: ignore[return-value]


def post(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]).encode()


def content(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def test_a_body_arrives_whole_with_its_length_also_when_it_comes_in_pieces_of_unknown_number():
    assert content(web(post("/", "Content-Length: 5"), b"he", b"llo")) == b"5 hello -"
    assert (
        content(web(post("/", "Transfer-Encoding: chunked"), b"2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n")) == b"5 hello -"
    )
    assert content(web(post("/"))) == b"0  -"


def test_a_header_with_an_underscore_does_not_pass_for_the_one_a_proxy_writes():
    told = web(post("/", "X-Forwarded-For: 81.2.69.5", "X_Forwarded_For: 6.6.6.6", "Content-Length: 1"), b"a")
    assert content(told) == b"1 a 81.2.69.5"


def test_files_and_long_answers_arrive_whole(settings, tmp_path):
    settings.DATA = tmp_path
    assert content(web(post("/file"))) == b"f" * 100_000
    assert content(web(post("/large"))) == b"l" * LENGTH["large"]


def test_a_real_file_is_handed_over_and_its_answer_closed_on_the_thread(tmp_path):
    (tmp_path / "f").write_bytes(b"0123456789" * 20_000)
    closed: list[str] = []

    class Answer:
        def __init__(self) -> None:
            self.file = (tmp_path / "f").open("rb")
            self.file.seek(10)

        def __getattr__(self, name):
            return getattr(self.file, name)

        def close(self) -> None:
            self.file.close()
            closed.append(threading.current_thread().name)

    def giving(environ, start_response):
        start_response("200 OK", [("Content-Length", "199990")])
        return environ["wsgi.file_wrapper"](Answer(), 4096)

    told = serve(Web(Bridge(giving, threads=1)), lambda port: exchange(port, post("/")))
    assert content(told) == b"0123456789" * 19_999
    assert [name.rpartition("_")[0] for name in closed] == ["web"]


@pytest.mark.parametrize("path", ["/", "/api/v1/cases"])
@pytest.mark.parametrize(("language", "words"), [("en", "at most 5 MB"), ("zh-CN", "最多接收 5 MB")])
def test_too_much_is_refused_by_its_length_in_the_readers_language(path, language, words):
    heard = web(post(path, "Content-Length: 999999999", f"Accept-Language: {language}"), b"a" * 100_000)
    kind = b"application/problem+json" if path != "/" else b"text/html"
    assert (status(heard), kind in heard, words in heard.decode()) == (413, True, True)
    assert b"connection: close" in heard


def test_too_much_is_refused_while_it_comes_when_nobody_said_how_much(settings, tmp_path):
    settings.DATA, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = tmp_path, 1000
    assert status(web(post("/", "Transfer-Encoding: chunked"), b"7d0\r\n" + b"a" * 2000 + b"\r\n")) == 413


def test_what_does_not_come_is_refused_while_others_are_answered_by_the_only_thread(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.5)

    async def scene(port: int) -> tuple[list[int], list[bytes]]:
        slow = [asyncio.create_task(exchange(port, post("/", "Content-Length: 9"), b"half")) for _n in range(60)]
        quick = [await exchange(port, post("/", "Content-Length: 1"), b"q") for _n in range(5)]
        return [status(one) for one in await asyncio.gather(*slow)], quick

    refused, quick = serve(Web(Bridge(application, threads=1)), scene)
    assert refused == [408] * 60
    assert [content(one) for one in quick] == [b"1 q -"] * 5
