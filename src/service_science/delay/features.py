"""What a prediction may use, in one place for live and historical use: all of it known when the customer joins.

The numbers that pay most: who is ahead in the order of service, the last waits in that order, and what each server
has been doing and for how long: one who ended a minute ago and has not begun will be back soon, one idle for long has
left.
"""

from __future__ import annotations

from math import pi

import numpy as np

from service_science.arrays import Floats
from service_science.checks import number
from service_science.delay.recent import LONG, LinePace, Server
from service_science.delay.watch import QueueWatch, WatchedKind

BUSY_SINCE = (30.0, 90.0, 180.0, 360.0)
IDLE_SINCE = (20.0, 120.0, 600.0, 1800.0, 3600.0)  # longer ago: not at work
BACK_SOON = (1.0, 0.6, 0.3)  # part of the capacity that the first three of these stand for
TAKES = 0.03  # a server takes a line that is at least this part of their work
USUAL_SERVICE = 200.0
SIZES, FLOWS = 60, 3  # of any place, and more for each line
USUAL = (10, 11, 12, 13)  # of the lengths: what is usual in the line, at this hour and the next
WAVES = range(26, 32)  # of the plain values: the hour of the day


def features(watch: QueueWatch, kind: str, at: float, *, hour: float) -> Floats:
    """For one of `kind` who joins now; `hour` is the local time of day, 0 to 24."""
    watch.forward(at)
    mine, line = watch.kind(kind), watch.lines[watch.kind(kind).line]
    hands = _hands(watch, mine.line, at)
    sizes = [*_lengths(watch, mine, at), *_order(watch, mine, at), *_drains(watch, mine, hands, at), *hands.spans]
    sizes += [flow for other in watch.lines.values() for flow in other.recent_flows(at)[:FLOWS]]
    turn = 2 * pi * number("hour", hour, least=0, most=24) / 24
    plain = [*watch.at_work(at), *line.recent_flows(at), *watch.everyone.recent_flows(at), *_ages(watch, line, at)]
    plain += [wave(k * turn) for k in (1, 2, 3) for wave in (np.sin, np.cos)]
    values = np.array(sizes)
    named = [float(name == kind) for name in watch.kinds]
    return np.concatenate([values, np.sqrt(np.maximum(values, 0)), plain, named])


def habits(lines: int) -> list[int]:
    """The columns of what is usual here and at this hour: a single day, which has each hour once, cannot teach them."""
    sizes = SIZES + FLOWS * lines
    return [*USUAL, *(sizes + column for column in USUAL), *(2 * sizes + column for column in WAVES)]


def _lengths(watch: QueueWatch, mine: WatchedKind, at: float) -> list[float]:
    line, hour = watch.lines[mine.line], int(at % 86400 // 3600)
    queue = float(sum(map(len, watch.waiting.values())))
    in_line = sum(len(people) for name, people in watch.waiting.items() if watch.kinds[name].line == mine.line)
    return [
        queue,
        float(in_line),
        float(len(watch.waiting[mine.name])),
        watch.head_wait(at) / 60,
        watch.head_wait(at, line=mine.line) / 60,
        watch.head_wait(at, kind=mine.name) / 60,
        watch.everyone.waits.last / 60,
        line.waits.last / 60,
        watch.own[mine.name].last / 60,
        watch.own[mine.name].mean / 60,
        line.usual.mean / 60,
        line.pace.mean / 60,
        line.by_hour[hour].known(line.usual.mean) / 60,
        line.by_hour[(hour + 1) % 24].known(line.usual.mean) / 60,
    ]


def _order(watch: QueueWatch, mine: WatchedKind, at: float) -> list[float]:
    """Waits in the order of service: what is left of them for one with my credit."""
    line, everyone = watch.lines[mine.line], watch.everyone
    keys = (line.keys.last, line.keys.mean, everyone.keys.last, everyone.keys.mean)
    heads = (watch.head_key(at), watch.head_key(at, mine.line))
    return [max(0.0, key - mine.credit) / 60 for key in (*keys, *heads)]


class _Hands:
    """The servers as far as they matter to one line. `able`: busy and take it; `part`: by the share of it in their
    work.
    """

    def __init__(self) -> None:
        self.able = self.part = self.speed = self.part_speed = 0.0
        self.busy_spans, self.idle_spans = [0.0] * 5, [0.0] * 5
        self.all_idle = [0.0] * 5
        self.fellows: dict[str, float] = {}

    def busy(self, server: Server, share: float, age: float, service: float) -> None:
        pace = 60 / max(15.0, server.speed.known(service))
        self.part += share
        self.part_speed += share * pace
        for name, taken in server.takes.items():
            of_it = taken / (sum(server.takes.values()) or 1.0)
            self.fellows[name] = self.fellows.get(name, 0.0) + share * min(1.0, of_it * 5)
        if share > TAKES:
            self.able += 1
            self.speed += pace
            self.busy_spans[_span(age, BUSY_SINCE)] += 1

    def idle(self, share: float, age: float) -> None:
        where = _span(age, IDLE_SINCE)
        if where < 5:
            self.all_idle[where] += 1
            if share > TAKES:
                self.idle_spans[where] += 1

    @property
    def spans(self) -> list[float]:
        return [*self.all_idle, *self.busy_spans, *self.idle_spans]

    @property
    def soon(self) -> float:
        """Those busy with the line or soon back."""
        return self.able + sum(part * n for part, n in zip(BACK_SOON, self.idle_spans, strict=False))


def _span(age: float, edges: tuple[float, ...]) -> int:
    return next((i for i, edge in enumerate(edges) if age < edge), len(edges))


def _hands(watch: QueueWatch, line: str, at: float) -> _Hands:
    hands, service = _Hands(), watch.everyone.services.mean or USUAL_SERVICE
    for server in watch.servers.values():
        if server.customer is not None:
            hands.busy(server, server.share(line), at - server.since, service)
        else:
            hands.idle(server.share(line), at - server.since)
    return hands


def _drains(watch: QueueWatch, mine: WatchedKind, hands: _Hands, at: float) -> list[float]:
    """How long those ahead may take, in minutes, by several notions of who serves how fast."""
    line, everyone = watch.lines[mine.line], watch.everyone
    others = list(watch.called_before(mine.name, at))
    ahead, everywhere = float(sum(1 for other in others if other.line == mine.line)), float(len(others))
    means = {name: other.services.known(everyone.services.mean) / 60 for name, other in watch.lines.items()}
    work = sum(means[other.line] for other in others)
    rival = sum(means[o.line] * (1.0 if o.line == mine.line else _met(hands, o.line)) for o in others)
    _short, long = watch.at_work(at)
    usual = watch.usual_duty.mean if watch.duty is not None else long
    service, busy = means[mine.line], (max(1.0, line.busy), max(1.0, everyone.busy))
    return [
        ahead,
        everywhere,
        work,
        rival,
        ahead * service / busy[0],
        (ahead + 1) * service / max(1.0, long),
        everywhere * everyone.services.mean / 60 / busy[1],
        rival / busy[1],
        *((ahead + 1) / rate for rate in line.drained(at)),
        *((everywhere + 1) / rate for rate in everyone.drained(at)),
        (ahead + 1) * line.pace.mean / 60 / max(1.0, long),
        (ahead + 1) * line.pace.mean / 60 / max(1.0, usual),
        (ahead + 1) / (hands.able + 0.5),
        (everywhere + 1) / (hands.able + 0.5),
        (ahead + 1) / (hands.part + 0.1),
        (everywhere + 1) / (hands.speed + 0.1),
        (ahead + 1) / (hands.part_speed + 0.1),
        (ahead + 1) / (hands.soon + 0.5),
        (everywhere + 1) / (hands.soon + 0.5),
        work / (hands.soon + 0.5),
        rival / (hands.soon + 0.5),
    ]


def _met(hands: _Hands, line: str) -> float:
    """Of the servers of my line, how far they take the other as well; all of them where none is known."""
    return hands.fellows.get(line, 0.0) / hands.part if hands.part else 1.0


def _ages(watch: QueueWatch, line: LinePace, at: float) -> list[float]:
    ages = [at - began for _kind, began, _server in watch.served.values()]
    return [
        float(line.busy),
        float(watch.everyone.busy),
        line.services.known(watch.everyone.services.mean) / 60,
        min(LONG, at - line.began_at) / 60,
        min(LONG, at - watch.everyone.began_at) / 60,
        sum(ages) / len(ages) / 60 if ages else 0.0,
    ]
