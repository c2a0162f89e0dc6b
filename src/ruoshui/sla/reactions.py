"""What clocks do when something happens to a case. All at once: a case and its promise agree."""

from typing import cast

from ruoshui.cases.events import (
    CaseCategorized,
    CaseClosed,
    CaseMerged,
    CaseOpened,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseWaiting,
)
from ruoshui.cases.models import Case
from ruoshui.core.reactions import Happened, at_once
from ruoshui.sla.actions import drop_clocks, end_clocks, promise_level, reckon_clocks, reopen_clock
from ruoshui.sla.choosing import level_for
from ruoshui.sla.models import Promise, Target


def _case(happened: Happened) -> Case:
    return cast(Case, happened.about)


def _promise(case: Case) -> Promise | None:
    return Promise.objects.filter(case=case).select_related("calendar").first()


@at_once(CaseOpened)
def promise_what_the_rules_say(event: CaseOpened, happened: Happened) -> None:
    case = _case(happened)
    level = level_for(case)
    if level is not None:
        promise_level(case, level, at=happened.at)


@at_once(CaseReplied)
def first_response_given(event: CaseReplied, happened: Happened) -> None:
    if event.is_first:
        end_clocks(_case(happened), Target.FIRST_RESPONSE, at=happened.at)


@at_once(CaseWaiting, CaseResumed)
def pause_or_run(event: CaseWaiting | CaseResumed, happened: Happened) -> None:
    _reckon(_case(happened), happened)


def _reckon(case: Case, happened: Happened) -> None:
    promise = _promise(case)
    if promise is not None:
        reckon_clocks(case, promise, at=happened.at)


@at_once(CaseResolved, CaseClosed)
def resolution_reached(event: CaseResolved | CaseClosed, happened: Happened) -> None:
    """A case that ends without any answer owes none: the first response ends with it."""
    end_clocks(_case(happened), Target.RESOLUTION, Target.FIRST_RESPONSE, at=happened.at)


@at_once(CaseMerged)
def merged_owes_nothing(event: CaseMerged, happened: Happened) -> None:
    drop_clocks(_case(happened), at=happened.at)


@at_once(CaseReopened)
def resolution_owed_again(event: CaseReopened, happened: Happened) -> None:
    case = _case(happened)
    reopen_clock(case, Target.RESOLUTION)
    _reckon(case, happened)


@at_once(CaseCategorized)
def promise_again(event: CaseCategorized, happened: Happened) -> None:
    """Another priority or type may mean another level; the time already used stays used."""
    if not {"priority", "type"} & set(event.changes):
        return
    case = _case(happened)
    level, promise = level_for(case), _promise(case)
    if level is not None and (promise is None or promise.level_id != level.pk):
        promise_level(case, level, at=happened.at)
