"""One `ruoshui run` a data folder: a second one is told who holds it, and changes nothing."""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from ruoshui.operations.locks import Lock

LOCK = "run.lock"


class InUse(RuntimeError):
    """Something that this start needs is in somebody else's hands. Says whose, and what to do, in both languages."""


@contextlib.contextmanager
def held(folder: Path, address: str) -> Iterator[bool]:
    """The data folder is ours for the time of the block. True when the one before was killed; raises InUse."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / LOCK)
    try:
        if not lock.alone():
            raise InUse(_held_by(lock, folder))
        killed = bool(lock.read())
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        try:
            yield killed
        finally:
            lock.write("")
    finally:
        lock.leave()


def _held_by(lock: Lock, folder: Path) -> str:
    pid, address = "?", "?"
    for _attempt in range(10):  # it has the lock a moment before it has written who it is
        with contextlib.suppress(ValueError, TypeError, KeyError):
            said = json.loads(lock.read())
            pid, address = str(said["pid"]), str(said["address"])
            break
        time.sleep(0.05)
    return (
        f"数据目录 {folder} 已由另一个 ruoshui run 使用：进程 {pid}，地址 {address}。"
        "请先停止它，或用 RUOSHUI_DATA 另指定目录。\n"
        f"  Another `ruoshui run` uses the data folder {folder}: process {pid}, at {address}. "
        "Stop it first, or name another folder in RUOSHUI_DATA."
    )
