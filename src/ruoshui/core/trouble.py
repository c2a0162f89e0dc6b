"""Which fault it was: the database is away or only reads, or a disk has no room. Neither is a fault of who asked."""

import errno
from enum import StrEnum

import psycopg
from django.db import InterfaceError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = "53100"
# Connection, resources, locks waited for too long, an operator's doing, the system itself; a clash of transactions.
PASSING = ("08", "53", "55P03", "57", "58", "40", "25006")
# Without a state: lost on the way, or never reached.
LOST = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)


class Trouble(StrEnum):
    DATABASE = "database-away"
    NO_ROOM = "no-room"


def trouble_of(wrong: BaseException) -> Trouble | None:
    """Also where the fault was only the cause of what was raised; None for every other fault."""
    one: BaseException | None = wrong
    for _step in range(10):
        if one is None:
            return None
        if isinstance(one, OSError) and one.errno in NO_ROOM:
            return Trouble.NO_ROOM
        if isinstance(one, psycopg.Error) and one.sqlstate:
            return _of_state(one.sqlstate)
        if one.__cause__ is None and isinstance(one, LOST):
            return Trouble.DATABASE
        one = one.__cause__
    return None


def _of_state(state: str) -> Trouble | None:
    if state == DISK_FULL:
        return Trouble.NO_ROOM
    return Trouble.DATABASE if state.startswith(PASSING) else None
