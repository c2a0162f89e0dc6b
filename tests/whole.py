"""`ruoshui run` as people start it, with a database of its own in a folder of its own; to be killed and started again."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from ruoshui.operations.postmaster import Postmaster, alive
from ruoshui.settings.places import database_folder, socket_folder
from tests.running import free_port, until

GREETING = "若水 Ruoshui"


@dataclass
class Whole:
    folder: Path
    port: int
    started: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self.started is not None
        return self.started

    @property
    def environment(self) -> dict[str, str]:
        left_out = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        ours = {"RUOSHUI_DATA": str(self.folder), "RUOSHUI_LOG_LEVEL": "ERROR", "PYTHONUNBUFFERED": "1"}
        return {name: value for name, value in os.environ.items() if name not in left_out} | ours

    def start(self, *, wait: float = 120) -> None:
        self.begin()
        until(lambda: GREETING in self.told() or self.process.poll() is not None, wait)
        assert self.process.poll() is None, self.told()

    def begin(self) -> None:
        """Without waiting for the greeting."""
        self.said.clear()
        self.started = subprocess.Popen(
            [sys.executable, "-m", "ruoshui.cli", "run", "--empty", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)

    def told(self) -> str:
        return "".join(self.said)

    def command(self, *arguments: str, **more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "ruoshui.cli", *arguments],
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def pids(self) -> dict[str, list[int]]:
        """Of each part: run, web (the parent first), live, worker, database."""
        found: dict[str, list[int]] = {"run": [self.process.pid], "web": [], "live": [], "worker": [], "database": []}
        for entry in sorted(Path("/proc").glob("[0-9]*"), key=lambda entry: int(entry.name)):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().split(b"\0")
                for name, word in (("web", b"gunicorn"), ("live", b"uvicorn"), ("worker", b"worker")):
                    if str(self.process.pid).encode() in command and word in command:
                        found[name].append(int(entry.name))
        if pid := self.postmaster():
            found["database"].append(pid)
        return found

    def postmaster(self) -> int | None:
        for cluster in self.at("database").glob("pg[0-9]*"):
            pid = Postmaster(cluster).pid()
            return pid if pid and alive(pid) else None
        return None

    def at(self, what: str) -> Path:
        """The folder of the `database`, or of its `socket`."""
        before = os.environ["RUOSHUI_DATA"]
        os.environ["RUOSHUI_DATA"] = str(self.folder)
        try:
            return database_folder() if what == "database" else socket_folder()
        finally:
            os.environ["RUOSHUI_DATA"] = before

    def kill(self, *names: str) -> None:
        """kill -9, all of them at once."""
        pids = self.pids()
        for name in names:
            for pid in pids[name][:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if "run" in names:
            self.process.wait()

    def sql(self, query: str) -> list[tuple]:
        where = make_conninfo(host=str(self.at("socket")), user="ruoshui", dbname="ruoshui", connect_timeout=5)
        with psycopg.connect(where, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def works(self) -> bool:
        """A page that asks the database is answered."""
        with contextlib.suppress(OSError, psycopg.Error):
            urllib.request.urlopen(f"http://localhost:{self.port}/work/sign-in", timeout=5).close()
            return bool(self.sql("SELECT 1"))
        return False

    def back_within(self, seconds: float) -> float:
        began = time.monotonic()
        until(self.works, seconds)
        return time.monotonic() - began

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)

    def holder(self) -> dict[str, str]:
        return dict(json.loads((self.folder / "run.lock").read_text()))


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    found = Whole(folder, free_port())
    try:
        yield found
    finally:
        if found.started and found.started.poll() is None:
            found.stop()
        for cluster in found.at("database").glob("pg[0-9]*"):
            Postmaster(cluster).end()
        shutil.rmtree(found.at("database"), ignore_errors=True)
