"""How gunicorn's processes serve the web: with uvicorn's loop, and what that leaves to us."""

import os
import signal
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

MOST_HEAD = 64 * 1024


class Protocol(HttpToolsProtocol):
    """The parser keeps the head of a request until it is complete, however long it is: not longer than MOST_HEAD."""

    head = 0
    in_head = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.head = self.head + len(data) if self.in_head else 0
        if self.head > MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        self.in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.in_head = False
        super().on_headers_complete()


class Worker(UvicornWorker):  # type: ignore[misc]  # untyped
    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "http": Protocol,
        "ws": "none",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # whom to believe about addresses is said by RUOSHUI_PROXIES (`limits.py`)
        "timeout_graceful_shutdown": 10,
        "timeout_notify": 1,
    }

    async def callback_notify(self) -> None:
        """Once a second. Without its master, or told to begin anew with changed code, it ends."""
        await super().callback_notify()
        if os.getppid() != self.ppid or not self.alive:
            os.kill(os.getpid(), signal.SIGTERM)
