"""Compiled by numba where it is installed, plain Python where it is not; the results are the same to the bit.

Numba remembers machine code by the one file a function stands in, although it also holds code from others. What we keep
is therefore kept in a folder named after *all* sources of the library: a change anywhere begins a new one.
"""

import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

numba: Any
try:
    import numba
except ImportError:  # the extra `fast` is not installed
    numba = None

Function = TypeVar("Function", bound=Callable[..., Any])

FAST = numba is not None
LIBRARY = Path(__file__).parent


@functools.cache
def kept_at() -> str | None:
    """The folder of machine code, made if need be; None where nothing can be written."""
    digest = hashlib.sha256()
    for source in sorted(LIBRARY.rglob("*.py")):
        digest.update(source.relative_to(LIBRARY).as_posix().encode() + source.read_bytes())
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for place in (LIBRARY / "__pycache__", own):
        folder = place / f"service_science-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        return str(folder)
    return None


def compiled(function: Function) -> Function:
    """Machine code for loops over arrays and numbers. No bounds are checked: callers check what they hand in."""
    return _compile(function)


def inlined(function: Function) -> Function:
    """The same for a small step of such a loop: written into its callers, for handing over many arrays costs more."""
    return _compile(function, forceinline=True)


def _compile(function: Function, **options: bool) -> Function:
    if numba is None:
        return function
    place = kept_at()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = place or before
    try:
        made: Function = numba.njit(cache=place is not None, nogil=True, error_model="numpy", **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return made
