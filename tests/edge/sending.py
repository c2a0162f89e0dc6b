"""Requests over a socket of one's own, byte by byte, to web processes or to one protocol alone."""

import socket
from contextlib import closing


def said(port: int, *pieces: bytes, seconds: float = 60) -> bytes:
    """All that comes back, until the other side hangs up."""
    with closing(socket.create_connection(("127.0.0.1", port), seconds)) as line:
        for piece in pieces:
            line.sendall(piece)
        return until_closed(line)


def until_closed(line: socket.socket) -> bytes:
    heard = b""
    try:
        while piece := line.recv(65536):
            heard += piece
    except ConnectionResetError:
        pass
    return heard


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def head(method: str, path: str, *more: str, port: int = 80, length: int | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *more]
    if length is not None:
        lines += [f"Content-Length: {length}", "Content-Type: application/x-www-form-urlencoded"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
