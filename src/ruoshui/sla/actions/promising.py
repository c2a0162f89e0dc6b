from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from ruoshui.cases.actions import date_case, locked_active, tell_customer
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.sla.actions.keeping import locked_clocks, new_clock, reckon
from ruoshui.sla.choosing import Choice, facts_of
from ruoshui.sla.events import PromiseMade
from ruoshui.sla.models import Clock, Decision, Extension, Level, Promise, Target, Term
from ruoshui.sla.models.matrix import USUAL_RANK
from ruoshui.sla.refusals import LevelNotPublished, PromiseInThePast
from ruoshui.sla.spans import Span
from ruoshui.sla.terms import current_version, terms_of
from ruoshui.sla.wording import moment_text, promise_text

AT_ONCE = (Target.FIRST_RESPONSE, Target.RESOLUTION, Target.MILESTONE)


@verb
def promise_level(case: Case, choice: Choice, *, at: datetime) -> Promise:
    """Promise a case what the strategy chose. A promise it had is replaced; time already used stays used, unless that
    would be a promise in the past: such a target counts from now on.
    """
    row = choice.row
    # Only a case that somebody has touched since its opening can have a promise already.
    earlier = Promise.objects.select_for_update().filter(case=case).first() if case.version > 1 else None
    promise = earlier or Promise(case=case, starts_at=at)
    promise.version, promise.row, promise.made_at = choice.version, row, at
    promise.queue_rank, promise.survey_percent = row.queue_rank, row.survey_percent
    promise.save()
    clocks = _renew(case, promise, is_fresh=earlier is None)
    if earlier:
        _count_from_now(case, clocks, at)
    date_case(case, case.due, queue_rank=row.queue_rank)
    _record(case, promise, clocks, by=SYSTEM, at=at)
    if earlier:
        _tell(case, promise, clocks, "", by=SYSTEM, at=at)
    return promise


@verb
def promise_again(
    case: Case,
    level: Level,
    *,
    reason: str,
    afresh: bool = False,
    by: Actor,
    at: datetime,
) -> Promise:
    """A person promises another level, or the newest version of the same; the customer is told why.

    `afresh` counts from now on, else the time already used stays used. Nothing is promised for a moment in the past.
    """
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > 500:
        raise Invalid({"reason": [_("Say why in at most 500 characters: the customer reads it.")]})
    case = locked_active(case)
    version = current_version(level)
    if version is None:
        raise LevelNotPublished(level=level.name)
    promise = Promise.objects.select_for_update().filter(case=case).first()
    promise = promise or Promise(case=case, starts_at=case.opened_at, queue_rank=USUAL_RANK)
    promise.version, promise.row, promise.made_at = version, None, at
    if afresh:
        promise.starts_at = at
    promise.save()
    clocks = _renew(case, promise, is_fresh=False)
    late = _late(clocks, at)
    if late is not None and late.due_at is not None:
        raise PromiseInThePast(target=late.term.name, moment=moment_text(late.due_at))
    _record(case, promise, clocks, reason=reason, by=by, at=at)
    _tell(case, promise, clocks, reason, by=by, at=at)
    return promise


def _count_from_now(case: Case, clocks: list[Clock], at: datetime) -> None:
    """What would be promised for a moment that has passed is promised from now on; the rest keeps the time it used."""
    late = [one for one in clocks if _late([one], at)]
    for clock in late:
        clock.starts_at = at
    if late:
        reckon(case, clocks, told=True)


def _late(clocks: Iterable[Clock], at: datetime) -> Clock | None:
    """A promise that would be made for a moment that has passed; what was broken before is on record as such."""
    running = (one for one in clocks if one.is_running and one.broken_at is None)
    return next((one for one in running if one.due_at and one.due_at < at), None)


def _renew(case: Case, promise: Promise, *, is_fresh: bool) -> list[Clock]:
    """The clocks of the promised version: those that run take its terms, those it does not have go."""
    terms = {(term.target, term.milestone): term for term in terms_of(promise.version_id)}
    clocks = [] if is_fresh else locked_clocks(case)
    had = set()
    for clock in list(clocks):
        key = (clock.target, clock.milestone)
        had.add(key)
        if clock.ended_at is not None:
            continue
        if key not in terms:
            clocks.remove(clock)
            _let_go(clock, promise.made_at)
            continue
        _take_term(case, clock, terms[key], promise)
    wanted = [term for key, term in terms.items() if key not in had and _starts_at_once(term)]
    clocks += [new_clock(case, term, promise.starts_at) for term in wanted]
    spans = [Span(promise.starts_at, None, case.unit_id)] if is_fresh else None
    return reckon(case, clocks, spans=spans, told=True)


def _let_go(clock: Clock, at: datetime) -> None:
    """The new promise does not have it. One that a violation was recorded about stays, neither kept nor broken."""
    if not clock.violations.exists():
        clock.delete()
        return
    clock.ended_at, clock.due_at, clock.next_at, clock.not_reached = at, None, None, True
    clock.save(update_fields=["ended_at", "due_at", "next_at", "not_reached"])


def _take_term(case: Case, clock: Clock, term: Term, promise: Promise) -> None:
    if clock.term_id != term.pk:
        clock.fired = []
    extended = Extension.objects.filter(clock=clock, state=Decision.APPROVED).aggregate(n=Sum("minutes"))["n"] or 0
    clock.term, clock.added, clock.calendar_unit_id = term, extended * 60, case.unit_id
    if clock.target in AT_ONCE and not term.after and clock.round == 1:
        clock.starts_at = promise.starts_at
    if clock.broken_at is not None and promise.starts_at >= clock.broken_at:
        clock.broken_at = None  # what was broken is on record; the new promise has its own time


def _starts_at_once(term: Term) -> bool:
    return term.target in AT_ONCE and not term.after


def _record(
    case: Case,
    promise: Promise,
    clocks: Iterable[Clock],
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    dues = {clock.milestone or clock.target: clock.due_at.isoformat() if clock.due_at else None for clock in clocks}
    made = PromiseMade(
        level=promise.version.level_id,
        version=promise.version_id,
        row=promise.row_id,
        facts=facts_of(case).as_data(),
        dues=dues,
        reason=reason,
    )
    record(made, about=case, by=by, at=at)


def _tell(case: Case, promise: Promise, clocks: Iterable[Clock], reason: str, *, by: Actor, at: datetime) -> None:
    if case.customer is not None:
        text = promise_text(promise.version, clocks, reason, case.customer.language)
        tell_customer(case, body=text, by=by, at=at)
