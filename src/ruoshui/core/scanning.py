"""Ask ClamAV, where the operator has one. Without it files are marked as not checked: never silently "clean"."""

import contextlib
import logging
import os
import socket
import struct

log = logging.getLogger(__name__)
CHUNK = 1 << 16
SECONDS = 20.0


class Infected(Exception):
    """With the name of what was found."""


def scanner() -> str:
    """ "host:port" or the path of a socket, from `RUOSHUI_CLAMAV`; empty when there is none."""
    return os.environ.get("RUOSHUI_CLAMAV", "").strip()


def scan(content: bytes, *, strict: bool = False) -> bool:
    """True: looked at and clean. False: nobody looked (none is set up, or it does not answer; `strict`: then raises).

    Raises `Infected`.
    """
    place = scanner()
    if not place:
        return False
    try:
        answer = _ask(place, content)
    except (OSError, ValueError):
        if strict:
            raise
        log.warning("the virus scanner does not answer", exc_info=True)
        return False
    if answer.endswith("OK"):
        return True
    if answer.endswith("FOUND"):
        raise Infected(answer.removeprefix("stream:").removesuffix("FOUND").strip())
    log.warning("the virus scanner says: %s", answer[:200])
    return False


def _ask(place: str, content: bytes) -> str:
    """The protocol of clamd: INSTREAM, pieces with their length, an empty one at the end."""
    with contextlib.closing(_connected(place)) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connected(place: str) -> socket.socket:
    if "/" in place:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(place)
        return line
    host, _sep, port = place.rpartition(":")
    return socket.create_connection((host or "127.0.0.1", int(port)), SECONDS)
