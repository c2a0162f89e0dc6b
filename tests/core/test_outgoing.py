"""Where we may call, and for how long."""

import socket
import threading
import time
from contextlib import closing, suppress

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ruoshui.channels import http
from ruoshui.channels.models import Exchange, Line, Mailbox
from ruoshui.channels.refusals import CannotSend
from ruoshui.core.outgoing import Errand, InsideAddress, NobodysAddress, looked_up
from ruoshui.webhooks import calling
from ruoshui.webhooks.models import Delivery, Subscription

NOBODYS = {
    "many": ["224.0.0.1", "239.1.2.3", "ff02::1", "::ffff:224.0.0.1"],
    "nobody": ["0.0.0.0", "::", "::ffff:0.0.0.0"],
    "of the link": ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"],
    "reserved": ["240.0.0.1", "255.255.255.255"],
    "IPv4 hidden in IPv6": [
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378::1",
        "::127.0.0.2",
    ],
}
INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd00::1",
    "::ffff:10.0.0.1",
]
OUTSIDE = ["81.2.69.5", "2a01:4f8::1", "::ffff:81.2.69.5"]


def called(host: str, *, may_be_inside: bool) -> str:
    return looked_up(host, 443, may_be_inside=may_be_inside, seconds=5)


@pytest.mark.parametrize("may_be_inside", [False, True])
@pytest.mark.parametrize("host", [host for hosts in NOBODYS.values() for host in hosts])
def test_an_address_at_which_nobody_serves_is_never_called(host, may_be_inside):
    with pytest.raises(NobodysAddress):
        called(host, may_be_inside=may_be_inside)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_called_only_where_that_is_meant(host):
    with pytest.raises(InsideAddress):
        called(host, may_be_inside=False)
    assert called(host, may_be_inside=True) == host


@pytest.mark.parametrize("host", OUTSIDE)
def test_an_address_outside_is_called(host):
    assert called(host, may_be_inside=False) == host


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (Exchange(kind="ami", host="169.254.169.254"), "host"),
        (Exchange(kind="signed", address="http://[ff02::1]/dial"), "address"),
        (Line(kind="sms", address="http://0.0.0.0:8080/send"), "address"),
        (Mailbox(imap_host="64:ff9b::7f00:1"), "imap_host"),
        (Subscription(url="https://224.0.0.1/hook"), "url"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_whoever_enters_such_an_address_hears_it_at_its_field(db, thing, field):
    with pytest.raises(ValidationError) as wrong:
        thing.clean()
    assert list(wrong.value.message_dict) == [field]


class Dripping:
    """Accepts, answers a byte every so often, for ever; or, `silent`, nothing at all."""

    def __init__(self, begun: bytes = b"", *, silent: bool = False) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.begun, self.silent = begun, silent
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _where = self.server.accept()
                threading.Thread(target=self._drip, args=(line,), daemon=True).start()

    def _drip(self, line: socket.socket) -> None:
        with closing(line), suppress(OSError):
            line.sendall(self.begun)
            while line.fileno() >= 0:
                time.sleep(0.05)
                line.sendall(b"" if self.silent else b"a")

    def close(self) -> None:
        self.server.close()


HEAD = b"HTTP/1.1 200 OK\r\n"
SLOW = [
    b"",
    HEAD,
    HEAD + b"X: ",
    HEAD + b"Content-Length: 100000\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n4000\r\n",
]


@pytest.fixture(params=SLOW, ids=["a status", "a head", "a field", "a body", "a body in pieces"])
def dripping(request):
    one = Dripping(request.param)
    yield one
    one.close()


def test_a_receiver_that_answers_a_byte_at_a_time_is_given_up_as_a_whole(dripping, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.5)
    monkeypatch.setattr(calling, "MOST_ANSWER", 10**6)
    told = Delivery(pk=7, kind="cases.opened", body={})
    told.subscription = Subscription(pk=1, url=f"http://127.0.0.1:{dripping.port}/", may_be_inside=True)
    with pytest.raises(TimeoutError, match="within"):
        calling.call(told, timezone.now)


def test_so_is_a_provider(dripping, monkeypatch):
    monkeypatch.setattr(http, "SECONDS", 0.5)
    with pytest.raises((TimeoutError, ConnectionError)):
        http.fetch(f"http://127.0.0.1:{dripping.port}/")


def test_so_is_one_that_never_ends_its_handshake(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.5)
    one = Dripping(silent=True)
    told = Delivery(pk=7, kind="cases.opened", body={})
    told.subscription = Subscription(pk=1, url=f"https://127.0.0.1:{one.port}/", may_be_inside=True)
    with pytest.raises(TimeoutError):
        calling.call(told, timezone.now)
    one.close()


def test_a_look_up_that_hangs_is_left_behind(monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_where, **_how: ended.wait(30))
    with pytest.raises(TimeoutError):
        looked_up("slow.example", 443, may_be_inside=False, seconds=0.1)
    ended.set()


def test_a_provider_at_nobodys_address_is_an_error_that_is_said():
    with pytest.raises(CannotSend, match="no address of a server"):
        http.fetch("http://169.254.169.254/latest/meta-data")


def test_when_the_time_is_over_no_new_connection_is_begun():
    with Errand(seconds=0, may_be_inside=True) as errand, pytest.raises(TimeoutError):
        errand.connect(("127.0.0.1", 9))
