"""Disks and databases that fail under load: what was acknowledged is there and whole, and all is well again by itself.

On a database server of this test's own: it is stopped, killed, crowded and made read-only.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from ruoshui.operations.postgres import PrivateServer
from tests.disks import limit_files, small_disk_or_none
from tests.doors import DOORS, SECRET, SET_UP, Door, unready
from tests.running import DATABASE, Stack, free_port, stack, until

pytestmark = pytest.mark.stack
BACK_SECONDS = 15.0
SPELL_SECONDS = 4.0
MOST_LOG_BYTES = 400_000


class Faults:
    def __init__(self, running: Stack, server: PrivateServer, disk: Path | None) -> None:
        self.running, self.server, self.disk = running, server, disk

    def _admin(self, *statements: str) -> None:
        where = {"host": str(self.server.socket), "user": "ruoshui", "dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            for statement in statements:
                connection.execute(statement)

    def _end_all(self) -> str:
        return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"

    @contextmanager
    def only_reads(self) -> Iterator[None]:
        """As after a failover: what connects now can only read, and stays so."""
        self._admin(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on", self._end_all())
        yield
        self._admin(f"ALTER DATABASE {DATABASE} RESET default_transaction_read_only")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self._signal(signal.SIGINT)
        yield

    @contextmanager
    def killed(self) -> Iterator[None]:
        self._signal(signal.SIGKILL)
        yield

    @contextmanager
    def crowded(self) -> Iterator[None]:
        """Others have taken every connection, and ours are ended."""
        others = []
        where = {"host": str(self.server.socket), "user": "ruoshui", "dbname": "postgres"}
        admin = psycopg.connect(**where, autocommit=True)  # type: ignore[arg-type]
        try:
            admin.execute(self._end_all())
            with suppress(psycopg.OperationalError):
                while True:
                    others.append(psycopg.connect(**where))  # type: ignore[arg-type]
            yield
        finally:
            for one in [*others, admin]:
                one.close()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        if self.disk is None:  # this account may mount nothing
            with limit_files([process.pid for process in self.running.running.values()], 8_000):
                yield
            return
        filler = self.disk / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while True:
                file.write(bytes(16_384))
                file.flush()
        os.truncate(filler, max(filler.stat().st_size - 16 * 1024, 0))
        yield
        filler.unlink()

    def _signal(self, number: int) -> None:
        os.kill(int((self.server.cluster / "postmaster.pid").read_text().split()[0]), number)


FAULTS: dict[str, Callable[[Faults], object]] = {
    "only reads": Faults.only_reads,
    "stopped": Faults.stopped,
    "killed": Faults.killed,
    "crowded": Faults.crowded,
    "full disk": Faults.full_disk,
}


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    folder = tmp_path_factory.mktemp("faults")
    before = os.environ["RUOSHUI_DATA"]
    os.environ["RUOSHUI_DATA"] = str(folder / "data")
    server = PrivateServer()  # as in use: a crash must lose nothing
    try:
        with small_disk_or_none(folder / "data", 640) as disk:
            server.start()
            with stack() as running:
                yield from _with_doors(running, server, disk, folder)
    finally:
        server.stop()
        os.environ["RUOSHUI_DATA"] = before
        shutil.rmtree(server.folder, ignore_errors=True)


def _with_doors(running: Stack, server: PrivateServer, disk: Path | None, folder: Path) -> Iterator[Faults]:
    running.kill("serve")
    running.kill("worker")
    running.environment |= {
        "RUOSHUI_LMTP": f"127.0.0.1:{free_port()}",
        "RUOSHUI_LINE_SMS_SECRET": SECRET,
        "RUOSHUI_LOG_LEVEL": "WARNING",
        "RUOSHUI_LIMITS": "read=0,write=0,guess=0,api=0,in=0",
    }
    subprocess.run([sys.executable, "-c", SET_UP], env=running.environment, check=True)
    running.logs = folder
    running.start("serve")
    running.start("worker")
    _until_ready(running, 60)
    yield Faults(running, server, disk)


@pytest.fixture
def knocking(faults: Faults) -> Iterator[tuple[list[Door], Callable[[], None]]]:
    """All doors, knocked at until told to stop."""
    token, stopping = faults.running.token(), threading.Event()
    found = [door(faults.running, token) for door in DOORS]
    threads = [threading.Thread(target=door.knock, args=(stopping,)) for door in found]

    def stop() -> None:
        stopping.set()
        for thread in threads:
            thread.join(90)

    for thread in threads:
        thread.start()
    yield found, stop
    stop()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_acknowledged_is_whole_and_all_is_well_again(faults: Faults, knocking, fault: str):
    doors, stop = knocking
    _all_open(doors, 60)  # each has a first one, before the fault
    _through(faults, doors, fault, SPELL_SECONDS)
    stop()
    _nothing_lost(faults.running, doors)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_many_faults_of_every_length(faults: Faults, knocking):
    doors, stop = knocking
    chance = random.Random(32)
    for _each in range(20):
        _through(faults, doors, chance.choice(list(FAULTS)), chance.uniform(0.1, 40))
    stop()
    _nothing_lost(faults.running, doors)


def _through(faults: Faults, doors: list[Door], fault: str, seconds: float) -> None:
    with FAULTS[fault](faults):  # type: ignore[attr-defined]
        threading.Event().wait(seconds)
    _all_open(doors, BACK_SECONDS)
    _until_ready(faults.running, BACK_SECONDS)


def _nothing_lost(running: Stack, doors: list[Door]) -> None:
    _all_taken_in(running)
    assert {type(door).__name__: door.missing() for door in doors if door.missing()} == {}
    assert "its file is" not in _doctor(running)


def test_afterwards_the_logs_are_short_and_carry_no_words_of_customers(faults: Faults):
    assert faults.running.logs
    said = {path.name: path.read_text(errors="replace") for path in sorted(faults.running.logs.glob("*.log"))}
    assert set(said) == {"serve.log", "worker.log"}
    assert {name: len(text) for name, text in said.items() if len(text) > MOST_LOG_BYTES} == {}
    assert [name for name, text in said.items() if "电表照片" in text or "13800001111" in text] == []


def _all_open(doors: list[Door], seconds: float) -> None:
    """Each acknowledges another one."""
    before = {door: len(door.acknowledged) for door in doors}
    shut = lambda: {type(d).__name__: d.last for d in doors if len(d.acknowledged) == before[d]}  # noqa: E731
    try:
        until(lambda: not shut(), seconds)
    except AssertionError:
        raise AssertionError(f"after {seconds} s still shut: {shut()}") from None


def _until_ready(running: Stack, seconds: float) -> None:
    try:
        until(lambda: not unready(running), seconds)
    except AssertionError:
        raise AssertionError(f"after {seconds} s not ready: {unready(running)}") from None


def _all_taken_in(running: Stack) -> None:
    """What met the fault waits for its next try; here it need not."""
    waiting = "SELECT (SELECT count(*) FROM channels_letterin WHERE state = 'new')"
    waiting += " + (SELECT count(*) FROM channels_textin WHERE state = 'new')"
    for table in ("channels_letterin", "channels_textin"):
        running.sql(f"UPDATE {table} SET next_at = now() WHERE next_at IS NOT NULL RETURNING 1")
    until(lambda: running.sql(waiting) == [(0,)], 120)


def _doctor(running: Stack) -> str:
    command = [sys.executable, "-m", "ruoshui.cli", "doctor", "--files"]
    return subprocess.run(
        command, env=running.environment, capture_output=True, text=True, check=False, timeout=120
    ).stdout
