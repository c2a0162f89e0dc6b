"""Settings read on every request are remembered for two seconds in each process.

A change shows at once in the process that made it and within two seconds in all others. Never
for rights, tokens or facts about cases: only for what people set up.
"""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SECONDS = 2.0
_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}


def remembered(read: Callable[P, R]) -> Callable[P, R]:
    """For functions of hashable positional arguments that read settings."""

    def lookup(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (read, *args)
        kept = _kept.get(key)
        now = time.monotonic()
        if kept is not None and now - kept[0] < SECONDS:
            found: R = kept[1]
            return found
        fresh = read(*args, **kwargs)
        _kept[key] = (now, fresh)
        return fresh

    return lookup


def forget() -> None:
    """A setting was changed here: read again."""
    _kept.clear()
