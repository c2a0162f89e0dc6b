"""What a kind of line must be able to do, and which kinds there are: one folder each, registered here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

from ruoshui.channels.models import Line, LineKind, TextOut
from ruoshui.core.plain_text import storable


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A request from outside, as far as a line needs it. Header names are lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """One message. `fetch` brings its file, which the provider only named: name and content. `media` is what `bring`
    of the adapter needs to bring it later.
    """

    key: str
    sender: str
    text: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    fetch: Callable[[], tuple[str, bytes]] | None = None
    media: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("key", "sender", "text"):
            object.__setattr__(self, name, storable(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message of ours: `error` is empty when it arrived."""

    reference: str
    error: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", storable(self.reference))
        object.__setattr__(self, "error", storable(self.error))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a believed call holds. `echo`: the provider only asks whether we are here, and wants this back."""

    came: tuple[Came, ...] = ()
    delivered: tuple[Delivered, ...] = ()
    echo: str | None = None


class Adapter(Protocol):
    def hear(self, line: Line, call: LineRequest, at: datetime) -> Heard:
        """Raises NotBelieved."""

    def answer(self, line: Line, call: LineRequest, words: str, at: datetime) -> tuple[str, str] | None:
        """Content type and body of an answer that says `words` to the sender in the same breath; None: it cannot."""

    def send(self, line: Line, text: TextOut, at: datetime) -> str:
        """The provider's number of the message. Raises CannotSend, or OSError when nobody is there."""


class Bringing(Protocol):
    """What an adapter can besides, whose provider only names files."""

    def bring(self, line: Line, media: Mapping[str, str], at: datetime) -> tuple[str, bytes]:
        """Name and content. Raises CannotSend or OSError."""


KINDS = {
    LineKind.SMS: "ruoshui.channels.sms.adapter",
    LineKind.WECHAT: "ruoshui.channels.wechat.adapter",
    LineKind.WECOM: "ruoshui.channels.wecom.adapter",
}


def adapter_of(line: Line) -> Adapter | None:
    """None for the web chat: its pages are our own, nothing is sent anywhere."""
    path = KINDS.get(LineKind(line.kind))
    adapter: Adapter | None = import_module(path).adapter if path else None
    return adapter
