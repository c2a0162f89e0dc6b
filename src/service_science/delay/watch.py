"""What is known of a queue at this moment: fed event by event, live or from history, by the same calls in order of
time.

Nothing that is asked of it can know the future: it holds only what it was told.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from service_science.checks import WrongInput, number
from service_science.delay.keeping import fill, plain
from service_science.delay.recent import LinePace, Recent, Server

SEEN = (600.0, 1800.0)  # a server who did something within this is taken to be at work


@dataclass(frozen=True, slots=True)
class WatchedKind:
    """A class of customers. `credit`: seconds it is put forward in the order of service; `line`: what it comes for."""

    name: str
    line: str = ""
    credit: float = 0.0


class QueueWatch:
    """The state of one place's queues. Times are seconds on any clock that does not run back.

    >>> watch = QueueWatch([WatchedKind("ordinary"), WatchedKind("valued", credit=90.0)])
    >>> watch.joined("A1", "ordinary", 0.0)
    >>> watch.joined("A2", "ordinary", 50.0)
    >>> watch.ahead("ordinary", 60.0), watch.ahead("valued", 60.0), watch.head_wait(60.0)
    (2, 0, 60.0)
    >>> watch.began("A1", 70.0, server="counter 1")
    >>> watch.last_wait()
    70.0
    """

    def __init__(self, kinds: Sequence[WatchedKind]) -> None:
        if not kinds:
            raise WrongInput("kinds", "must not be empty")
        self.kinds = {kind.name: kind for kind in kinds}
        self.everyone = LinePace()
        self.lines = {kind.line: LinePace() for kind in kinds}
        self.own = {kind.name: Recent(0.2) for kind in kinds}
        self.waiting: dict[str, dict[Hashable, float]] = {kind.name: {} for kind in kinds}
        self.found_ahead: dict[Hashable, int] = {}
        self.served: dict[Hashable, tuple[WatchedKind, float, Server | None]] = {}
        self.servers: dict[str, Server] = {}
        self.duty: float | None = None
        self.usual_duty = Recent(0.2)
        self.at = -float("inf")

    def joined(self, key: Hashable, kind: str, at: float) -> None:
        self.forward(at)
        found = self.kind(kind)
        if key in self.waiting[kind]:
            raise WrongInput("key", f"{key!r} waits already")
        self.found_ahead[key] = self.ahead(kind, at)
        self.waiting[kind][key] = at
        for line in self._both(found):
            line.flow("joined", at)

    def began(self, key: Hashable, at: float, *, server: str = "") -> None:
        """A waiting customer is being served, by a server of that name if names are known."""
        self.forward(at)
        kind, since, ahead = self._leave(key)
        servers = max(1.0, self.at_work(at)[1])
        for line in self._both(kind):
            line.flow("began", at)
            line.served(at - since, ahead, servers, int(since % 86400 // 3600))
            line.keys.add(at - since + kind.credit)
            line.began_at = at
            line.busy += 1
        self.own[kind.name].add(at - since)
        self.served[key] = (kind, at, self._take(server, kind, key, at) if server else None)

    def gone(self, key: Hashable, at: float) -> None:
        """A waiting customer left unserved."""
        self.forward(at)
        kind, _since, _ahead = self._leave(key)
        for line in self._both(kind):
            line.flow("gone", at)

    def ended(self, key: Hashable, at: float) -> None:
        """A service came to its end."""
        self.forward(at)
        if key not in self.served:
            raise WrongInput("key", f"{key!r} is not being served")
        kind, began, server = self.served.pop(key)
        for line in self._both(kind):
            line.services.add(at - began)
            line.busy -= 1
        if server is not None:
            server.speed.add(at - began)
            server.since = at
            if server.customer == key:
                server.customer = None

    def on_duty(self, servers: float, at: float) -> None:
        """How many serve, where the place knows; without it those seen of late are counted."""
        self.forward(at)
        self.duty = number("servers", servers, least=0)
        self.usual_duty.add(self.duty)

    def ahead(self, kind: str, at: float, *, anywhere: bool = False) -> int:
        """How many of the same line (or of all) would be called before one who joins now."""
        line = None if anywhere else self.kind(kind).line
        return sum(1 for _other in self.called_before(kind, at, line))

    def called_before(self, kind: str, at: float, line: str | None = None) -> Iterator[WatchedKind]:
        """The kinds of those who would be called before one who joins now, in the order of join times plus credit."""
        mine = self.kind(kind)
        for other, people in self._waiting_in(line):
            before = at - mine.credit + other.credit
            yield from (other for since in people.values() if since <= before)

    def head_wait(self, at: float, *, line: str | None = None, kind: str | None = None) -> float:
        """How long the one who waits longest has waited (HOL); 0 when nobody waits."""
        waits = [
            at - next(iter(people.values()))
            for other, people in self._waiting_in(line)
            if kind is None or other.name == kind
        ]
        return max(waits, default=0.0)

    def head_key(self, at: float, line: str | None = None) -> float:
        """The longest wait with its credit; 0 when nobody waits."""
        keys = [at - next(iter(people.values())) + other.credit for other, people in self._waiting_in(line)]
        return max(keys, default=0.0)

    def last_wait(self, line: str | None = None) -> float:
        """The wait of the last one who began (LES); 0 before the first."""
        return (self.everyone if line is None else self.lines[line]).waits.last

    def at_work(self, at: float) -> tuple[float, float]:
        """Servers on duty as told, or those seen within ten and within thirty minutes."""
        if self.duty is not None:
            return self.duty, self.duty
        short, long = (sum(1 for one in self.servers.values() if one.since > at - span) for span in SEEN)
        return float(short), float(long)

    def kind(self, name: str) -> WatchedKind:
        if name not in self.kinds:
            raise WrongInput("kind", f"{name!r} is none of {', '.join(self.kinds)}")
        return self.kinds[name]

    def forward(self, at: float) -> None:
        if number("at", at) < self.at:
            raise WrongInput("at", f"must not run back: {at} after {self.at}")
        self.at = at

    @contextmanager
    def with_only(self, keys: Collection[Hashable]) -> Iterator[None]:
        """Inside, only these wait: what one sees who has them ahead and nobody else."""
        everybody = self.waiting
        self.waiting = {
            name: {key: since for key, since in people.items() if key in keys} for name, people in everybody.items()
        }
        try:
            yield
        finally:
            self.waiting = everybody

    def state(self) -> dict[str, Any]:
        """All of it as plain values that JSON can keep. Keys of customers must be such values."""
        means = {name: plain(getattr(self, name)) for name in ("everyone", "lines", "own", "usual_duty")}
        return means | {
            "waiting": {name: list(people.items()) for name, people in self.waiting.items()},
            "found_ahead": list(self.found_ahead.items()),
            "served": [
                (key, kind.name, began, next((n for n, one in self.servers.items() if one is server), None))
                for key, (kind, began, server) in self.served.items()
            ],
            "servers": plain(self.servers),
            "duty": self.duty,
            "at": None if self.at == -float("inf") else self.at,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from what was kept, for the same kinds."""
        for name in ("everyone", "lines", "own", "usual_duty"):
            fill(getattr(self, name), state[name])
        self.waiting = {name: dict(state["waiting"].get(name, ())) for name in self.kinds}
        self.found_ahead = dict(state["found_ahead"])
        self.servers = {name: fill(Server(list(self.lines), 0.0), one) for name, one in state["servers"].items()}
        self.served = {
            key: (self.kinds[kind], began, self.servers.get(server) if server else None)
            for key, kind, began, server in state["served"]
        }
        self.duty = state["duty"]
        self.at = -float("inf") if state["at"] is None else state["at"]

    def _waiting_in(self, line: str | None) -> Iterator[tuple[WatchedKind, dict[Hashable, float]]]:
        for name, people in self.waiting.items():
            other = self.kinds[name]
            if people and (line is None or other.line == line):
                yield other, people

    def _both(self, kind: WatchedKind) -> tuple[LinePace, LinePace]:
        return self.lines[kind.line], self.everyone

    def _take(self, name: str, kind: WatchedKind, key: Hashable, at: float) -> Server:
        server = self.servers.setdefault(name, Server(list(self.lines), at))
        server.took(kind.line)
        server.customer, server.since = key, at
        return server

    def _leave(self, key: Hashable) -> tuple[WatchedKind, float, int]:
        for name, people in self.waiting.items():
            if key in people:
                return self.kinds[name], people.pop(key), self.found_ahead.pop(key)
        raise WrongInput("key", f"{key!r} does not wait")
