"""What clocks do when something happens to a case. All at once: a case and its promise agree."""

from datetime import datetime
from typing import cast

from django.db.models import Q

from ruoshui.cases.events import (
    CaseCategorized,
    CaseClosed,
    CaseMerged,
    CaseOpened,
    CasePassed,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseSplit,
    CaseSplitBack,
    CaseWaiting,
)
from ruoshui.cases.models import Case, Outcome
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import Configured, record
from ruoshui.core.models import RecordedEvent
from ruoshui.core.reactions import Happened, at_once
from ruoshui.organization.models import Unit
from ruoshui.sla.actions.correcting import backdate_promise
from ruoshui.sla.actions.keeping import (
    date_by,
    drop_clocks,
    end_clock,
    end_clocks,
    end_unreached,
    locked_clocks,
    new_clock,
    promise_of,
    reckon,
)
from ruoshui.sla.actions.promising import promise_level
from ruoshui.sla.actions.reaching import begin_update
from ruoshui.sla.actions.serving import withdraw_request
from ruoshui.sla.actions.telling import tell_changes
from ruoshui.sla.choosing import choice_for
from ruoshui.sla.models import Clock, InternalRequest, OnReopen, Promise, Target
from ruoshui.sla.request_events import RequestsMoved
from ruoshui.sla.tasks import ALL_HAVE_FORGOTTEN_SECONDS, redate

# Who withdraws, cannot be found or has another case for it was not given what was promised.
SETTLES = (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.REFUSED)


def _case(happened: Happened) -> Case:
    return cast(Case, happened.about)


@at_once(CaseOpened)
def promise_on_case_opened(event: CaseOpened, happened: Happened) -> None:
    case = _case(happened)
    choice = choice_for(case)
    if choice is not None:
        promise_level(case, choice, at=happened.at)


@at_once(CaseReplied)
def keep_first_answer_on_case_replied(event: CaseReplied, happened: Happened) -> None:
    case = _case(happened)
    promise = promise_of(case)
    if promise is None:
        return
    if event.is_first:
        end_clocks(case, Target.FIRST_RESPONSE, at=happened.at)
    begin_update(case, promise, at=happened.at)


@at_once(CaseWaiting, CaseResumed)
def pause_clocks_on_case_waiting(event: CaseWaiting | CaseResumed, happened: Happened) -> None:
    case = _case(happened)
    clocks = locked_clocks(case)
    if clocks:
        reckon(case, clocks)
        tell_changes(case, clocks, by=SYSTEM, at=happened.at)


@at_once(CasePassed)
def move_clocks_on_case_passed(event: CasePassed, happened: Happened) -> None:
    """The promise goes on, by the calendar it was given by."""
    case = _case(happened)
    clocks = locked_clocks(case)
    for clock in clocks:
        if clock.ended_at is None:
            clock.unit = case.unit
    if clocks:
        reckon(case, clocks)
        tell_changes(case, clocks, by=SYSTEM, at=happened.at)


@at_once(CaseResolved, CaseClosed)
def end_clocks_on_case_resolved(event: CaseResolved | CaseClosed, happened: Happened) -> None:
    """What the ending reached is kept or broken; everything else of the case was not reached."""
    reached: tuple[Target, ...] = (Target.RESOLUTION,)
    if isinstance(event, CaseClosed):
        reached = (Target.RESOLUTION,) if event.outcome in SETTLES else ()
        if event.in_words:
            reached = (*reached, Target.FIRST_RESPONSE, Target.UPDATE)
    case = _case(happened)
    if Target.FIRST_RESPONSE in reached:
        _owe_again(case, [clock for clock in locked_clocks(case) if clock.target == Target.FIRST_RESPONSE])
    clocks = locked_clocks(case)
    for clock in clocks:
        if clock.ended_at is None:
            (end_clock if clock.target in reached else end_unreached)(clock, case, happened.at)
    date_by(case, clocks)


def _owe_again(case: Case, clocks: list[Clock]) -> None:
    """What ended before it was reached and stands in the promise still."""
    promise = promise_of(case)
    again = [one for one in clocks if promise and one.not_reached and one.term.version_id == promise.version_id]
    for clock in again:
        clock.ended_at, clock.not_reached = None, False
    if again:
        reckon(case, again)


@at_once(CaseClosed, CaseMerged)
def withdraw_requests_on_case_closed(event: CaseClosed | CaseMerged, happened: Happened) -> None:
    """What other departments were still asked for: with the merged case's survivor, or no longer needed."""
    outstanding = InternalRequest.objects.outstanding().filter(case=_case(happened))
    if isinstance(event, CaseMerged):
        moved = list(outstanding.values_list("pk", flat=True))
        outstanding.update(case_id=event.into, is_awaited=False)
        if moved:
            told = RequestsMoved(requests=moved, into=event.into)
            record(told, about=_case(happened), by=SYSTEM, at=happened.at)
        return
    for request in outstanding:
        withdraw_request(request, reason=_case(happened).number, by=SYSTEM, at=happened.at)


@at_once(CaseMerged)
def end_clocks_on_case_merged(event: CaseMerged, happened: Happened) -> None:
    drop_clocks(_case(happened), at=happened.at)


@at_once(CaseSplitBack)
def resume_clocks_on_case_split_back(event: CaseSplitBack, happened: Happened) -> None:
    """What the merger ended is owed again, the time in between not counted; its requests come back to it."""
    case, merged_at = _case(happened), datetime.fromisoformat(event.merged_at)
    moved = RecordedEvent.objects.filter(
        kind=RequestsMoved.kind, about_kind="cases.case", about_id=case.pk, at__gte=merged_at
    ).first()
    if moved is not None:
        InternalRequest.objects.filter(pk__in=moved.data["requests"], case_id=event.out_of).update(case_id=case.pk)
    if not case.is_active:
        return
    clocks = locked_clocks(case)
    _owe_again(case, [clock for clock in clocks if clock.ended_at == merged_at])
    reckon(case, clocks)
    tell_changes(case, clocks, by=SYSTEM, at=happened.at)


@at_once(CaseReopened)
def owe_resolution_on_case_reopened(event: CaseReopened, happened: Happened) -> None:
    """Go on, start again, or begin a second clock: the promised level says which. What was not reached is owed."""
    case = _case(happened)
    promise = promise_of(case)
    if promise is None:
        return
    clocks = locked_clocks(case)
    _owe_again(case, [clock for clock in clocks if clock.target != Target.RESOLUTION])
    resolutions = [clock for clock in clocks if clock.target == Target.RESOLUTION]
    if resolutions:
        _reopen(case, promise, resolutions[-1], clocks, happened.at)
    reckon(case, clocks)
    tell_changes(case, clocks, by=SYSTEM, at=happened.at)


def _reopen(case: Case, promise: Promise, last: Clock, clocks: list[Clock], at: datetime) -> None:
    choice = promise.version.on_reopen
    if choice == OnReopen.NEW and not last.not_reached:
        clocks.append(new_clock(case, last.term, at, round=last.round + 1))
        return
    last.ended_at, last.not_reached = None, False
    if choice == OnReopen.RESTART:
        last.starts_at, last.fired = at, []


@at_once(CaseCategorized)
def promise_again_on_case_categorized(event: CaseCategorized, happened: Happened) -> None:
    """Another priority or type may mean another level; the time already used stays used."""
    if not {"priority", "type"} & set(event.changes):
        return
    case = _case(happened)
    choice, promise = choice_for(case), promise_of(case)
    if choice is not None and (promise is None or promise.version.level_id != choice.version.level_id):
        promise_level(case, choice, at=happened.at)


@at_once(CaseSplit)
def date_promise_on_case_split(event: CaseSplit, happened: Happened) -> None:
    """What is split off was asked for when the customer wrote it, not when somebody noticed."""
    if event.since is None:
        return
    new = Case.objects.select_related("unit", "customer", "type").get(pk=event.into)
    if promise_of(new) is not None:
        since = datetime.fromisoformat(event.since)
        backdate_promise(new, since=since, reason=_case(happened).number, by=SYSTEM, at=happened.at)


@at_once(Configured)
def date_promises_on_configured(event: Configured, happened: Happened) -> None:
    """Hours, special days, the calendar itself, or which calendar a unit has: a job dates what runs by it."""
    running = Clock.objects.filter(ended_at__isnull=True)
    if event.what in ("organization.calendarhours", "organization.specialday", "organization.calendar"):
        running = running.filter(calendar_id=happened.about_id)
    elif event.what == "organization.unit" and "calendar" in event.changes:
        path = Unit.objects.get(pk=happened.about_id).path
        running = running.filter(Q(unit__path__startswith=path) | Q(calendar_unit__path__startswith=path))
    else:
        return
    for calendar in running.values_list("calendar_id", flat=True).distinct():
        redate.configure(schedule_in={"seconds": ALL_HAVE_FORGOTTEN_SECONDS}).defer(calendar=calendar)
