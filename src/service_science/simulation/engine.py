"""The run itself: one event after another until nothing is left to do."""

from __future__ import annotations

from math import log
from typing import Any

from service_science.accelerate import compiled, inlined
from service_science.simulation.floor import enter, finish, next_for, prepend, stop_serving, unlink
from service_science.simulation.heap import drop, push
from service_science.simulation.layout import *
from service_science.simulation.randomness import draw, uniform

FAR = 1e300


@inlined
def next_arrival(i: Any, f: Any, kind: int, now: float) -> float:
    """Through the steps of the rate, until the exponential amount is used up: exact for rates that change."""
    left = -log(uniform(i, STREAMS * kind + S_ARRIVAL))
    step, first, size = f[i[RATE_STEP] + kind], i[i[RATE_FROM] + kind], i[i[RATE_SIZE] + kind]
    piece = i[i[PIECE] + kind]
    while now < f[UNTIL]:
        rate, end = f[i[RATES] + first + (piece % size if size > 1 else 0)], (piece + 1) * step
        if rate * (end - now) >= left and rate > 0.0:
            i[i[PIECE] + kind] = piece
            at = now + left / rate
            return at if at < f[UNTIL] else FAR
        left -= rate * (end - now)
        now = end
        piece += 1
    i[i[PIECE] + kind] = piece
    return FAR


@inlined
def start(i: Any, f: Any) -> None:
    for team in range(i[TEAMS]):
        i[i[SHIFTED] + team] = 0
        push(i, f, 0.0, (SHIFT << WHOM_BITS) | team)
    for kind in range(i[KINDS]):
        f[i[NEXT] + kind] = next_arrival(i, f, kind, 0.0)
    for one in range(i[CLOSINGS]):
        push(i, f, f[i[CLOSING] + one], (CLOSE << WHOM_BITS) | one)


@compiled
def run(i: Any, f: Any) -> float:
    """From time 0 until all have left, at most until the overtime is over. The time of the end."""
    start(i, f)
    now = 0.0
    while i[FULL] == 0:
        kind = first_arrival(i, f)
        arrives = f[i[NEXT] + kind]
        if i[HEAP] > 0 and f[i[TIME]] < arrives:
            at, code = f[i[TIME]], i[i[CODE]]
            if at > f[OVERTIME] or (at > f[UNTIL] and i[INSIDE] == 0 and i[AWAY] == 0):
                break
            drop(i, f)
            now = at
            step(i, f, (code >> WHOM_BITS) & 7, code & (MOST_ROOM - 1), code, now)
        elif arrives < FAR:
            now = arrives
            i[EVENTS] += 1
            enter(i, f, kind, i[i[ENTERS] + kind], now)
            f[i[NEXT] + kind] = next_arrival(i, f, kind, now)
        else:
            break
    return now


@inlined
def first_arrival(i: Any, f: Any) -> int:
    """The kind of customer who comes next. Arrivals stand beside the heap: they would mostly be its top."""
    best, begin = 0, i[NEXT]
    for kind in range(1, i[KINDS]):
        if f[begin + kind] < f[begin + best]:
            best = kind
    return best


@inlined
def step(i: Any, f: Any, event: int, whom: int, code: int, now: float) -> None:
    if event == END:
        if i[i[VALID] + whom] == code:
            served(i, f, whom, now)
    elif event == LEAVE:
        if i[i[VALID] + whom] == code:
            leave(i, f, whom, now)
    elif event == SHIFT:
        change_shift(i, f, whom, now)
    elif event == REDIAL:
        i[EVENTS] += 1
        i[AWAY] -= 1
        enter(i, f, whom, i[i[ENTERS] + whom], now)
    else:
        close(i, f, now)


@inlined
def served(i: Any, f: Any, who: int, now: float) -> None:
    """A service ends: the server goes or takes the next, the customer goes on or leaves."""
    i[EVENTS] += 1
    team, kind, place = i[i[TEAM_OF] + who], i[i[KIND_OF] + who], i[i[PLACE_OF] + who]
    if i[i[HANDS_OVER] + team] == 1:
        stop_serving(i, f, who, team)
    finish(i, f, who, SERVED, now)
    queue = kind * i[STATIONS] + place
    first, last = i[i[ROUTE_FROM] + queue], i[i[ROUTE_FROM] + queue + 1]
    if last > first:
        u = uniform(i, STREAMS * kind + S_CHOICE)
        for way in range(first, last):
            if u < f[i[ROUTE_PART] + way]:
                enter(i, f, kind, i[i[ROUTE_TO] + way], now)
                break
    if i[i[LEAVING] + team] > 0:
        i[i[LEAVING] + team] -= 1
    else:
        i[i[IDLE] + team] += 1
        next_for(i, f, team, now)


@inlined
def leave(i: Any, f: Any, who: int, now: float) -> None:
    """The patience of one who waits is over; some will try again."""
    i[EVENTS] += 1
    kind, place = i[i[KIND_OF] + who], i[i[PLACE_OF] + who]
    unlink(i, f, kind * i[STATIONS] + place, place, who)
    finish(i, f, who, ABANDONED, now)
    if f[i[REDIAL_SHARE] + kind] > 0.0:
        base = STREAMS * kind
        if uniform(i, base + S_CHOICE) < f[i[REDIAL_SHARE] + kind]:
            i[AWAY] += 1
            push(i, f, now + draw(i, f, base + S_CHOICE, i[i[REDIAL_LAW] + kind]), (REDIAL << WHOM_BITS) | kind)


@compiled
def change_shift(i: Any, f: Any, team: int, now: float) -> None:
    piece, first, size = i[i[SHIFTED] + team], i[i[COUNT_FROM] + team], i[i[COUNT_SIZE] + team]
    wanted = i[i[COUNTS] + first + piece % size]
    i[i[SHIFTED] + team] = piece + 1
    if size > 1:
        push(i, f, (piece + 1) * f[i[COUNT_STEP] + team], (SHIFT << WHOM_BITS) | team)
    change = wanted - i[i[STAFF] + team]
    i[i[STAFF] + team] = wanted
    while change > 0 and i[i[LEAVING] + team] > 0:  # who was to leave after this customer stays
        i[i[LEAVING] + team] -= 1
        change -= 1
    if change > 0:
        i[i[IDLE] + team] += change
        next_for(i, f, team, now)
    while change < 0:
        if i[i[IDLE] + team] > 0:
            i[i[IDLE] + team] -= 1
        elif i[i[HANDS_OVER] + team] == 1 and i[i[BUSY_TAIL] + team] >= 0:
            interrupt(i, f, i[i[BUSY_TAIL] + team], team, now)
        else:
            i[i[LEAVING] + team] += 1
        change += 1


@compiled
def interrupt(i: Any, f: Any, who: int, team: int, now: float) -> None:
    """Handed over: to the front of the queue with the work that is left; another team may take the customer at once."""
    stop_serving(i, f, who, team)
    f[i[NEED] + who] = f[i[ENDS] + who] - now
    i[i[VALID] + who], i[i[TEAM_OF] + who] = 0, -1
    queue, place = i[i[KIND_OF] + who] * i[STATIONS] + i[i[PLACE_OF] + who], i[i[PLACE_OF] + who]
    prepend(i, f, queue, place, who)
    for at in range(i[i[QUEUE_FROM] + queue], i[i[QUEUE_FROM] + queue + 1]):
        other = i[i[QUEUE_TEAM] + at]
        if other != team and i[i[IDLE] + other] > 0:
            next_for(i, f, other, now)
            return


@compiled
def close(i: Any, f: Any, now: float) -> None:
    """All who still wait are sent away; who is being served is served."""
    for queue in range(i[KINDS] * i[STATIONS]):
        while i[i[HEAD] + queue] >= 0:
            who = i[i[HEAD] + queue]
            unlink(i, f, queue, i[i[PLACE_OF] + who], who)
            finish(i, f, who, SENT_AWAY, now)
