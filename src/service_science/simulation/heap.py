"""The calendar of what happens next: a binary heap, earlier first, first written first.

A code holds the order of writing in its high bits, then the event, then of whom; equal times are told apart by it.
"""

from __future__ import annotations

from typing import Any

from service_science.accelerate import inlined
from service_science.simulation.layout import CODE, EVENT_BITS, EVENT_ROOM, FULL, HEAP, SEQUENCE, TIME


@inlined
def push(i: Any, f: Any, at: float, event: int) -> int:
    """The code of the event, by which it can be told from others of the same customer."""
    here, order, time, code = i[HEAP], i[SEQUENCE] + 1, i[TIME], i[CODE]
    mine = (order << EVENT_BITS) | event
    i[SEQUENCE] = order
    if here >= i[EVENT_ROOM]:
        i[FULL] = 1
        return mine
    i[HEAP] = here + 1
    while here > 0:
        up = (here - 1) >> 1
        if f[time + up] <= at:
            break
        f[time + here], i[code + here] = f[time + up], i[code + up]
        here = up
    f[time + here], i[code + here] = at, mine
    return mine


@inlined
def drop(i: Any, f: Any) -> None:
    """Take away the first event."""
    size, time, code = i[HEAP] - 1, i[TIME], i[CODE]
    i[HEAP] = size
    at, mine = f[time + size], i[code + size]
    here, child = 0, 1
    while child < size:
        first, second = f[time + child], f[time + child + 1]
        if child + 1 < size and (second < first or (second == first and i[code + child + 1] < i[code + child])):
            child, first = child + 1, second
        if at < first or (at == first and mine < i[code + child]):
            break
        f[time + here], i[code + here] = first, i[code + child]
        here, child = child, 2 * child + 1
    f[time + here], i[code + here] = at, mine
