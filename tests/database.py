"""Loaded first of all (pytest -p tests.database): a database server of the tests' own, without fsync."""

import gc
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
os.environ["RUOSHUI_DATA"] = str(ROOT / ".data/test")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop running in this thread
os.environ.setdefault("RUOSHUI_LOG_LEVEL", "ERROR")

# A run makes and forgets far more than it keeps in circles: an eighth of its time went into looking for those.
gc.set_threshold(20_000, 20, 1000)

_server = None


def pytest_configure(config: pytest.Config) -> None:
    global _server
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    from ruoshui.operations.postgres import PrivateServer

    _server = PrivateServer(fsync=False)
    _server.start()


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()
