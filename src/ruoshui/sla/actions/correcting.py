"""Found out later: the need was older than its case, or the case had been waiting. Supervisors only."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import locked
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.sla.actions.keeping import calendars_for, locked_clocks, reckon
from ruoshui.sla.actions.telling import tell_changes
from ruoshui.sla.events import BreachWithdrawn, PromiseBackdated, WaitCorrected
from ruoshui.sla.history import spans_of_case
from ruoshui.sla.models import Clock, PauseReason, Promise
from ruoshui.sla.reckoning import due_by
from ruoshui.sla.refusals import NoPromiseYet


def _locked_promise(case: Case) -> Promise:
    promise = Promise.objects.select_for_update(of=("self",)).filter(case=case).select_related("version").first()
    if promise is None:
        raise NoPromiseYet
    return promise


@verb
def backdate_promise(case: Case, *, since: datetime, reason: str, by: Actor, at: datetime) -> Promise:
    """The need came in at `since`: every clock that began with the promise counts from there."""
    if not reason.strip():
        raise Invalid({"reason": [_("Say how you know.")]})
    must_be_near("since", since, at=at, since=case.opened_at)
    if since > at:
        raise Invalid({"since": [_("This moment has not come yet.")]})
    promise = _locked_promise(locked(case))
    before, promise.starts_at = promise.starts_at, since
    promise.save(update_fields=["starts_at"])
    clocks = locked_clocks(case)
    for clock in clocks:
        if clock.starts_at == before:
            clock.starts_at = since
    told = PromiseBackdated(since=since.isoformat(), before=before.isoformat(), reason=reason.strip()[:500])
    record(told, about=case, by=by, at=at)
    _look_again(case, clocks, by=by, at=at)
    return promise


@verb
def correct_wait(
    case: Case,
    *,
    begin: datetime,
    end: datetime,
    reason: str,
    note: str,
    by: Actor,
    at: datetime,
) -> None:
    """From `begin` to `end` the case was in truth waiting, though nobody had paused it."""
    if reason not in PauseReason.values:
        raise Invalid({"reason": [_("Choose what it was waiting for.")]})
    if not note.strip():
        raise Invalid({"note": [_("Say how you know.")]})
    must_be_near("begin", begin, at=at, since=case.opened_at)
    must_be_near("end", end, at=at, since=case.opened_at)
    if not begin < end <= at:
        raise Invalid({"end": [_("A wait that is noted later ends after it begins, and not in the future.")]})
    _locked_promise(locked(case))
    clocks = locked_clocks(case)
    told = WaitCorrected(begin=begin.isoformat(), end=end.isoformat(), reason=reason, note=note.strip()[:500])
    record(told, about=case, by=by, at=at)
    _look_again(case, clocks, by=by, at=at)


def _look_again(case: Case, clocks: list[Clock], *, by: Actor, at: datetime) -> None:
    """Reckon anew; a breach that the corrected facts do not bear out is withdrawn, on record."""
    begin = min(case.opened_at, *(clock.starts_at for clock in clocks)) if clocks else case.opened_at
    spans = spans_of_case(case, begin)
    for clock in clocks:
        if clock.broken_at is None:
            continue
        calendars = calendars_for(clock, case)
        due = due_by(clock.term, clock.added, spans, calendars, clock.starts_at)
        if due is None or due >= (clock.ended_at or at):
            told = BreachWithdrawn(
                target=clock.target, was=clock.broken_at.isoformat(), milestone=clock.milestone, clock=clock.pk
            )
            clock.broken_at, clock.due_at = None, due
            clock.save(update_fields=["broken_at", "due_at"])
            record(told, about=case, by=SYSTEM, at=at)
    tell_changes(case, reckon(case, clocks, spans=spans), by=by, at=at)
