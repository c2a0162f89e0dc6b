"""The Asterisk Manager Interface, as its documentation has it: lines of `Name: value`, an empty line ends a block.

A client of our own in a hundred lines: the libraries there are want an event loop, the worker has threads.
"""

import re
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from ruoshui.channels.phone.telling import CallEventKind, CallTold
from ruoshui.core.outgoing import looked_up

LARGEST_BLOCK = 64 * 1024
CHANNEL = re.compile(r"[A-Za-z0-9_]+/(?P<number>[0-9A-Za-z_.+]+)")
Block = Mapping[str, str]


class AmiError(OSError):
    """The exchange answered something else than it should."""


class Ami:
    """One connection, signed in. `listen` ends with an OSError when the exchange is gone."""

    def __init__(self, host: str, port: int, user: str, secret: str, *, seconds: float = 10) -> None:
        address = looked_up(host, port, may_be_inside=True, seconds=seconds)
        self._socket = socket.create_connection((address, port), timeout=seconds)
        self._rest = b""
        self._waiting: list[Block] = []
        try:
            banner = self._line()
            if not banner.startswith("Asterisk Call Manager"):
                raise AmiError(f"no Asterisk Call Manager: {banner[:60]}")
            answer = self.ask("Login", Username=user, Secret=secret, Events="call,dialplan")
            if answer.get("Response") != "Success":
                raise AmiError(answer.get("Message", "login refused"))
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, action: str, **fields: str) -> Block:
        """Send an action and wait for its response; events that come meanwhile are kept for `listen`."""
        self.send(action, ActionID=action, **fields)
        while True:
            block = self._block()
            if block.get("Response") and block.get("ActionID") in (action, None):
                return block
            self._waiting.append(block)

    def send(self, action: str, **fields: str) -> None:
        given = {"Action": action} | fields
        if any("\r" in value or "\n" in value for value in given.values()):
            raise ValueError("a field of AMI is one line")
        self._socket.sendall("".join(f"{name}: {value}\r\n" for name, value in given.items()).encode() + b"\r\n")

    def channels(self) -> list[str]:
        """The Linkedid of every call that goes on."""
        self.ask("CoreShowChannels")
        found, others = [], []
        while (block := self._block()).get("Event") != "CoreShowChannelsComplete":
            if block.get("Event") == "CoreShowChannel":
                found.append(block.get("Linkedid", ""))
            else:
                others.append(block)
        self._waiting += others
        return found

    def listen(self, seconds: float) -> Iterator[Block]:
        """What comes until it has been silent for so long."""
        self._socket.settimeout(seconds)
        while True:
            if self._waiting:
                yield self._waiting.pop(0)
                continue
            try:
                yield self._block()
            except TimeoutError:
                return

    def _block(self) -> Block:
        fields: dict[str, str] = {}
        while line := self._line():
            name, _colon, value = line.partition(":")
            fields[name.strip()] = value.strip()
        return fields

    def _line(self) -> str:
        while b"\n" not in self._rest:
            if len(self._rest) > LARGEST_BLOCK:
                raise AmiError("a line without an end")
            more = self._socket.recv(65536)
            if not more:
                raise AmiError("the exchange closed the connection")
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip("\r")


def told_by(event: Block, extensions: frozenset[str]) -> CallTold | None:
    """What an event says of a call; None for all the others. `extensions` are the telephones that are ours."""
    kind, key = event.get("Event", ""), event.get("Linkedid", "")
    if kind in ("DialBegin", "DialEnd"):
        return _dialled(event, extensions)
    if kind == "BlindTransfer":
        key = event.get("TransfereeLinkedid") or event.get("TransfererLinkedid", "")
        return CallTold(CallEventKind.TRANSFER, key, extension=event.get("Extension", "")) if key else None
    if kind == "AttendedTransfer":
        key = event.get("TransfereeLinkedid") or event.get("OrigTransfererLinkedid", "")
        to = number_in(event.get("TransferTargetChannel", "")) or event.get("SecondTransfererConnectedLineNum", "")
        return CallTold(CallEventKind.TRANSFER, key, extension=to) if key else None
    if kind == "Hangup" and key and event.get("Uniqueid") == key:
        return CallTold(CallEventKind.HANGUP, key)
    if kind == "VarSet" and event.get("Variable") == "MIXMONITOR_FILENAME" and key:
        return CallTold(CallEventKind.RECORDING, key, recording=event.get("Value", ""))
    return None


def _dialled(event: Block, extensions: frozenset[str]) -> CallTold | None:
    key = event.get("Linkedid") or event.get("DestLinkedid", "")
    begins = event["Event"] == "DialBegin"
    if not key or (not begins and event.get("DialStatus") != "ANSWER"):
        return None
    kind = CallEventKind.RING if begins else CallEventKind.ANSWER
    caller, called = number_in(event.get("Channel", "")), number_in(event.get("DestChannel", ""))
    if called in extensions:
        return CallTold(kind, key, event.get("CallerIDNum", ""), called, "in")
    if caller in extensions:
        dialled = event.get("DialString", "").rpartition("/")[2].partition("@")[0]
        return CallTold(kind, key, dialled or event.get("DestCallerIDNum", ""), caller, "out")
    return None


def number_in(channel: str) -> str:
    """ "PJSIP/801-00000012" is the telephone 801."""
    found = CHANNEL.match(channel.rpartition("-")[0] or channel)
    return found["number"] if found else ""
