from datetime import datetime

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.worktimes import calendar_of
from ruoshui.sla.actions.keeping import reckon_clocks
from ruoshui.sla.events import PromiseMade
from ruoshui.sla.models import Clock, Level, Promise, Target


@verb
def promise_level(case: Case, level: Level, *, at: datetime) -> Promise:
    """Promise a level to a case, or replace the promise it had; time already used stays used."""
    values = {
        "level": level,
        "calendar": calendar_of(case.unit),
        "made_at": at,
        "first_response_minutes": level.first_response_minutes,
        "resolution_minutes": level.resolution_minutes,
    }
    earlier = Promise.objects.filter(case=case).first() if case.version > 1 else None
    promise = earlier or Promise(case=case)
    for name, value in values.items():
        setattr(promise, name, value)
    promise.save()
    promised = [t for t in Target.values if promise.minutes_for(t) is not None]
    if earlier:
        Clock.objects.filter(case=case, ended_at__isnull=True).exclude(target__in=promised).delete()
    clocks = reckon_clocks(case, promise, new=promised, at=at, is_fresh=earlier is None)
    due = {clock.target: clock.due_at.isoformat() if clock.due_at else None for clock in clocks}
    told = PromiseMade(
        level=level.pk, first_response=due.get(Target.FIRST_RESPONSE), resolution=due.get(Target.RESOLUTION)
    )
    record(told, about=case, by=SYSTEM, at=at)
    return promise
