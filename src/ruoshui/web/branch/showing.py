"""A branch as its screens show it, from the floor in memory: one place for hall, plate, phone, counter and lobby."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.queues.floor import Floor, Mark, floor_of
from ruoshui.queues.floor.feeding import KnownTicket
from ruoshui.queues.models import Branch, Counter, Queue, Ticket, TicketState
from ruoshui.queues.setup import BranchSetup, setup_of


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue: who waits, and what somebody would be told who took a number now (seconds)."""

    queue: Queue
    waiting: int
    expected: int
    maximum: int


@dataclass(frozen=True, slots=True)
class CallRow:
    """A number that was called to a counter. `spoken`: (language, text) in the order they are spoken."""

    number: str
    counter: int
    state: str
    calls: int
    at: datetime
    spoken: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        return f"{self.number}-{self.at.timestamp():.0f}-{self.calls}"

    def is_fresh(self, now: datetime) -> bool:
        return self.state == TicketState.CALLED and now - self.at < timedelta(minutes=5)


def queue_rows(floor: Floor, now: datetime) -> list[QueueRow]:
    waiting = [line.queue_id for line in floor.waiting()]
    rows = []
    for pk, queue in floor.setup.queues.items():
        said = floor.foretell(pk, now)
        rows.append(QueueRow(queue, waiting.count(pk), said.expected, said.maximum))
    return rows


def call_rows(floor: Floor, most: int = 8) -> list[CallRow]:
    return [_call_row(floor, line) for line in floor.called(most) if line.counter_id in floor.counters]


def _call_row(floor: Floor, line: KnownTicket) -> CallRow:
    branch = floor.setup.branch
    number = floor.counters[line.counter_id or 0].number
    spoken = tuple(
        ("en" if language.startswith("en") else "zh-CN", _spoken(branch, language, line.number, number))
        for language in branch.languages
    )
    return CallRow(line.number, number, line.state, line.calls, line.called_at or line.joined_at, spoken)


def _spoken(branch: Branch, language: str, number: str, counter: int) -> str:
    """Digit by digit, so that A012 is not “twelve”."""
    return branch.spoken(language).format(number=" ".join(number), counter=counter)


def hall(branch: Branch, now: datetime) -> dict[str, Any]:
    """What hall displays and kiosks show, as of when `branch` was read."""
    with floor_of(branch.pk, now, Mark.of(branch)) as floor:
        rows = queue_rows(floor, now)
        counters = [one for one in floor.counters.values() if one.pk in floor.setup.counters]
        calls = call_rows(floor)
        is_open = floor.setup.is_open(now)
    return {
        "queue_rows": [row for row in rows if row.waiting or not row.queue.service_class.tier_rank],
        "all_rows": rows,
        "calls": calls,
        "open_counters": [one for one in sorted(counters, key=lambda c: c.number) if one.state == "open"],
        "waiting_count": sum(row.waiting for row in rows),
        "is_open": is_open,
        "now": now,
    }


@dataclass(frozen=True, slots=True)
class PlaceInQueue:
    """A waiting number's place: people ahead, when it may be called, and by when it was promised."""

    ahead: int
    expected: int
    expected_at: datetime
    promised_at: datetime | None
    look: str


def place_of(ticket: Ticket, now: datetime) -> PlaceInQueue | None:
    """As of when the ticket was read with its branch."""
    with floor_of(ticket.branch_id, now, Mark.of(ticket.branch)) as floor:
        standing = floor.standing(ticket.pk, now)
    return placed(ticket.joined_at, ticket.said_maximum, standing, now) if standing else None


def placed(joined_at: datetime, maximum: int | None, standing: Any, now: datetime) -> PlaceInQueue:
    promised = joined_at + timedelta(seconds=maximum) if maximum is not None else None
    expected_at = now + timedelta(seconds=standing.expected)
    look = "good"
    if promised is not None and now > promised:
        look = "late"
    elif promised is not None and expected_at > promised:
        look = "soon"
    return PlaceInQueue(standing.ahead, standing.expected, expected_at, promised, look)


def served_by(setup: BranchSetup, counter: Counter) -> list[Queue]:
    duties = setup.duties.get(counter.pk, {})
    return [setup.queues[pk] for pk in sorted(duties, key=lambda pk: (duties[pk], pk)) if pk in setup.queues]


def class_word(ticket: Ticket) -> str:
    return f"{ticket.queue.business.name} · {ticket.queue.service_class.name}"


def waits_in_words(seconds: float) -> str:
    """As people at a kiosk read it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("at once")
    if minutes < 60:
        return _("about {minutes} min").format(minutes=minutes)
    return _("about {hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def branch_context(branch: Branch) -> dict[str, Any]:
    return {"branch": branch, "setup": setup_of(branch.pk, branch.revision)}
