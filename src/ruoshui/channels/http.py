"""Calls to providers of messages: JSON there and back, short, never through a redirect."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any

from ruoshui.channels.refusals import CannotSend
from ruoshui.core.outgoing import Errand, on_errand
from ruoshui.core.plain_json import read_foreign_json
from ruoshui.core.refusals import Refusal

SECONDS, MOST = 20, 20 * 1024 * 1024


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


class _Plain(urllib.request.HTTPHandler):
    """Providers and gateways may stand inside; nobody's addresses are refused there too (`core/outgoing.py`)."""

    def __init__(self, errand: Errand) -> None:
        super().__init__()
        self.errand = errand

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(lambda *where, **more: on_errand(HTTPConnection(*where, **more), self.errand), request)


class _Encrypted(urllib.request.HTTPSHandler):
    def __init__(self, errand: Errand) -> None:
        super().__init__(context=ssl.create_default_context())
        self.errand = errand

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        return self.do_open(
            lambda *where, **more: on_errand(HTTPSConnection(*where, context=context, **more), self.errand),
            request,
        )


def fetch(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[Mapping[str, str], bytes]:
    """Headers (lower case) and content of a 2xx answer. Raises CannotSend or OSError."""
    request = urllib.request.Request(url, data=body, headers={"User-Agent": "Ruoshui", **(headers or {})})  # noqa: S310
    try:
        with Errand(seconds=SECONDS, may_be_inside=True) as errand:
            opener = urllib.request.build_opener(_Straight, _Plain(errand), _Encrypted(errand))
            with opener.open(request, timeout=SECONDS) as response:
                content = response.read(MOST)
                if errand.is_over:
                    raise TimeoutError(f"no whole answer within {SECONDS} seconds")
                return {name.lower(): value for name, value in response.headers.items()}, content
    except Refusal as wrong:
        raise CannotSend(str(wrong)) from wrong
    except HTTPException as wrong:  # broken off, or no HTTP at all
        raise ConnectionError(f"{type(wrong).__name__}: {wrong}"[:200]) from wrong
    except urllib.error.HTTPError as wrong:
        said = wrong.read(200).decode("utf-8", "replace")
        for_good = 400 <= wrong.code < 500 and wrong.code not in (401, 403, 408, 429)
        raise CannotSend(f"{wrong.code} {said}".replace("\x00", ""), for_good=for_good) from wrong


def ask(url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """POST `body` as JSON, or GET; the answer must be a JSON object."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    sent = (
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        if data is not None
        else dict(headers or {})
    )
    return read_json(fetch(url, data, sent)[1])


def read_json(content: bytes) -> dict[str, Any]:
    try:
        found = read_foreign_json(content or b"{}")
    except ValueError as wrong:
        raise CannotSend("the answer is no JSON") from wrong
    if not isinstance(found, dict):
        raise CannotSend("the answer is no JSON object")
    return found
