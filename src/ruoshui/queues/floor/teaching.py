"""A floor that goes through a branch's past once more, to gather what its announcers learn from."""

from datetime import datetime

from ruoshui.queues.floor.feeding import FIELDS, FloorStep, KnownTicket, in_order, local_seconds, steps_of
from ruoshui.queues.floor.picture import Floor
from ruoshui.queues.models import CounterSession, SessionKind, Ticket
from ruoshui.queues.setup import BranchSetup
from service_science.delay import Announcer

MOST_CUSTOMERS = 20_000


class Teacher(Floor):
    """Its announcers remember what was known when each customer joined, and how long they then waited."""

    def __init__(self, setup: BranchSetup) -> None:
        super().__init__(setup, keep=MOST_CUSTOMERS)

    def teach(self, since: datetime, until: datetime) -> int:
        """Go through the tickets that joined between; returns how many customers were learned from."""
        tickets = Ticket.objects.filter(
            branch_id=self.setup.branch.pk, joined_at__gte=since, joined_at__lt=until, queue__in=self.pool_of
        )
        steps = self._duty_steps(since, until)
        for row in tickets.order_by("joined_at").values_list(*FIELDS).iterator(2000):
            steps += steps_of(None, KnownTicket(*row), self.zone)
        for step in in_order(steps):
            if step.what == "duty":
                self._change_duty(step)
            else:
                self._take(step)
        return sum(len(place.history) for place in self.pools)

    def _join(self, place: Announcer, step: FloorStep, at: float) -> None:
        foretold = place.foretell(str(step.queue), at, hour=at % 86400 / 3600)
        place.took(step.ticket, str(step.queue), at, promised=foretold.said.maximum, foretold=foretold)

    def _duty_steps(self, since: datetime, until: datetime) -> list[FloorStep]:
        sessions = CounterSession.objects.filter(
            counter__branch_id=self.setup.branch.pk, kind=SessionKind.OPEN, since__lt=until
        ).exclude(until__lte=since)
        steps = []
        for counter, begin, end in sessions.values_list("counter_id", "since", "until"):
            steps.append(FloorStep(local_seconds(max(begin, since), self.zone), "duty", ticket=1, counter=counter))
            if end is not None:
                steps.append(FloorStep(local_seconds(end, self.zone), "duty", ticket=-1, counter=counter))
        return steps

    def _change_duty(self, step: FloorStep) -> None:
        """One counter more or less on duty, in each pool that it serves."""
        served = self.setup.duties.get(step.counter or 0, {})
        for place in {id(self.pool_of[pk]): self.pool_of[pk] for pk in served if pk in self.pool_of}.values():
            place.on_duty(max(0.0, (place.watch.duty or 0.0) + step.ticket), max(step.at, place.watch.at))
