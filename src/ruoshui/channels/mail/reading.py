"""Mails read in a process of its own (`core.apart`): a letter goes through the pipe as JSON and the bytes of its files.

`python -m ruoshui.channels.mail.reading SECONDS MEMORY` is that process. It needs no Django and no database.
"""

import json
import struct
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from ruoshui.channels.mail.letters import Letter, Part, read_letter
from ruoshui.core.apart import Apart, Broken, TooCostly, serve

SECONDS, MEMORY = 10, 1 << 30
LENGTH = struct.Struct(">Q")
READER = Apart("ruoshui.channels.mail.reading", seconds=SECONDS, memory=MEMORY)


class CannotRead(Exception):
    """It can be read neither now nor ever. `code` says why: "unreadable", or "costly"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_apart(raw: bytes) -> Letter:
    """Raises CannotRead, or OSError for a fault of this machine that passes."""
    try:
        return unpacked(READER.ask(raw))
    except (ValueError, TypeError, KeyError, struct.error) as wrong:
        raise CannotRead("unreadable") from wrong
    except TooCostly as wrong:
        raise CannotRead("costly") from wrong
    except Broken as wrong:
        raise CannotRead("unreadable") from wrong


def packed(letter: Letter) -> bytes:
    plain = asdict(replace(letter, parts=()))
    plain["sent_at"] = letter.sent_at.isoformat() if letter.sent_at else None
    plain["parts"] = [(part.name, part.content_type, len(part.content), part.is_inline) for part in letter.parts]
    head = json.dumps(plain).encode()
    return b"".join((LENGTH.pack(len(head)), head, *(part.content for part in letter.parts)))


def unpacked(content: bytes) -> Letter:
    (length,) = LENGTH.unpack_from(content)
    place = LENGTH.size + length
    plain: dict[str, Any] = json.loads(content[LENGTH.size : place])
    parts = []
    for name, kind, size, is_inline in plain["parts"]:
        parts.append(Part(name, kind, content[place : place + size], is_inline))
        place += size
    at = plain["sent_at"]
    several = ("references", "recipients", "returned", "left_out", "hosts", "kinds", "failed", "actions")
    return Letter(
        **plain
        | {name: tuple(plain[name]) for name in several}
        | {
            "parts": tuple(parts),
            "fields": tuple((name, value) for name, value in plain["fields"]),
            "folds": tuple((begin, count) for begin, count in plain["folds"]),
            "sent_at": datetime.fromisoformat(at) if at else None,
        }
    )


if __name__ == "__main__":
    serve(lambda raw: packed(read_letter(raw)))
