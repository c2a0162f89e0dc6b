"""How gunicorn's processes serve the web: with uvicorn's loop, and what that leaves to us."""

import os
import signal
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from ruoshui.core.logs import quieten
from ruoshui.core.parents import end_with
from ruoshui.web.edge.protocol import Protocol, let_many_in


class Worker(UvicornWorker):  # type: ignore[misc]  # untyped
    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "http": Protocol,
        "ws": "none",
        "lifespan": "off",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # whom to believe about addresses is said by RUOSHUI_PROXIES (`limits.py`)
        "timeout_graceful_shutdown": 10,
        "timeout_notify": 1,
    }

    def run(self) -> None:
        let_many_in()
        quieten("gunicorn.error", "uvicorn.error")
        super().run()

    def init_process(self) -> None:
        end_with(self.ppid)  # killed, the master takes no leave of it, and the port must be free for the next one
        super().init_process()

    async def callback_notify(self) -> None:
        """Once a second. Told to begin with changed code, it ends."""
        await super().callback_notify()
        if not self.alive:
            os.kill(os.getpid(), signal.SIGTERM)
