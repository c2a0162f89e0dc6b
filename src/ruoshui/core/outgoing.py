"""Where we may call, and for how long: an address that somebody typed is no way into the own network.

Looked up once, so that it cannot change between the look and the call. Some addresses are nobody's server, whatever is
allowed: those of many (multicast), of the link (a cloud tells its secrets there), and IPv4 hidden in IPv6.
"""

import ipaddress
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from http.client import HTTPConnection
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
HIDING_IPV4 = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96"))
)  # NAT64, local NAT64, 6to4, Teredo, IPv4-compatible, IPv4-translated


class InsideAddress(Refusal):
    code, status = "inside-address", 422
    text = _("{host} is inside the own network. Allow that on the webhook if it is meant.")


class NobodysAddress(Refusal):
    code, status = "nobodys-address", 422
    text = _("{host} is no address of a server that may be called. Enter another one.")


def plain(address: str) -> Address:
    """Without the zone; IPv4 in the clothes of IPv6 is IPv4. Raises ValueError."""
    found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found


def is_nobodys(address: Address) -> bool:
    hidden = isinstance(address, ipaddress.IPv6Address) and any(address in network for network in HIDING_IPV4)
    odd = address.is_multicast or address.is_unspecified or address.is_link_local
    # Of IPv6 whatever is not handed out yet counts as reserved, the own machine (::1) too.
    return odd or (not address.is_loopback and (hidden or address.is_reserved))


def refuse_nobodys(**hosts: str) -> None:
    """By the name of its field, a host or the address of a page. Names are looked up when they are called.

    Raises ValidationError where one is written as an address at which nobody serves.
    """
    for field, written in hosts.items():
        host = urlsplit(written).hostname or "" if "//" in written else written
        try:
            is_wrong = is_nobodys(plain(host))
        except ValueError:
            continue
        if is_wrong:
            raise ValidationError({field: str(NobodysAddress(host=host))})


def looked_up(host: str, port: int, *, may_be_inside: bool, seconds: float) -> str:
    """The address to call. Raises OSError, or a refusal."""
    found = _in_time(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), seconds)
    address = str(found[0][4][0])
    parsed = plain(address)
    if is_nobodys(parsed):
        raise NobodysAddress(host=host)
    if not may_be_inside and not parsed.is_global:
        raise InsideAddress(host=host)
    return address


def _in_time(look_up: Callable[[], Any], seconds: float) -> Any:
    """The system's look-up knows no deadline; one that hangs is left behind and ends by itself."""
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(look_up())
        except BaseException as wrong:
            answer.set_exception(wrong)

    threading.Thread(target=run, daemon=True).start()
    return answer.result(seconds)


class Errand:
    """One call outside, over after `seconds` whatever it is doing: looking up, connecting, sending, or being told a
    byte at a time.
    """

    def __init__(self, *, seconds: float, may_be_inside: bool) -> None:
        self._until = monotonic() + seconds
        self._may_be_inside = may_be_inside
        self._lever: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _wrong: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._lever is not None:
            self._lever.close()

    @property
    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the time for this call is over")
        return left

    def connect(self, where: tuple[str, int], *_more: Any, **_named: Any) -> socket.socket:
        """In place of `socket.create_connection`, once an errand; the time that callers name is not ours."""
        address = looked_up(*where, may_be_inside=self._may_be_inside, seconds=self.left)
        line = socket.create_connection((address, where[1]), timeout=self.left)
        # A handle of its own: whatever is wrapped around the connection, this one still ends it.
        self._lever = socket.socket(fileno=os.dup(line.fileno()))
        self._timer = threading.Timer(self.left, self._end, [self._lever])
        self._timer.daemon = True
        self._timer.start()
        return line

    def _end(self, lever: socket.socket) -> None:
        self.is_over = True
        with suppress(OSError):  # the other side was faster
            lever.shutdown(socket.SHUT_RDWR)


def on_errand(connection: HTTPConnection, errand: Errand) -> HTTPConnection:
    """The name stays for the certificate and the Host header; the socket goes to the address that was looked at."""
    connection._create_connection = errand.connect  # type: ignore[attr-defined]
    return connection
