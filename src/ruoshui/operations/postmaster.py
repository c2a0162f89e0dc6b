"""The process that PostgreSQL's own note in its data folder names: does it live, is it really PostgreSQL, end it."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT
FAST_SECONDS, AT_ONCE_SECONDS = 60.0, 15.0


class Postmaster:
    def __init__(self, cluster: Path) -> None:
        self._cluster = cluster
        self._note = cluster / "postmaster.pid"

    def pid(self) -> int | None:
        return _first_number(self._note)

    def lives(self) -> bool:
        pid = self.pid()
        return pid is not None and pid != os.getpid() and self._is_ours(pid)

    def end(self) -> None:
        """If it runs: without waiting for its clients, and if that takes too long, without a last checkpoint."""
        for how, seconds in ((FAST, FAST_SECONDS), (AT_ONCE, AT_ONCE_SECONDS)):
            pid = self.pid()
            if pid is None or not self._is_ours(pid):
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            deadline = time.monotonic() + seconds
            while alive(pid) and time.monotonic() < deadline:
                time.sleep(0.05)

    def make_room(self, socket: Path) -> None:
        """PostgreSQL does not start while a process lives under the number of the one that was killed, whatever it is,
        as happens when a container begins again. Its notes, in the cluster and beside the socket, are kept, for one
        also names the memory that may still be in use; they get our number instead, which PostgreSQL knows to be its
        parent's.
        """
        for note in (self._note, *socket.glob(".s.PGSQL.*.lock")):
            pid = _first_number(note)
            if pid is None or pid == os.getpid() or not _exists(pid) or self._is_ours(pid):
                continue
            with contextlib.suppress(OSError):
                _first, *others = note.read_text().split("\n")
                note.write_text("\n".join([str(os.getpid()), *others]))

    def _is_ours(self, pid: int) -> bool:
        """It lives, and was started on this folder: numbers are given again, and other folders have servers too."""
        return alive(pid) and str(self._cluster) in _command(pid)


def _first_number(note: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(note.read_text().split()[0])
    return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def alive(pid: int) -> bool:
    """A process that has ended and that nobody has asked about still has its number, and is not alive."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return _exists(pid)


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    with contextlib.suppress(OSError):
        told = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return told.stdout
    return ""
