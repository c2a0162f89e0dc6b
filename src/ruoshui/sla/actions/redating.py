"""A calendar was edited: everything that still runs by it is dated anew."""

from datetime import datetime

from django.db import transaction

from ruoshui.cases.models import Case
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions.keeping import locked_clocks, reckon
from ruoshui.sla.actions.serving import reckon_request
from ruoshui.sla.models import Clock, InternalRequest

BATCH = 200


def redate_clocks(calendar: Calendar | None, *, at: datetime) -> int:
    """Returns how many were looked at; without a calendar, those that run around the clock.

    Promises already broken or settled stay as they are.
    """
    done, last = 0, 0
    while ids := _next(calendar, last):
        for pk in ids:
            with transaction.atomic():
                done += _redate(pk)
        last = ids[-1]
    return done


def _next(calendar: Calendar | None, after: int) -> list[int]:
    """Paused clocks too: what they will be due by depends on the calendar in force when they run on."""
    waiting = Clock.objects.filter(ended_at__isnull=True, calendar=calendar, pk__gt=after).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:BATCH])


def _redate(pk: int) -> int:
    held = Clock.objects.filter(pk=pk, ended_at__isnull=True).values_list("case_id", "request_id").first()
    if held is None:
        return 0
    case_id, request_id = held
    if case_id is not None:
        # The case first, as every verb does, so that two never wait for each other.
        case = Case.objects.select_for_update(of=("self",)).select_related("unit", "customer").get(pk=case_id)
        reckon(case, locked_clocks(case))
    else:
        locked = InternalRequest.objects.select_for_update(of=("self",)).select_related("unit")
        reckon_request(locked.get(pk=request_id))
    return 1
