"""Hashing of passwords: little memory each, and few at once, so that signing in cannot fill the machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal

AT_ONCE = 4  # in one process
QUEUE_AT_MOST = 16
PATIENCE_SECONDS = 5.0


class TooBusy(Refusal):
    code, status = "too-busy", 503
    text = _("Many people are signing in at this moment. Wait {seconds} seconds and try again.")


class Turns:
    """Lets so many in at once; so many more may queue for so many seconds. All others are refused."""

    def __init__(self, at_once: int, queue_at_most: int, seconds: float) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + queue_at_most)
        self.seconds = seconds

    @contextmanager
    def one(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooBusy(seconds=int(self.seconds))
        try:
            if not self._free.acquire(timeout=self.seconds):
                raise TooBusy(seconds=int(self.seconds))
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._places.release()


turns = Turns(AT_ONCE, QUEUE_AT_MOST, PATIENCE_SECONDS)
_costly = threading.Lock()


class Argon2(Argon2PasswordHasher):
    """With the smallest memory that OWASP names, 19 MiB. Hashes made with more are replaced at the next sign-in."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with turns.one():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with turns.one():
            if self.decode(encoded)["memory_cost"] <= self.memory_cost:
                return super().verify(password, encoded)
            with _costly:  # 100 MB each
                return super().verify(password, encoded)
