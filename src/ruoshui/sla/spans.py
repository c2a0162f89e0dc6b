"""What happened to a case or a request, as a row of spans: in whose hands, waiting for what, or finished.

Pure: facts in, spans out. Every clock is a function of these spans and of its term, so nothing is
ever accumulated and nothing can be lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

FINISHED = "finished"


class Fact(NamedTuple):
    """Something that happened, as the spans see it: at most one of the three is set.

    `wait` is the reason a wait began for ("" ends it); `unit` took over; `ended` finishes or (False) reopens.
    """

    at: datetime
    wait: str | None = None
    unit: int | None = None
    ended: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` until `end` (None: still). `wait` is why nothing was done, "" if it was."""

    begin: datetime
    end: datetime | None
    unit: int
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """Found out later: from `begin` to `end` it was in truth waiting for `wait`."""

    begin: datetime
    end: datetime
    wait: str


def spans_of(begin: datetime, unit: int, facts: Iterable[Fact], corrections: Sequence[Correction] = ()) -> list[Span]:
    """The spans from `begin` on, in order and without gaps. `facts` are in the order they happened."""
    found: list[Span] = []
    since, holder, wait, ended = begin, unit, "", False
    for fact in facts:
        state = (holder, FINISHED if ended else wait)
        if fact.unit is not None:
            holder = fact.unit
        if fact.wait is not None:
            wait = fact.wait
        if fact.ended is not None:
            ended, wait = fact.ended, ""
        if (holder, FINISHED if ended else wait) != state and fact.at > since:
            found.append(Span(since, fact.at, *state))
            since = fact.at
    found.append(Span(since, None, holder, FINISHED if ended else wait))
    for correction in corrections:
        found = _corrected(found, correction)
    return found


def _corrected(spans: list[Span], correction: Correction) -> list[Span]:
    """Lay the true reason over what is on record; finished stays finished."""
    found = []
    for span in spans:
        inside = cut([span], correction.begin, correction.end)
        if not inside or span.wait == FINISHED:
            found.append(span)
            continue
        found += cut([span], span.begin, correction.begin)
        found.append(replace(inside[0], wait=correction.wait))
        found += cut([span], correction.end, span.end)
    return found


def cut(spans: Iterable[Span], begin: datetime, end: datetime | None = None) -> list[Span]:
    """The parts of the spans from `begin` to `end`; the last one stays open when `end` is None."""
    found = []
    for span in spans:
        first = max(span.begin, begin)
        last = span.end if end is None else end if span.end is None else min(span.end, end)
        if last is None or first < last:
            found.append(replace(span, begin=first, end=last))
    return found
