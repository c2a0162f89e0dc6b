"""Who sends slowly, or never ends, or holds many lines: the real processes answer everybody else all the while."""

import resource
import socket
import time
import urllib.request
import uuid
from contextlib import ExitStack

import pytest

from ruoshui.web.edge.streams import OF_ONE_PAGE
from tests.edge.sending import head, status, until_closed
from tests.running import Stack, stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    with stack() as found:
        yield found
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def line(kept: ExitStack, port: int, *pieces: bytes) -> socket.socket:
    one = kept.enter_context(socket.create_connection(("127.0.0.1", port), 60))
    for piece in pieces:
        one.sendall(piece)
    return one


def pages(running: Stack) -> list[int]:
    """Pages, a file, and the API."""
    found = []
    for path in ("/", "/track", "/healthz", "/api/v1/openapi.json", "/static/logo.svg"):
        with urllib.request.urlopen(f"{running.url}{path}", timeout=20) as answer:
            found.append(answer.status)
    return found


@pytest.mark.parametrize("number", [pytest.param(150, marks=pytest.mark.slow), 1000])
def test_unfinished_bodies_from_one_address_stop_no_page(running: Stack, number: int):
    unfinished = head("POST", "/track", "Cookie: csrftoken=" + "a" * 32, port=running.port, length=2000) + b"number="
    with ExitStack() as kept:
        lines = [line(kept, running.port, unfinished) for _n in range(number)]
        began = time.monotonic()
        assert pages(running) == [200] * 5
        while time.monotonic() - began < 5:  # all the while, not once
            assert pages(running) == [200] * 5
        assert {status(until_closed(one)) for one in lines} == {408}


def test_half_sent_heads_stop_no_page_and_are_given_up(running: Stack):
    with ExitStack() as kept:
        lines = [line(kept, running.port, b"GET / HTTP/1.1\r\nHost: loc") for _n in range(600)]
        idle = [line(kept, running.port) for _n in range(100)]
        live = [line(kept, running.port + 1, b"GET /?topics=x HTTP/1.1\r\nHost: loc") for _n in range(100)]
        assert pages(running) == [200] * 5
        assert {status(until_closed(one)) for one in [*lines, *idle, *live]} == {408}


def test_whoever_reads_nothing_of_a_large_answer_holds_no_thread(running: Stack):
    """More of them than both processes have threads."""
    ask = head("GET", "/static/built/studio.js", port=running.port)
    with ExitStack() as kept:
        for _n in range(120):
            one = kept.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(60)
            one.connect(("127.0.0.1", running.port))
            one.sendall(ask)
        for _n in range(5):
            assert pages(running) == [200] * 5


def test_large_attachments_still_arrive(running: Stack):
    """Four files of ten megabytes in one form: more than any other body may have."""
    boundary, half = uuid.uuid4().hex, b"%PDF-" + b"a" * (10 * 1024 * 1024)
    fields = {"name": "沈佳", "phone": "13800001234", "subject": "large files", "body": "附件"}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    for n in range(4):
        named = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{n}.pdf"\r\n\r\n'
        parts.append(named.encode() + half + b"%d" % n + b"\r\n")
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = jar.open(f"{running.url}/new/enquiry", timeout=30).read().decode()
    csrf = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{csrf}\r\n'.encode()
    )
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    jar.open(urllib.request.Request(f"{running.url}/new/enquiry", body, kind), timeout=120).close()
    sizes = running.sql(
        "SELECT size FROM cases_attachment a JOIN cases_message m ON m.id = a.message_id "
        "JOIN cases_case c ON c.id = m.case_id WHERE c.subject = 'large files'"
    )
    assert sizes == [(len(half) + 1,)] * 4


def test_what_is_too_large_is_refused_before_it_is_sent(running: Stack):
    with ExitStack() as kept:
        one = line(kept, running.port, head("POST", "/track", port=running.port, length=50_000_000), b"a" * 70_000)
        assert status(until_closed(one)) == 413


def test_the_live_updates_do_not_say_what_serves_them(running: Stack):
    with ExitStack() as kept:
        one = line(kept, running.port + 1, head("GET", "/?topics=forged", "Connection: close", port=running.port))
        answer = until_closed(one)
        assert (status(answer), b"server:" in answer.lower()) == (403, False)


def test_one_page_opens_so_many_live_streams_and_no_more(running: Stack):
    code = "import django; django.setup(); from ruoshui.web.live import sign_topics; print(sign_topics(['unit:1']))"
    token = running.python(code).strip()
    ask = head("GET", f"/?topics={token}", port=running.port)
    with ExitStack() as kept:
        lines = [line(kept, running.port + 1, ask) for _n in range(OF_ONE_PAGE + 1)]
        assert sorted(status(one.recv(100)) for one in lines) == [200] * OF_ONE_PAGE + [429]
