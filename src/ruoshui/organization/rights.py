"""When anybody's rights last changed: whoever keeps something about rights asks this first, and keeps it no longer.

The tables about rights count each change themselves, by triggers, in the transaction of the change.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import psycopg
from django.db import OperationalError, connection, connections

from ruoshui.core.gathering import Gathering
from ruoshui.core.statements import run
from ruoshui.core.straight import ask

T = TypeVar("T")
REVISION = "SELECT revision FROM organization_rights"
LONGEST_SECONDS = 3.0


class _Lookout:
    """A connection of this process for this one question: it is asked at every call of a program, and taking a
    connection from the pool and giving it back costs ten times as much as the answer.
    """

    def __init__(self) -> None:
        self._own: psycopg.Connection[tuple[int]] | None = None

    def look(self) -> int:
        """Again on a new connection when the database has closed the one kept, as it does when it is restarted."""
        with suppress(psycopg.OperationalError):
            if self._own is not None:
                return self._asked(self._own)
        parameters = connections["default"].get_connection_params()
        parameters.pop("pool", None)
        try:
            self._own = psycopg.connect(**parameters | {"autocommit": True})
            return self._asked(self._own)
        except psycopg.OperationalError as gone:
            raise OperationalError(str(gone)) from gone

    def _asked(self, own: "psycopg.Connection[tuple[int]]") -> int:
        """Everybody who comes waits for this: not longer than LONGEST_SECONDS, whatever has become of the server."""
        try:
            answer = ask(own, REVISION, LONGEST_SECONDS)
        except psycopg.OperationalError:
            self._own = None
            own.close()
            raise
        return int(answer)


_lookout = _Lookout()


def _read(asked: Sequence[object], alone: bool) -> list[int]:
    """One look for all who ask at the same moment, taken after they have asked."""
    if connection.in_atomic_block:  # what this transaction itself has changed counts too
        ((revision,),) = run(REVISION, [])
    else:
        revision = _lookout.look()
    return [revision] * len(asked)


_reading: Gathering[object, int] = Gathering(_read, at_most=1000)


def rights_revision() -> int:
    """Another number after every committed change to units, roles, memberships, staff or tokens."""
    return _reading.ask(object())


class WhileRightsStand(Generic[T]):
    """Things read once and kept until anybody's rights change. What is not found is looked for each time."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[str, T]] = (0, {})

    def get(self, key: str, revision: int, read: Callable[[], T | None]) -> T | None:
        """`revision` is looked up before `read` is called, so that what is kept is never older than it."""
        at, found = self._kept
        if at != revision:
            found = {}
            self._kept = (revision, found)
        if key not in found and (fresh := read()) is not None:
            found[key] = fresh
        return found.get(key)
