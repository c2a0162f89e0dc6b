"""What an exchange tells of a call, whatever language it speaks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ruoshui.channels.refusals import NotBelieved
from ruoshui.core.plain_json import read_foreign_json
from ruoshui.core.plain_text import storable


class CallEventKind(StrEnum):
    RING = "ring"
    ANSWER = "answer"
    TRANSFER = "transfer"
    HANGUP = "hangup"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class CallTold:
    """`number` is the other party, `extension` our telephone; `direction` is "in" or "out"."""

    kind: CallEventKind
    key: str
    number: str = ""
    extension: str = ""
    direction: str = "in"
    recording: str = ""


def read_signed(body: bytes) -> CallTold:
    """`{"call", "event", "number", "extension", "direction", "recording"}`. Raises NotBelieved."""
    try:
        told: Any = read_foreign_json(body)
        return CallTold(
            CallEventKind(told["event"]),
            _text(told["call"], 120),
            _text(told.get("number", ""), 40),
            _text(told.get("extension", ""), 20),
            "out" if told.get("direction") == "out" else "in",
            _text(told.get("recording", ""), 400),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotBelieved("malformed", status=400) from wrong


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str | int):
        raise TypeError(value)
    return storable(str(value))[:most]
