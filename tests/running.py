"""The real processes on a database of their own: web, live updates, worker; to be used and to be killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from ruoshui.settings.places import database_settings

DATABASE = f"ruoshui_stack_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def free_port() -> int:
    """One whose neighbour is free too: the live updates sit beside the web."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return int(port)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {seconds} s")
        time.sleep(0.1)


@dataclass
class Stack:
    environment: dict[str, str]
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    logs: Path | None = None  # a folder for what each process says, name.log

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def command(self, *arguments: str, seconds: float = 120) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ruoshui.cli", *arguments],
            env=self.environment,
            timeout=seconds,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        arguments = ["serve", "--port", str(self.port)] if name == "serve" else [name]
        with (self.logs / f"{name}.log").open("ab") if self.logs else nullcontext() as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "ruoshui.cli", *arguments],
                env=self.environment,
                start_new_session=True,
                stderr=log,
            )
        if name == "serve":
            until(self.answers, 90)

    def kill(self, name: str) -> None:
        """kill -9, children and all."""
        process = self.running.pop(name)
        for pid in [process.pid, *children(process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(30)

    def answers(self) -> bool:
        with suppress(OSError):
            urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
            return True
        return False

    def call(self, method: str, path: str, body: object = None, *, token: str, key: str = "") -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(
            f"{self.url}/api/v1{quote(path, safe='/?=&')}",
            json.dumps(body).encode() if body is not None else None,
            headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def sql(self, query: str) -> list[tuple]:
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def token(self) -> str:
        code = (
            "import django; django.setup(); from django.utils import timezone; from ruoshui.core.actors import SYSTEM; "
            "from ruoshui.organization.actions import issue_token; from ruoshui.organization.models import Scope, Staff; "
            "print(issue_token(Staff.objects.get(username='admin'), name='t', scopes=Scope.values, by=SYSTEM, at=timezone.now())[1])"
        )
        return self.python(code).strip()

    def python(self, code: str) -> str:
        """What a program with these settings and this database prints."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, re.findall(r"\d+", line))) for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, of in pairs if of == parent]
    return found[1:]


RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone{os.getpid()}")[:16]
MODEL = f"ruoshui_model_{RUN}"
ONE_AT_A_TIME = 7_206_411  # any number: the lock of who makes the model


def _environment(where: dict, database: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{where['USER']}@/{database}?host={where['HOST']}",
        "DJANGO_SETTINGS_MODULE": "ruoshui.settings.base",
        "RUOSHUI_PUBLIC_URL": f"http://localhost:{port}",
        "RUOSHUI_PORT": str(port),
    }


def _make_model(connection: psycopg.Connection, where: dict) -> None:
    """The demo organisation, set up once a run; each stack begins with a copy of it."""
    connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MODEL]).fetchone():
        old = "SELECT datname FROM pg_database WHERE datname LIKE 'ruoshui\\_model\\_%'"
        for (name,) in connection.execute(old).fetchall():
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {MODEL}_new TEMPLATE template0 ENCODING 'UTF8'")
        made = Stack(_environment(where, f"{MODEL}_new", 8000), 8000)
        made.command("migrate", seconds=900)
        made.command("demo", seconds=900)
        connection.execute(f"ALTER DATABASE {MODEL}_new RENAME TO {MODEL}")
    connection.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


@contextmanager
def stack() -> Iterator[Stack]:
    where = database_settings()
    server = {"user": str(where["USER"]), "host": str(where["HOST"]), "port": str(where["PORT"]) or None}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as connection:  # type: ignore[arg-type]
        _make_model(connection, where)
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {MODEL}")
    port = free_port()
    found = Stack(_environment(where, DATABASE, port), port)
    try:
        found.start("serve")
        found.start("worker")
        yield found
    finally:
        found.stop()
