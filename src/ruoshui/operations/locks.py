"""Locks between the processes of one machine. The system gives them back when their holder ends, however it ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Lock:
    """One file: `alone` or `together` with others who take it so."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def alone(self, *, wait: bool = False) -> bool:
        return self._take(fcntl.LOCK_EX, wait)

    def together(self, *, wait: bool = False) -> bool:
        return self._take(fcntl.LOCK_SH, wait)

    def _take(self, how: int, wait: bool) -> bool:
        try:
            fcntl.flock(self._file, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self) -> str:
        return os.pread(self._file, 4096, 0).decode(errors="replace")

    def write(self, text: str) -> None:
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def leave(self) -> None:
        os.close(self._file)


@contextlib.contextmanager
def gate(path: Path) -> Iterator[None]:
    """One at a time, the others wait."""
    lock = Lock(path)
    lock.alone(wait=True)
    try:
        yield
    finally:
        lock.leave()
