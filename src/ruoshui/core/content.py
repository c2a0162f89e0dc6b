"""Files by content: what a row says was kept lies whole on the disk, or the call fails.

The name of a file is the SHA-256 of what is in it. A name is given only to a whole file that the disk has, so a half of
one, left by a full disk or a lost power supply, never answers for the whole.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

CHUNK = 1024 * 1024
UNFINISHED = ".part"


class NotKept(OSError):
    """The disk took the bytes and gave back others."""


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep_content(row: Any, content: bytes) -> None:
    """Give a row with `file` and `digest` (and `size`, where it has one) its content; the caller saves the row.

    Equal content is stored once. Raises OSError when the disk did not take all of it; then nothing is left behind.
    """
    row.digest = digest_of(content)
    if hasattr(row, "size"):
        row.size = len(content)
    name = row.file.field.generate_filename(row, row.digest)
    put(row.file.storage, name, content, row.digest)
    row.file.name = name


def put(storage: FileSystemStorage, name: str, content: bytes, digest: str) -> None:
    path = Path(storage.path(name))
    if not _is_there(path, len(content), digest):
        _make_folder(path.parent, storage)
        _publish(path, content, digest, storage.file_permissions_mode)


def holds(path: Path, size: int | None, digest: str) -> bool:
    """Whether the file is that content, read from the first byte to the last. Raises FileNotFoundError."""
    if size is not None and path.stat().st_size != size:
        return False
    sum_of_all = hashlib.sha256()
    with path.open("rb") as file:
        for part in _parts(file):
            sum_of_all.update(part)
    return sum_of_all.hexdigest() == digest


def _parts(file: Any) -> Iterator[bytes]:
    while part := file.read(CHUNK):
        yield part


def _is_there(path: Path, size: int, digest: str) -> bool:
    try:
        # Young again before it is looked at: the sweep of files without a row must not take it until the row is there.
        os.utime(path)
        return holds(path, size, digest)
    except FileNotFoundError:
        return False


def _publish(path: Path, content: bytes, digest: str, mode: int | None) -> None:
    fresh = path.with_name(f".{digest}.{os.getpid()}.{secrets.token_hex(6)}{UNFINISHED}")
    try:
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not holds(fresh, len(content), digest):
            raise NotKept(f"{path.name}: what was written is not what is there")
        if mode is not None:
            fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _make_folder(folder: Path, storage: FileSystemStorage) -> None:
    """With the rights Django gives; what is new is settled in the folder above it."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        if storage.directory_permissions_mode is not None:
            one.chmod(storage.directory_permissions_mode)
        _settle(one.parent)


def _settle(folder: Path) -> None:
    """A name is safe from a power failure once its folder is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
