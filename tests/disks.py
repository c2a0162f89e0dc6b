"""Disks that are full: real ones, whose writes stop half-way."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.running import children


@contextmanager
def full_after(size: int) -> Iterator[None]:
    """Every write of this process past `size` bytes of a file fails, what came before stays: as on a full disk."""
    _soft, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def limit_files(parents: list[int], size: int) -> Iterator[None]:
    """The same for other processes of ours and their children."""
    pids = [pid for parent in parents for pid in [parent, *children(parent)]]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_soft, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def small_disk_or_none(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A file system of its own, in memory; None where this account may not mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "none", str(folder)]
    if subprocess.run(["mount", *options], check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    with small_disk_or_none(folder, megabytes) as disk:
        if disk is None:
            pytest.skip("this account may not mount a file system")
        yield disk
