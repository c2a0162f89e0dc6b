"""Are the ports of the web and the live updates free? Asked before anything is changed."""

import contextlib
import errno
import os
import socket
import time
from pathlib import Path

from ruoshui.operations.holding import InUse

LARGEST = 65535
# The processes of a run that was killed end within a moment of it.
AFTER_A_KILL_SECONDS = 10.0
LISTENING = "0A"


def try_ports(host: str, port: int, *, after_a_kill: bool = False) -> None:
    """Raises InUse when the port or the next one cannot be listened on."""
    deadline = time.monotonic() + AFTER_A_KILL_SECONDS * after_a_kill
    for one in (port, port + 1):
        if not 0 < one <= LARGEST:
            raise InUse(
                f"端口 {port} 无效：需要 1 到 {LARGEST - 1} 之间的端口（下一个端口用于实时更新）。\n"
                f"  Port {port} cannot be used: it must be from 1 to {LARGEST - 1} (the next one is for live updates)."
            )
        while (wrong := _refused(host, one)) is not None:
            if wrong.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise InUse(_in_words(host, one, wrong))
            time.sleep(0.2)


def _refused(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
            trial.bind(address)
            trial.listen(1)
    except OSError as wrong:
        return wrong
    return None


def _in_words(host: str, port: int, wrong: OSError) -> str:
    holder = _holder(port)
    by_zh, by = (f"，占用者：{holder}", f", by {holder}") if holder else ("", "")
    return (
        f"无法在 {host} 的端口 {port} 上提供服务（{wrong.strerror}{by_zh}）。"
        "请先停止占用它的程序，或用 --port 换一个端口。\n"
        f"  Nothing can listen on port {port} of {host} ({wrong.strerror}{by}). "
        "Stop what uses it, or choose another one with --port."
    )


def _holder(port: int) -> str:
    """ "process 812 (nginx: master process)" where the system lets us see it, else empty."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for entry in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        with contextlib.suppress(OSError):
            if os.readlink(entry) in sockets:
                process = entry.parent.parent
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {process.name} ({command[:80]})"
    return ""


def _listening(port: int) -> set[str]:
    """The inodes of the sockets that listen on the port, by what Linux says; nothing elsewhere."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                part = line.split()
                if part[3] == LISTENING and int(part[1].rpartition(":")[2], 16) == port:
                    found.add(part[9])
    return found
