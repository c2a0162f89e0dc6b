"""One signed call. Redirects are not followed; where it may go and how long it may take says `core/outgoing.py`."""

import http.client
import json
import ssl
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from ruoshui.channels.signing import signature
from ruoshui.core.outgoing import Errand, on_errand, plain
from ruoshui.webhooks.models import Delivery
from ruoshui.webhooks.refusals import NotEncrypted

SECONDS, MOST_ANSWER = 10, 300


def call(delivery: Delivery, clock: Callable[[], datetime]) -> tuple[int, str]:
    """The status and the beginning of the answer. Signed once the line stands: a signature is as old as its sending.

    Raises OSError, HTTPException or a refusal.
    """
    subscription = delivery.subscription
    parts = urlsplit(subscription.url)
    body = json.dumps(delivery.body, ensure_ascii=False).encode()
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Ruoshui",
        "X-Ruoshui-Event": delivery.kind,
        "X-Ruoshui-Delivery": str(delivery.pk),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with Errand(seconds=SECONDS, may_be_inside=subscription.may_be_inside) as errand:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, errand)
        try:
            connection.connect()
            if parts.scheme == "http" and plain(connection.sock.getpeername()[0]).is_global:
                raise NotEncrypted(host=parts.hostname)
            headers["X-Ruoshui-Signature"] = signature(subscription.secret, int(clock().timestamp()), body)
            connection.request("POST", path, body=body, headers=headers)
            response = connection.getresponse()
            said = response.read(MOST_ANSWER).decode("utf-8", "replace").replace("\x00", "")
        except (OSError, http.client.HTTPException):
            if errand.is_over:
                raise TimeoutError(f"no answer within {SECONDS} seconds") from None
            raise
        finally:
            connection.close()
    if errand.is_over:
        raise TimeoutError(f"no whole answer within {SECONDS} seconds")
    return response.status, said


def _connection(scheme: str, host: str, port: int | None, errand: Errand) -> http.client.HTTPConnection:
    if scheme == "http":
        return on_errand(http.client.HTTPConnection(host, port, timeout=SECONDS), errand)
    context = ssl.create_default_context()
    return on_errand(http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context), errand)
