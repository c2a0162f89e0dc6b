"""When is it due? A function of the events so far, never of a running total."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.organization.worktimes import worktime_of
from ruoshui.sla.models import Promise
from service_science.worktime import OutsideHorizon

STOPS = {"cases.waiting", "cases.resolved", "cases.closed", "cases.merged"}
STARTS = {"cases.resumed", "cases.reopened"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time during which the resolution clock may run; `end` None: it still does."""

    begin: datetime
    end: datetime | None


def running_stretches(case: Case) -> list[Stretch]:
    """When the case was in our hands: neither waiting nor finished."""
    events = RecordedEvent.objects.filter(
        about_kind="cases.case", about_id=case.pk, at__gte=case.opened_at, kind__in=STOPS | STARTS
    )
    stretches: list[Stretch] = []
    begin: datetime | None = case.opened_at
    for at, kind in events.order_by("at", "id").values_list("at", "kind"):
        if kind in STOPS and begin is not None:
            stretches.append(Stretch(begin, at))
            begin = None
        elif kind in STARTS and begin is None:
            begin = at
    if begin is not None:
        stretches.append(Stretch(begin, None))
    return stretches


def due_after(promise: Promise, stretches: list[Stretch], minutes: int) -> datetime | None:
    """When `minutes` of working time within the stretches are used up.

    None while the clock is paused with time left, or when the calendar has no working time.
    """
    left = minutes * 60
    for stretch in stretches:
        if stretch.end is None:
            return _add(promise, stretch.begin, left)
        used = _between(promise, stretch.begin, stretch.end)
        if used >= left:
            return _add(promise, stretch.begin, left)
        left -= used
    return None


def _add(promise: Promise, begin: datetime, seconds: int) -> datetime | None:
    if promise.calendar is None:
        return begin + timedelta(seconds=seconds)
    try:
        return worktime_of(promise.calendar).add(begin, seconds)
    except OutsideHorizon:
        return None


def _between(promise: Promise, begin: datetime, end: datetime) -> int:
    if promise.calendar is None:
        return max(0, int((end - begin).total_seconds()))
    return worktime_of(promise.calendar).between(begin, end)
