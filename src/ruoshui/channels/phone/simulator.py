"""A small exchange that speaks AMI, for tests and for trying the telephone without one. No voice, only what AMI tells.

`ring`, `answer`, `transfer` and `hang_up` are what happens on its lines; Originate from a client rings the telephone
named, answers it and dials on, as Asterisk does.
"""

import itertools
import socketserver
import threading
import time
from collections.abc import Mapping
from typing import Any

BANNER = b"Asterisk Call Manager/9.0.0\r\n"


class ExchangeSimulator:
    """`port` 0 takes a free one. `calls`: Linkedid → the channel of the other party and the telephone that has it."""

    def __init__(self, *, user: str, secret: str, host: str = "127.0.0.1", port: int = 0, answers: bool = True) -> None:
        self.user, self.secret, self.answers = user, secret, answers
        self.calls: dict[str, dict[str, str]] = {}
        self.originated: list[Mapping[str, str]] = []
        self._numbers = itertools.count(1)
        self._clients: list[Any] = []
        self._server = _Server((host, port), self)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for client in list(self._clients):
            client.hang_on()

    @property
    def clients(self) -> int:
        """How many are signed in."""
        return len(self._clients)

    def ring(self, number: str, *extensions: str) -> str:
        """Somebody calls; these telephones ring. Returns the Linkedid."""
        key = f"{int(time.time())}.{next(self._numbers)}"
        channel = f"PJSIP/trunk-{next(self._numbers):08x}"
        self.calls[key] = {"channel": channel, "number": number, "extension": ""}
        self._tell(Event="Newchannel", Channel=channel, CallerIDNum=number, Uniqueid=key, Linkedid=key)
        for extension in extensions:
            self._dial(key, channel, number, extension)
        return key

    def answer(self, key: str, extension: str) -> None:
        call = self.calls[key]
        call["extension"] = extension
        self._tell(
            Event="DialEnd", Channel=call["channel"], CallerIDNum=call["number"], Linkedid=key,
            DestChannel=f"PJSIP/{extension}-{next(self._numbers):08x}", DialStatus="ANSWER",
        )  # fmt: skip
        self._tell(Event="VarSet", Variable="MIXMONITOR_FILENAME", Value=f"/var/spool/monitor/{key}.wav", Linkedid=key)

    def transfer(self, key: str, extension: str) -> None:
        """Blind: the other telephone rings and answers."""
        self._tell(
            Event="BlindTransfer", Result="Success", TransfererLinkedid=key, TransfereeLinkedid=key, Extension=extension
        )
        self._dial(key, self.calls[key]["channel"], self.calls[key]["number"], extension)
        self.answer(key, extension)

    def hang_up(self, key: str) -> None:
        call = self.calls.pop(key)
        self._tell(Event="Hangup", Channel=call["channel"], Uniqueid=f"{key}9", Linkedid=key, Cause="16")
        self._tell(Event="Hangup", Channel=call["channel"], Uniqueid=key, Linkedid=key, Cause="16")

    def originate(self, action: Mapping[str, str]) -> None:
        self.originated.append(action)
        extension, number = action["Channel"].rpartition("/")[2], action["Exten"]
        key, channel = f"{int(time.time())}.{next(self._numbers)}", f"{action['Channel']}-{next(self._numbers):08x}"
        self.calls[key] = {"channel": channel, "number": number, "extension": extension}
        self._tell(Event="Newchannel", Channel=channel, Uniqueid=key, Linkedid=key, Exten=number)
        trunk = f"PJSIP/trunk-{next(self._numbers):08x}"
        both = {"Channel": channel, "DestChannel": trunk, "DialString": f"trunk/{number}", "Linkedid": key}
        self._tell(Event="DialBegin", **both)
        if self.answers:
            self._tell(Event="DialEnd", DialStatus="ANSWER", **both)

    def _dial(self, key: str, channel: str, number: str, extension: str) -> None:
        self._tell(
            Event="DialBegin", Channel=channel, CallerIDNum=number, Linkedid=key, DialString=extension,
            DestChannel=f"PJSIP/{extension}-{next(self._numbers):08x}",
        )  # fmt: skip

    def _tell(self, **fields: str) -> None:
        for client in list(self._clients):
            client.say(fields)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], exchange: ExchangeSimulator) -> None:
        self.exchange = exchange
        super().__init__(address, _Client)


class _Client(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.wfile.write(BANNER)
        exchange = self.server.exchange
        try:
            while (action := self._action()) is not None:
                self._do(action, exchange)
        except OSError:
            pass
        finally:
            if self in exchange._clients:
                exchange._clients.remove(self)

    def _do(self, action: Mapping[str, str], exchange: ExchangeSimulator) -> None:
        name, answer = action.get("Action", "").lower(), {"ActionID": action.get("ActionID", "")}
        if name == "login":
            if (action.get("Username"), action.get("Secret")) == (exchange.user, exchange.secret):
                exchange._clients.append(self)
                self.say({"Response": "Success", "Message": "Authentication accepted", **answer})
            else:
                self.say({"Response": "Error", "Message": "Authentication failed", **answer})
        elif self not in exchange._clients:
            self.say({"Response": "Error", "Message": "Permission denied", **answer})
        elif name == "coreshowchannels":
            self.say({"Response": "Success", "EventList": "start", **answer})
            for key, call in list(exchange.calls.items()):
                self.say({"Event": "CoreShowChannel", "Channel": call["channel"], "Linkedid": key, **answer})
            self.say({"Event": "CoreShowChannelsComplete", "EventList": "Complete", **answer})
        elif name == "originate":
            self.say({"Response": "Success", "Message": "Originate successfully queued", **answer})
            exchange.originate(action)
        else:
            self.say({"Response": "Success", "Ping": "Pong", **answer})

    def _action(self) -> dict[str, str] | None:
        fields: dict[str, str] = {}
        while line := self.rfile.readline():
            text = line.decode("utf-8", "replace").strip()
            if not text:
                if fields:
                    return fields
                continue
            name, _colon, value = text.partition(":")
            fields[name.strip()] = value.strip()
        return None

    def say(self, fields: Mapping[str, str]) -> None:
        self.wfile.write("".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n")

    def hang_on(self) -> None:
        """The exchange goes away under its clients."""
        self.connection.close()
