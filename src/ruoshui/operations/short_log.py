"""A log that others write to, kept short. Standard library only: used before Django starts."""

import contextlib
import os
import shutil
from pathlib import Path

MOST_BYTES = 20 << 20


def keep_short(log: Path, most: int = MOST_BYTES) -> None:
    """Above `most` bytes its words move to `<name>.1`, in place of the older ones there.

    Emptied in place, since those who write hold it open; each of them must append. A line written at this very instant
    may be lost. One process at a time.
    """
    if not log.exists() or log.stat().st_size <= most:
        return
    # On a full disk the older words are given up: a log must not be what keeps the database from its room.
    with contextlib.suppress(OSError):
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)
