"""The database that is measured on: a new one, with the demo organisation."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from ruoshui.operations.postgres import database
from ruoshui.operations.processes import ruoshui

BENCH_DATABASE = "ruoshui_bench"


@contextmanager
def bench_database() -> Iterator[str]:
    """An empty database with the demo organisation, named by DATABASE_URL; yields its address."""
    with database() as server:
        if server is not None:
            server.psql(f"DROP DATABASE IF EXISTS {BENCH_DATABASE}")
            server.psql(f"CREATE DATABASE {BENCH_DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
            os.environ["DATABASE_URL"] = f"postgres://ruoshui@/{BENCH_DATABASE}?host={server.socket}"
        subprocess.run(ruoshui("migrate"), check=True)
        subprocess.run(ruoshui("demo"), check=True)
        yield os.environ["DATABASE_URL"]
