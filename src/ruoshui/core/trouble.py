"""Which faults are not of who asked nor of what was asked: the database is away or only reads, a disk has no room, the
machine is busy. They pass by themselves. The one place that tells them apart, by PostgreSQL's own codes.
"""

import errno
from collections.abc import Iterator
from enum import StrEnum

import psycopg
from django.db import InterfaceError, OperationalError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = "53100"
# Connection, resources, locks waited for too long, an operator's doing, the system itself; a clash of transactions.
PASSING = ("08", "53", "55P03", "57", "58", "40", "25006")
# A transaction that an unknown fault had spoilt before, and what PostgreSQL itself does not understand.
UNKNOWN = ("25P02", "XX")
# Without a state: lost on the way, or never reached.
LOST = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
CAUSES = 10


class Trouble(StrEnum):
    DATABASE = "database-away"
    NO_ROOM = "no-room"
    MACHINE = "machine"  # every other disk, pipe, network or time-out; memory; what nobody knows


def fault_of(wrong: BaseException) -> Trouble | None:
    """Also where the fault was only the cause of what was raised. None where it does not pass by itself, and where it
    says of itself that it is `for_good`.
    """
    if getattr(wrong, "for_good", False):
        return None
    for one in _causes(wrong):
        if isinstance(one, psycopg.Error) and one.sqlstate:
            return _of_state(one.sqlstate)
        if isinstance(one, OSError):
            return Trouble.NO_ROOM if one.errno in NO_ROOM else Trouble.MACHINE
        if isinstance(one, MemoryError):
            return Trouble.MACHINE
        if one.__cause__ is None and isinstance(one, LOST):
            return Trouble.DATABASE
    return None


def trouble_of(wrong: BaseException) -> Trouble | None:
    """For who waits for an answer: what is not the database or its room may as well be a fault of our own."""
    found = fault_of(wrong)
    return None if found is Trouble.MACHINE else found


def is_passing(wrong: BaseException) -> bool:
    """Is it worth trying again?"""
    return fault_of(wrong) is not None


def _causes(wrong: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = wrong
    for _step in range(CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__


def _of_state(state: str) -> Trouble | None:
    if state == DISK_FULL:
        return Trouble.NO_ROOM
    if state.startswith(UNKNOWN):
        return Trouble.MACHINE
    return Trouble.DATABASE if state.startswith(PASSING) else None
