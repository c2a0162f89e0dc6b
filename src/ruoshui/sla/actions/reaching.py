from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.actions import locked_active
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.sla.actions.keeping import date_by, end_clock, locked_clocks, new_clock, reckon
from ruoshui.sla.actions.telling import tell_changes
from ruoshui.sla.events import MilestoneReached
from ruoshui.sla.models import Clock, Promise, Target, Term
from ruoshui.sla.refusals import MilestoneReachedAlready, MilestoneTooEarly, NoPromiseYet, NoSuchMilestone
from ruoshui.sla.terms import terms_of


@verb
def reach_milestone(case: Case, code: str, *, by: Actor, at: datetime) -> None:
    """A named stage is done: its clock ends, and those of the stages that follow it begin."""
    case = locked_active(case)
    promise = Promise.objects.filter(case=case).first()
    if promise is None:
        raise NoPromiseYet
    milestones = {term.milestone: term for term in terms_of(promise.version_id) if term.target == Target.MILESTONE}
    if code not in milestones:
        raise NoSuchMilestone
    clocks = {clock.milestone: clock for clock in locked_clocks(case) if clock.target == Target.MILESTONE}
    clock = clocks.get(code)
    if clock is None:
        raise MilestoneTooEarly(after=milestones[milestones[code].after].name)
    if clock.ended_at is not None:
        raise MilestoneReachedAlready
    end_clock(clock, case, at)
    record(MilestoneReached(milestone=code, term=milestones[code].pk), about=case, by=by, at=at)
    following = [term for term in milestones.values() if term.after == code and term.milestone not in clocks]
    begun = _begin(case, following, at)
    heading = _("{stage} is done. What comes next:")
    with translation.override(case.customer.language if case.customer else None):
        words = heading.format(stage=milestones[code].name)
        tell_changes(case, begun, heading=words, by=by, at=at)


def begin_update(case: Case, promise: Promise, *, at: datetime) -> None:
    """We have just written: the time until the customer must hear from us again begins anew."""
    term = next((term for term in terms_of(promise.version_id) if term.target == Target.UPDATE), None)
    if term is None:
        return
    updates = [clock for clock in locked_clocks(case) if clock.target == Target.UPDATE]
    for clock in updates:
        if clock.ended_at is None:
            end_clock(clock, case, at)
    _begin(case, [term], at, round=1 + max((clock.round for clock in updates), default=0))


def _begin(case: Case, terms: list[Term], at: datetime, *, round: int = 1) -> list[Clock]:
    begun: list[Clock] = [new_clock(case, term, at, round=round) for term in terms]
    if begun:
        reckon(case, begun)
    date_by(case, Clock.objects.filter(case=case, ended_at__isnull=True))
    return begun
