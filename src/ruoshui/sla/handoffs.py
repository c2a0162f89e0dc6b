"""Whose hands it passed through, and how much of a clock's time each hand-off took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.sla.explaining import calendars_of_clock, spans_of_clock
from ruoshui.sla.models import Clock, InternalRequest
from ruoshui.sla.reckoning import running, used_by
from ruoshui.sla.spans import cut

HOLDING = ("cases.opened", "cases.passed", "cases.assigned", "cases.released", "cases.queued")


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit, and in it a person or nobody yet, held the case from `begin` to `end` (None: still)."""

    unit: int
    assignee: int | None
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Handoff:
    """`seconds` of the clock ran while it lay with this unit, or while this request was with another."""

    unit: int
    begin: datetime
    end: datetime | None
    seconds: int
    share: float
    request: InternalRequest | None = None


def stays_of(case: Case) -> list[Stay]:
    """Every holder in turn, from the opening on."""
    events = RecordedEvent.objects.filter(
        about_kind="cases.case", about_id=case.pk, at__gte=case.opened_at, kind__in=HOLDING
    )
    found: list[Stay] = []
    unit, assignee, since = case.unit_id, None, case.opened_at
    for at, kind, data in events.order_by("at", "id").values_list("at", "kind", "data"):
        before = (unit, assignee)
        if kind == "cases.opened":
            unit = data["unit"]
            continue
        if kind == "cases.passed":
            unit, assignee = data["to_unit"], None
        elif kind == "cases.assigned":
            assignee = data["assignee"]
        elif kind == "cases.released" or data.get("before"):
            assignee = None
        if (unit, assignee) != before and at > since:
            found.append(Stay(*before, since, at))
            since = at
    return [*found, Stay(unit, assignee, since, case.closed_at)]


def handoffs_of(clock: Clock, at: datetime) -> list[Handoff]:
    """By unit in turn, then each internal request of the case; until the clock broke or ended, or now."""
    case = clock.case
    if case is None:
        return []
    until = clock.broken_at or clock.ended_at or at
    runs = list(running(clock.term, spans_of_clock(clock), clock.starts_at))
    calendars = calendars_of_clock(clock)

    def used(begin: datetime, end: datetime | None) -> int:
        return used_by(cut(runs, begin, min(end or until, until)), calendars, until)

    whole = max(1, used(clock.starts_at, None))
    found = []
    for unit, begin, end in _by_unit(stays_of(case)):
        begin = min(begin, clock.starts_at) if begin == case.opened_at else begin
        if begin < until:
            found.append(Handoff(unit, begin, end, used(begin, end), used(begin, end) / whole))
    for request in case.requests.select_related("unit", "version__level").order_by("asked_at", "pk"):
        if request.asked_at < until:
            seconds = used(request.asked_at, request.ended_at)
            found.append(
                Handoff(request.unit_id, request.asked_at, request.ended_at, seconds, seconds / whole, request)
            )
    return found


def _by_unit(stays: Iterable[Stay]) -> Iterable[tuple[int, datetime, datetime | None]]:
    held: list[tuple[int, datetime, datetime | None]] = []
    for stay in stays:
        if held and held[-1][0] == stay.unit:
            held[-1] = (stay.unit, held[-1][1], stay.end)
        else:
            held.append((stay.unit, stay.begin, stay.end))
    return held


def heaviest(handoffs: Iterable[Handoff]) -> Handoff | None:
    """The one that took most. A request goes before the unit that waited for it."""
    found = [one for one in handoffs if one.seconds > 0]
    requests = [one for one in found if one.request is not None and one.share >= 1 / 3]
    return max(requests or found, key=lambda one: one.seconds, default=None)
