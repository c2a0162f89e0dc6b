"""Which faults pass by themselves: a database that is away or locked, a disk that is full, a machine that is busy."""

from django.db import InterfaceError, InternalError, OperationalError

# InternalError is what a read-only database answers a write with. OSError is every disk, pipe, network and time-out.
PASSING = (OperationalError, InterfaceError, InternalError, OSError, MemoryError)


def is_passing(wrong: BaseException) -> bool:
    """Is it worth trying again? Also when the fault was only the cause of what was raised; never when that says of
    itself that it is `for_good`.
    """
    if getattr(wrong, "for_good", False):
        return False
    seen: BaseException | None = wrong
    for _step in range(10):
        if seen is None:
            return False
        if isinstance(seen, PASSING):
            return True
        seen = seen.__cause__
    return False
