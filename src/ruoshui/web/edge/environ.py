"""A request of the event loop in the words of WSGI."""

import io
import sys
from collections.abc import Mapping
from typing import Any

from ruoshui.web.edge.bodies import Body

Environ = dict[str, Any]
OF_THE_CONNECTION = (b"content-length", b"transfer-encoding")


def environ_of(scope: Mapping[str, Any], body: Body | None) -> Environ:
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "asgi.scope": scope,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf8", "surrogateescape").decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("ascii"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(body.size if body else 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body.file if body else io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add(environ, name, value.decode("latin1"))
    return environ


def _add(environ: Environ, name: bytes, value: str) -> None:
    # Written with an underscore, a header would pass for the one with a hyphen that a proxy has looked at.
    if name in OF_THE_CONNECTION or b"_" in name:
        return
    key = "CONTENT_TYPE" if name == b"content-type" else "HTTP_" + name.decode("latin1").upper().replace("-", "_")
    environ[key] = f"{environ[key]},{value}" if key in environ else value
