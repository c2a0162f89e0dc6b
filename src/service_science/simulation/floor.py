"""What happens on the floor: customers join, are picked, are served, leave.

`i` and `f` are all integers and all floats of the run: see layout. `f[i[JOINED] + who]` is when customer `who` joined.
"""

from __future__ import annotations

from typing import Any

from service_science.accelerate import compiled, inlined
from service_science.simulation.heap import push
from service_science.simulation.layout import *
from service_science.simulation.randomness import draw, uniform


@inlined
def enter(i: Any, f: Any, kind: int, place: int, now: float) -> None:
    """A customer comes to a station, from outside or from another: served at once, queued, or turned away."""
    if i[SPARE] == 0:
        i[FULL] = 1
        return
    i[SPARE] -= 1
    who = i[i[STACK] + i[SPARE]]
    i[INSIDE] += 1
    i[i[KIND_OF] + who], i[i[PLACE_OF] + who], f[i[JOINED] + who], f[i[BEGAN] + who] = kind, place, now, -1.0
    i[i[VALID] + who], i[i[TEAM_OF] + who], i[i[CALLED] + who] = 0, -1, 0
    queue, base = kind * i[STATIONS] + place, STREAMS * kind
    # Drawn by everyone, so that another staff does not change what the same customers need and bear.
    f[i[NEED] + who] = draw(i, f, base + S_SERVICE, i[i[SERVICE] + queue])
    bears = draw(i, f, base + S_PATIENCE, i[i[PATIENCE] + kind]) if i[i[PATIENCE] + kind] >= 0 else -1.0
    if now >= f[WARM_UP]:
        f[i[TALLY] + MEASURES * queue + ARRIVED] += 1
    for at in range(i[i[QUEUE_FROM] + queue], i[i[QUEUE_FROM] + queue + 1]):
        team = i[i[QUEUE_TEAM] + at]
        if i[i[IDLE] + team] > 0:
            serve(i, f, who, team, now)
            return
    if i[i[BALKS_AT] + kind] >= 0 and i[i[WAITING] + place] >= i[i[BALKS_AT] + kind]:
        finish(i, f, who, BALKED, now)
        return
    offered = i[i[CALL_BEHIND] + kind] >= 0 and i[i[WAITING] + place] >= i[i[CALL_BEHIND] + kind]
    if offered and uniform(i, base + S_CHOICE) < f[i[CALL_ACCEPTS] + kind]:
        i[i[CALLED] + who], bears = 1, -1.0
    append(i, f, queue, place, who)
    if bears >= 0.0:
        i[i[VALID] + who] = push(i, f, now + bears, (LEAVE << WHOM_BITS) | who)


@inlined
def append(i: Any, f: Any, queue: int, place: int, who: int) -> None:
    last = i[i[TAIL] + queue]
    i[i[BEFORE] + who], i[i[AFTER] + who] = last, -1
    if last >= 0:
        i[i[AFTER] + last] = who
    else:
        i[i[HEAD] + queue] = who
    i[i[TAIL] + queue] = who
    i[i[WAITING] + place] += 1


@inlined
def prepend(i: Any, f: Any, queue: int, place: int, who: int) -> None:
    first = i[i[HEAD] + queue]
    i[i[BEFORE] + who], i[i[AFTER] + who] = -1, first
    if first >= 0:
        i[i[BEFORE] + first] = who
    else:
        i[i[TAIL] + queue] = who
    i[i[HEAD] + queue] = who
    i[i[WAITING] + place] += 1


@inlined
def unlink(i: Any, f: Any, queue: int, place: int, who: int) -> None:
    before, after = i[i[BEFORE] + who], i[i[AFTER] + who]
    if before >= 0:
        i[i[AFTER] + before] = after
    else:
        i[i[HEAD] + queue] = after
    if after >= 0:
        i[i[BEFORE] + after] = before
    else:
        i[i[TAIL] + queue] = before
    i[i[WAITING] + place] -= 1


@inlined
def serve(i: Any, f: Any, who: int, team: int, now: float) -> None:
    """One idle server of the team begins with the customer."""
    i[i[IDLE] + team] -= 1
    i[i[TEAM_OF] + who] = team
    if f[i[BEGAN] + who] < 0.0:
        begin(i, f, who, now)
    if i[i[HANDS_OVER] + team] == 1:
        remember(i, f, who, team)
    f[i[ENDS] + who] = now + f[i[NEED] + who]
    i[i[VALID] + who] = push(i, f, f[i[ENDS] + who], (END << WHOM_BITS) | who)


@compiled
def remember(i: Any, f: Any, who: int, team: int) -> None:
    """In the order in which their services began: the last is the first to be handed over."""
    last = i[i[BUSY_TAIL] + team]
    i[i[BEFORE] + who], i[i[AFTER] + who] = last, -1
    if last >= 0:
        i[i[AFTER] + last] = who
    else:
        i[i[BUSY_HEAD] + team] = who
    i[i[BUSY_TAIL] + team] = who


@inlined
def begin(i: Any, f: Any, who: int, now: float) -> None:
    """The first time that this visit is served: its wait is over."""
    f[i[BEGAN] + who] = now
    wait = now - f[i[JOINED] + who]
    if f[i[JOINED] + who] >= f[WARM_UP]:
        at = i[TALLY] + MEASURES * (i[i[KIND_OF] + who] * i[STATIONS] + i[i[PLACE_OF] + who])
        f[at + WAIT_SERVED] += wait
        f[at + WAIT_SQUARED] += wait * wait
        if wait > 0.0:
            f[at + N_WAITED] += 1
        if wait <= f[WITHIN]:
            f[at + N_WITHIN] += 1
        f[at + N_CALLED] += i[i[CALLED] + who]


@compiled
def stop_serving(i: Any, f: Any, who: int, team: int) -> None:
    before, after = i[i[BEFORE] + who], i[i[AFTER] + who]
    if before >= 0:
        i[i[AFTER] + before] = after
    else:
        i[i[BUSY_HEAD] + team] = after
    if after >= 0:
        i[i[BEFORE] + after] = before
    else:
        i[i[BUSY_TAIL] + team] = before


@inlined
def pick(i: Any, f: Any, team: int, now: float) -> int:
    """The queue whose first customer comes next for this team: lowest priority number, then bonus and ageing; -1 if
    none.
    """
    best, rank, merit = -1, 0, 0.0
    for at in range(i[i[TEAM_FROM] + team], i[i[TEAM_FROM] + team + 1]):
        queue = i[i[TEAM_QUEUE] + at]
        who = i[i[HEAD] + queue]
        if who < 0:
            continue
        kind = i[i[TEAM_KIND] + at]
        mine, worth = i[i[PRIORITY] + kind], f[i[BONUS] + kind] + f[i[AGEING] + kind] * (now - f[i[JOINED] + who])
        if best < 0 or mine < rank or (mine == rank and worth > merit):
            best, rank, merit = queue, mine, worth
    return best


@inlined
def next_for(i: Any, f: Any, team: int, now: float) -> None:
    """The team's idle servers take whom they can."""
    while i[i[IDLE] + team] > 0:
        queue = pick(i, f, team, now)
        if queue < 0:
            return
        who = i[i[HEAD] + queue]
        unlink(i, f, queue, i[i[PLACE_OF] + who], who)
        serve(i, f, who, team, now)


@inlined
def finish(i: Any, f: Any, who: int, outcome: int, now: float) -> None:
    """The visit is over: counted, written down, and its place given to the next."""
    queue = i[i[KIND_OF] + who] * i[STATIONS] + i[i[PLACE_OF] + who]
    if f[i[JOINED] + who] >= f[WARM_UP]:
        at = i[TALLY] + MEASURES * queue
        f[at + N_SERVED + outcome] += 1
        if outcome == SERVED:
            f[at + WORK] += now - f[i[BEGAN] + who]
        else:
            f[at + WAIT] += now - f[i[JOINED] + who]
    row = i[RECORDS]
    if row < i[R_ROOM]:
        i[i[R_KIND] + row], i[i[R_PLACE] + row], i[i[R_TEAM] + row] = (
            i[i[KIND_OF] + who],
            i[i[PLACE_OF] + who],
            i[i[TEAM_OF] + who],
        )
        i[i[R_OUTCOME] + row], f[i[R_JOINED] + row] = outcome, f[i[JOINED] + who]
        f[i[R_BEGAN] + row], f[i[R_ENDED] + row] = f[i[BEGAN] + who], now
    i[RECORDS] = row + 1
    i[i[VALID] + who] = -1
    i[i[STACK] + i[SPARE]] = who
    i[SPARE] += 1
    i[INSIDE] -= 1
