"""From what the tables say to what an announcer is fed: each change of a ticket as events in order of time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ruoshui.queues.models import TicketState

FIELDS = (
    "id",
    "queue_id",
    "number",
    "state",
    "rank",
    "place_at",
    "for_counter_id",
    "counter_id",
    "joined_at",
    "first_called_at",
    "called_at",
    "ended_at",
    "said_maximum",
    "calls",
    "seq",
)


@dataclass(slots=True)
class KnownTicket:
    """One ticket as the floor knows it."""

    id: int
    queue_id: int
    number: str
    state: str
    rank: int
    place_at: datetime
    for_counter_id: int | None
    counter_id: int | None
    joined_at: datetime
    first_called_at: datetime | None
    called_at: datetime | None
    ended_at: datetime | None
    said_maximum: int | None
    calls: int
    seq: int

    @property
    def order(self) -> tuple[int, datetime, int]:
        return self.rank, self.place_at, self.id


@dataclass(frozen=True, slots=True)
class FloorStep:
    """One thing to feed. `what`: joined, began, ended, gone, duty."""

    at: float
    what: str
    ticket: int = 0
    queue: int = 0
    counter: int | None = None
    promised: float | None = None


def local_seconds(at: datetime, zone: ZoneInfo) -> float:
    """Seconds on the branch's own clock, so that the hour of the day is the customers'."""
    offset = at.astimezone(zone).utcoffset()
    return at.timestamp() + (offset.total_seconds() if offset else 0.0)


def steps_of(before: KnownTicket | None, now: KnownTicket, zone: ZoneInfo) -> Iterator[FloorStep]:
    """What must have happened to a ticket between two looks at it."""
    waited = before is not None and before.state == TicketState.WAITING
    served = before is not None and before.state in (TicketState.CALLED, TicketState.SERVING)
    stays = before is not None and before.queue_id == now.queue_id

    def at(moment: datetime | None) -> float:
        return local_seconds(moment or now.joined_at, zone)

    if before is None:
        yield FloorStep(at(now.joined_at), "joined", now.id, now.queue_id, promised=now.said_maximum)
        waited = True
    elif now.state == TicketState.WAITING and waited and stays:
        return
    elif now.state == TicketState.WAITING or (waited and not stays):
        # Moved, or back in the queue: away from where it was, and into it anew. Nothing was promised for that.
        since = at(now.called_at or now.joined_at)
        if waited or served:
            yield FloorStep(since, "gone" if waited else "ended", now.id)
        yield FloorStep(since, "joined", now.id, now.queue_id)
        waited, served = True, False
    yield from _onwards(now, at, waited=waited, served=served)


def _onwards(
    now: KnownTicket, at: Callable[[datetime | None], float], *, waited: bool, served: bool
) -> Iterator[FloorStep]:
    """From waiting (or from nowhere: on hold, given up) to where it is now."""
    if now.state == TicketState.WAITING:
        return
    if now.state == TicketState.LEFT:
        if waited or served:
            yield FloorStep(at(now.ended_at), "gone" if waited else "ended", now.id)
        return
    if not served:
        if not waited:
            yield FloorStep(at(now.called_at), "joined", now.id, now.queue_id)
        yield FloorStep(at(now.called_at), "began", now.id, counter=now.counter_id)
    if now.state in (TicketState.DONE, TicketState.NO_SHOW, TicketState.HELD):
        yield FloorStep(at(now.ended_at or now.called_at), "ended", now.id)


def in_order(steps: Iterable[FloorStep]) -> list[FloorStep]:
    """By time; of one moment in the order they were found in."""
    return sorted(steps, key=lambda step: step.at)
