"""A calendar was edited: everything that still runs by it is dated anew, some at a time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions.keeping import reckon
from ruoshui.sla.actions.serving import reckon_request
from ruoshui.sla.actions.telling import tell_changes
from ruoshui.sla.calendars import worked
from ruoshui.sla.history import spans_of_cases
from ruoshui.sla.models import Clock, InternalRequest

BATCH = 200


def redate_clocks(calendar: Calendar | None, *, at: datetime) -> None:
    """Without a calendar: those that run around the clock. What is broken or settled stays as it is."""
    after: int | None = 0
    while after is not None:
        after = redate_some(calendar, after, at=at)


@transaction.atomic
def redate_some(calendar: Calendar | None, after: int, *, at: datetime) -> int | None:
    """The next clocks beyond the id `after`; returns where to go on, or None at the end.

    Paused clocks too: what they will be due by depends on the calendar in force when they run on.
    """
    waiting = Clock.objects.filter(ended_at__isnull=True, calendar=calendar, pk__gt=after).order_by("pk")
    held = list(waiting.values_list("pk", "case_id", "request_id")[:BATCH])
    _redate_cases({case for _pk, case, _request in held if case}, at)
    for _pk, _case, request in held:
        if request is not None:
            locked = InternalRequest.objects.select_for_update(of=("self",)).select_related("unit")
            reckon_request(locked.get(pk=request))
    return held[-1][0] if len(held) == BATCH else None


def _redate_cases(ids: set[int], at: datetime) -> None:
    """The cases first, as every verb locks them, so that two never wait for each other."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("unit", "customer__calendar")
    cases = {case.pk: case for case in locked.filter(pk__in=ids).order_by("pk")}
    clocks: dict[int, list[Clock]] = {pk: [] for pk in cases}
    running = Clock.objects.select_for_update(of=("self",)).filter(case_id__in=ids, ended_at__isnull=True)
    for clock in running.select_related("term", "calendar").order_by("pk"):
        clocks[clock.case_id or 0].append(clock)
    begins = {pk: min([case.opened_at, *(c.starts_at for c in clocks[pk])]) for pk, case in cases.items()}
    spans = spans_of_cases(cases.values(), begins)
    for pk, case in cases.items():
        before = {clock.pk: clock.due_at for clock in clocks[pk]}
        reckon(case, clocks[pk], spans=spans[pk])
        if _keep_out_of_the_past(clocks[pk], before, at):
            reckon(case, clocks[pk], spans=spans[pk])
        tell_changes(case, clocks[pk], reason=_("the calendar has changed"), by=SYSTEM, at=at)


def _keep_out_of_the_past(clocks: list[Clock], before: dict[int, datetime | None], at: datetime) -> bool:
    """A promise that still ran is not broken by what somebody enters today: it gets the time that it had."""
    changed = False
    for clock in clocks:
        due, was = clock.due_at, before[clock.pk]
        if due is not None and was is not None and due <= at < was and clock.broken_at is None:
            clock.added += max(1, worked(clock.calendar, due, was))
            changed = True
    return changed
