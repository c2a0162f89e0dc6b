"""Opening, pausing and closing counters; every stretch is a session on record."""

from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import Event, record
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff
from ruoshui.queues.actions._calling import current_ticket
from ruoshui.queues.actions._locking import Turn, locked_counter, write_counter
from ruoshui.queues.events import CounterClosed, CounterOpened, CounterPaused
from ruoshui.queues.models import Counter, CounterSession, CounterState, SessionKind
from ruoshui.queues.refusals import AtAnotherCounter, CounterBusy, CounterNotOpen, CounterTaken


@verb
def open_counter(counter: Counter, *, staff: Staff, by: Actor, at: datetime) -> Counter:
    """Somebody sits down at it, or comes back from a pause."""
    turn = locked_counter(counter)
    if counter.state != CounterState.CLOSED and counter.staff_id != staff.pk:
        raise CounterTaken(counter=counter.number, name=counter.staff.name if counter.staff else "—")
    if counter.state == CounterState.OPEN:
        return counter
    elsewhere = Counter.objects.filter(staff=staff).exclude(pk=counter.pk).exclude(state=CounterState.CLOSED)
    if (other := elsewhere.select_related("branch__unit").first()) is not None:
        raise AtAnotherCounter(name=staff.name, counter=other.number, branch=other.branch.name)
    _turn_over(counter, turn, CounterState.OPEN, staff, CounterOpened(branch=counter.branch_id, staff=staff.pk), by, at)
    return counter


@verb
def pause_counter(counter: Counter, *, reason: str = "", by: Actor, at: datetime) -> Counter:
    """A break: nobody is called here until it is opened again."""
    turn = locked_counter(counter)
    if counter.state != CounterState.OPEN:
        raise CounterNotOpen(counter=counter.number)
    _must_be_free(counter)
    told = CounterPaused(branch=counter.branch_id, reason=reason[:60])
    _turn_over(counter, turn, CounterState.PAUSED, counter.staff, told, by, at, reason=reason[:60])
    return counter


@verb
def close_counter(counter: Counter, *, by: Actor, at: datetime) -> Counter:
    turn = locked_counter(counter)
    if counter.state == CounterState.CLOSED:
        return counter
    _must_be_free(counter)
    _turn_over(counter, turn, CounterState.CLOSED, None, CounterClosed(branch=counter.branch_id), by, at)
    return counter


def _must_be_free(counter: Counter) -> None:
    if (current := current_ticket(counter)) is not None:
        raise CounterBusy(counter=counter.number, number=current.number)


def _turn_over(
    counter: Counter,
    turn: Turn,
    state: CounterState,
    staff: Staff | None,
    told: Event,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """One session ends, another begins."""
    CounterSession.objects.filter(counter=counter, until__isnull=True).update(until=at)
    if state != CounterState.CLOSED:
        kind = SessionKind.OPEN if state == CounterState.OPEN else SessionKind.PAUSED
        CounterSession.objects.create(counter=counter, staff=staff, kind=kind, reason=reason, since=at)
    write_counter(counter, turn, state=state, staff=staff)
    record(told, about=counter, by=by, at=at)
