"""Put right what older versions got wrong."""

from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.sla.events import PromiseNotReached
from ruoshui.sla.models import Clock


@verb
def call_not_reached(clock: Clock, *, by: Actor, at: datetime) -> None:
    """It was counted as kept, but never reached: it stands in no share from now on."""
    clock = Clock.objects.select_for_update(of=("self",)).get(pk=clock.pk)
    if clock.ended_at is None or clock.broken_at is not None or clock.not_reached:
        return
    clock.not_reached = True
    clock.save(update_fields=["not_reached"])
    told = PromiseNotReached(target=clock.target, milestone=clock.milestone, clock=clock.pk)
    record(told, about=clock.about, by=by, at=at)
