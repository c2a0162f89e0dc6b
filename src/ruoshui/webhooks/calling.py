"""One signed call. Redirects are not followed, and nothing inside is reached unless it is allowed: an address on a form
is no way into the own network.
"""

import http.client
import ipaddress
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from ruoshui.channels.signing import signature
from ruoshui.webhooks.models import Delivery
from ruoshui.webhooks.refusals import InsideAddress

SECONDS, MOST_ANSWER = 10, 300


def call(delivery: Delivery, moment: int) -> tuple[int, str]:
    """The status and the beginning of the answer. Raises OSError, HTTPException or a refusal."""
    subscription = delivery.subscription
    parts = urlsplit(subscription.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = _resolved(host, port, may_be_inside=subscription.may_be_inside)
    body = json.dumps(delivery.body, ensure_ascii=False).encode()
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Ruoshui",
        "X-Ruoshui-Event": delivery.kind,
        "X-Ruoshui-Delivery": str(delivery.pk),
        "X-Ruoshui-Signature": signature(subscription.secret, moment, body),
    }
    connection = _connection(parts.scheme, host, port, address)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(MOST_ANSWER).decode("utf-8", "replace").replace("\x00", "")
    finally:
        connection.close()


def _resolved(host: str, port: int, *, may_be_inside: bool) -> str:
    """The address that is then called: looked up once, so that it cannot change between the check and the call."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if not may_be_inside and not ipaddress.ip_address(address.partition("%")[0]).is_global:
        raise InsideAddress(host=host)
    return address


def _connection(scheme: str, host: str, port: int, address: str) -> http.client.HTTPConnection:
    connection: Any
    if scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    # The name stays for the certificate and the Host header; the socket goes to the address that was looked at.
    connection._create_connection = lambda _target, *more, **named: socket.create_connection(
        (address, port), *more, **named
    )
    made: http.client.HTTPConnection = connection
    return made
