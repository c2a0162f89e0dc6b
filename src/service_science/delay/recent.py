"""Sums and means that forget."""

from __future__ import annotations

from math import exp

MEMORIES = (300.0, 900.0, 3600.0)  # seconds: a call centre lives in minutes, an office in hours
LONG = 900.0


class Fading:
    """A sum whose parts fade away with time."""

    __slots__ = ("at", "memory", "value")

    def __init__(self, memory: float) -> None:
        self.memory, self.value, self.at = memory, 0.0, 0.0

    def add(self, amount: float, at: float) -> None:
        self.value, self.at = self.now(at) + amount, at

    def now(self, at: float) -> float:
        return self.value * exp((self.at - at) / self.memory)


class Recent:
    """A mean of the last few values, and the very last."""

    __slots__ = ("last", "mean", "seen", "weight")

    def __init__(self, weight: float) -> None:
        self.weight, self.mean, self.last, self.seen = weight, 0.0, 0.0, 0

    def add(self, value: float) -> None:
        self.seen += 1
        self.mean += (value - self.mean) * max(self.weight, 1 / self.seen)
        self.last = value

    def known(self, otherwise: float) -> float:
        """The mean once it stands on a few values."""
        return self.mean if self.seen > 5 else otherwise


class LinePace:
    """One line of customers, or all together: how fast they came and went of late, how long they waited and were
    served.
    """

    __slots__ = ("began_at", "busy", "by_hour", "flows", "keys", "pace", "services", "usual", "waits")

    def __init__(self) -> None:
        self.waits, self.services = Recent(0.1), Recent(0.05)
        self.pace = Recent(0.02)  # seconds a person ahead has cost, times the servers
        self.usual = Recent(0.02)
        self.by_hour = [Recent(0.03) for _hour in range(24)]
        self.keys = Recent(0.1)  # waits with the credit: in the order of service these move smoothly
        self.flows = {name: [Fading(memory) for memory in MEMORIES] for name in ("joined", "began", "gone")}
        self.began_at = -LONG
        self.busy = 0

    def served(self, wait: float, ahead: int, servers: float, hour: int) -> None:
        """What the wait of one who begins teaches about all waits here, hour by hour of the day they joined in."""
        self.waits.add(wait)
        self.usual.add(wait)
        self.by_hour[hour].add(wait)
        self.pace.add(wait / (ahead + 1) * servers)

    def flow(self, name: str, at: float) -> None:
        for fading in self.flows[name]:
            fading.add(1.0, at)

    def recent_flows(self, at: float) -> list[float]:
        return [fading.now(at) for trio in self.flows.values() for fading in trio]

    def drained(self, at: float) -> list[float]:
        """Customers who left the line within each memory, served or not; never quite nobody."""
        pairs = zip(self.flows["began"], self.flows["gone"], strict=True)
        return [began.now(at) + gone.now(at) + 0.5 for began, gone in pairs]


class Server:
    """One who serves: what they are doing, since when, how fast they were, and which lines they take."""

    __slots__ = ("customer", "since", "speed", "takes")

    def __init__(self, lines: list[str], at: float) -> None:
        self.customer: object = None
        self.since = at
        self.speed = Recent(0.03)
        self.takes = dict.fromkeys(lines, 0.0)

    def took(self, line: str) -> None:
        for name in self.takes:
            self.takes[name] *= 0.99
        self.takes[line] += 0.01

    def share(self, line: str) -> float:
        """The part of their work that is this line's."""
        return self.takes[line] / (sum(self.takes.values()) or 1.0)
