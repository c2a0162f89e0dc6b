"""The past of a branch, brought in whole: tickets and counter sessions written in bulk, without an event for each.

Every customer is announced to by the same announcers that work live, in order of time, learning each night from what
they had seen until then. So the report of announced against actual says how good the live announcements would have
been, and afterwards the branch goes on with what was learned.
"""

import uuid
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F

from ruoshui.core.verbs import verb
from ruoshui.queues.actions.learning import HALF_LIFE_DAYS
from ruoshui.queues.floor import Floor
from ruoshui.queues.floor.picture import whole_steps
from ruoshui.queues.floor.teaching import MOST_CUSTOMERS
from ruoshui.queues.models import (
    Branch,
    CounterSession,
    Queue,
    SessionKind,
    Ticket,
    TicketSource,
    TicketState,
    WaitLearning,
)
from ruoshui.queues.setup import setup_of
from service_science.delay import refit_levels

DAY = 86400.0


@dataclass(slots=True)
class AnnouncementOutcome:
    """For the measuring of announcements: seconds, beside what the last wait (LES) would have said."""

    group: str
    at: float
    wait: float
    typical: float
    maximum: float
    last_wait: float
    learned: bool


class HallHistory:
    """One branch in the past. Times are seconds of the branch's own clock, never running back."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.setup = setup_of(branch.pk)
        self.floor = Floor(self.setup, keep=MOST_CUSTOMERS)
        self.open: dict[Hashable, Ticket] = {}
        self.said: dict[Hashable, tuple[str, float]] = {}
        self.done: list[Ticket] = []
        self.outcomes: list[AnnouncementOutcome] = []
        self.sessions: dict[int, list[datetime]] = {}
        self.finished_sessions: list[CounterSession] = []
        self.numbers: dict[tuple[int, str], int] = {}
        self.seq = branch.seq

    def joined(self, key: Hashable, queue: Queue, at: float, *, group: str = "", announced: bool = True) -> None:
        place, kind = self.floor.pool_of[queue.pk], str(queue.pk)
        moment = self.moment(at)
        ticket = self._ticket(queue, moment)
        if announced:
            foretold = place.foretell(kind, at, hour=at % DAY / 3600)
            said = foretold.said
            maximum = whole_steps(said.maximum)
            self.said[key] = (group, place.watch.last_wait())
            place.took(key, kind, at, promised=float(maximum), foretold=foretold)
            ticket.said_ahead, ticket.said_learned = said.ahead, said.learned
            ticket.said_expected, ticket.said_typical = round(said.expected), round(said.typical)
            ticket.said_maximum = maximum
        else:
            place.joined_unannounced(key, kind, at)
        self.open[key] = ticket

    def _ticket(self, queue: Queue, moment: datetime) -> Ticket:
        day = moment.date()
        number = self.numbers[queue.pk, day.isoformat()] = self.numbers.get((queue.pk, day.isoformat()), 0) + 1
        return Ticket(
            key=uuid.uuid4(),
            branch=self.branch,
            queue=queue,
            number=f"{queue.prefix}{number:03d}",
            day=day,
            source=TicketSource.HISTORY,
            rank=5,
            place_at=moment,
            joined_at=moment,
        )

    def began(self, key: Hashable, at: float, *, server: str = "") -> None:
        ticket = self.open[key]
        self.floor.pool_of[ticket.queue_id].began(key, at, server=server)
        ticket.called_at = ticket.first_called_at = ticket.began_at = self.moment(at)
        ticket.calls, ticket.state = 1, TicketState.SERVING
        if key in self.said and ticket.said_maximum is not None and ticket.said_typical is not None:
            group, last_wait = self.said.pop(key)
            wait = (ticket.called_at - ticket.joined_at).total_seconds()
            self.outcomes.append(
                AnnouncementOutcome(
                    group, at - wait, wait, ticket.said_typical, ticket.said_maximum, last_wait, ticket.said_learned
                )
            )

    def ended(self, key: Hashable, at: float) -> None:
        ticket = self.open.pop(key)
        self.floor.pool_of[ticket.queue_id].ended(key, at)
        self._close(ticket, TicketState.DONE, at)

    def gone(self, key: Hashable, at: float) -> None:
        ticket = self.open.pop(key)
        self.said.pop(key, None)
        self.floor.pool_of[ticket.queue_id].gone(key, at)
        ticket.left_reason = "unknown"
        self._close(ticket, TicketState.LEFT, at)

    def _close(self, ticket: Ticket, state: str, at: float) -> None:
        self.seq += 1
        ticket.state, ticket.ended_at, ticket.seq = state, self.moment(at), self.seq
        self.done.append(ticket)

    def on_duty(self, queue: Queue, servers: int, at: float) -> None:
        """How many counters served this queue; each stretch becomes a session of one of them."""
        place = self.floor.pool_of[queue.pk]
        if place.watch.duty != servers:
            place.on_duty(servers, at)
        running = self.sessions.setdefault(queue.pk, [])
        while len(running) < servers:
            running.append(self.moment(at))
        counters = [pk for pk, served in self.setup.duties.items() if queue.pk in served]
        while len(running) > servers:
            number = len(running) - 1
            since = running.pop()
            if number < len(counters) and since < self.moment(at):
                self.finished_sessions.append(
                    CounterSession(
                        counter_id=counters[number], kind=SessionKind.OPEN, since=since, until=self.moment(at)
                    )
                )

    def moment(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).replace(tzinfo=self.setup.zone)

    @verb
    def write(self) -> int:
        """Write what is finished; what is still going on stays in memory."""
        written = len(self.done)
        Ticket.objects.bulk_create(self.done, batch_size=2000)
        CounterSession.objects.bulk_create(self.finished_sessions, batch_size=2000)
        Branch.objects.filter(pk=self.branch.pk).update(seq=self.seq)
        self.done, self.finished_sessions = [], []
        return written


def learn_at_night(halls: list[HallHistory], at: float) -> None:
    """What the nightly job does, for all branches that are brought in together."""
    refit_levels([hall.floor.pools for hall in halls], at, half_life=HALF_LIFE_DAYS)


@verb
def keep_learning(hall: HallHistory, *, at: datetime) -> None:
    """From here on the branch announces with what it has learned from its past."""
    floor = hall.floor
    if not any(place.model for place in floor.pools):
        return
    values = {
        "shape": floor.shape,
        "through": hall.seq,
        "pools": floor.state(),
        "customers": sum(len(place.history) for place in floor.pools),
        "at": at,
    }
    WaitLearning.objects.update_or_create(branch=hall.branch, defaults=values)
    Branch.objects.filter(pk=hall.branch.pk).update(learned=F("learned") + 1)
