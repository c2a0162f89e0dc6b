"""Which requests come in crowds: a number taken, or the next called, plain, short and complete."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from ruoshui.web.addresses import believed
from ruoshui.web.limits import wait_of

MOST_BYTES = 8192
PATH = re.compile(r"/api/v1/branches/([-a-zA-Z0-9_]{1,50})/(?:tickets|counters/([1-9][0-9]{0,8})/calls)")
TOKEN = re.compile(rb"Bearer ([\x21-\x7e]{1,200})", re.IGNORECASE)
KEY = re.compile(rb"[\x21-\x7e]{1,200}")
READ = (b"host", b"authorization", b"content-length", b"idempotency-key", b"x-forwarded-for")


@dataclass(frozen=True, slots=True)
class CrowdDoor:
    """`counter`: the one that calls; 0 when a number is taken. `key`: the Idempotency-Key."""

    code: str
    counter: int
    token: str
    key: str | None


def door_of(scope: Mapping[str, Any]) -> CrowdDoor | None:
    """None: the request is to go the common way. Otherwise it has been counted against its sender's limit."""
    path = PATH.fullmatch(scope["path"]) if scope["method"] == "POST" else None
    if path is None:
        return None
    read = [header for header in scope["headers"] if header[0] in READ]
    headers: dict[bytes, bytes] = dict(read)
    token = TOKEN.fullmatch(headers.get(b"authorization", b""))
    length, key = headers.get(b"content-length", b""), headers.get(b"idempotency-key")
    if token is None or not length.isdigit() or len(length) > 4 or int(length) > MOST_BYTES:
        return None
    if (
        len(headers) < len(read)
        or (key is not None and not KEY.fullmatch(key))
        or not _for_us(headers.get(b"host", b""), tuple(settings.ALLOWED_HOSTS))
    ):
        return None
    if _too_many(scope, headers):
        return None
    return CrowdDoor(path[1], int(path[2] or 0), token[1].decode(), key.decode() if key else None)


@lru_cache(1024)
def _for_us(named: bytes, ours: tuple[str, ...]) -> bool:
    host, _port = split_domain_port(named.decode("latin1").lower())
    return bool(host) and validate_host(host, ours)


def _too_many(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
    direct, forwarded = (scope.get("client") or [""])[0], headers.get(b"x-forwarded-for", b"").decode("latin1")
    return wait_of("api", believed(direct, forwarded)) > 0
