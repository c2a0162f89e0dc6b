"""What falls due, found by its index and done exactly once by whoever comes first."""

from datetime import datetime

from django.db import transaction

from ruoshui.cases.actions import resume_case
from ruoshui.cases.models import Case, CaseState, Suspension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Refusal
from ruoshui.sla.actions.keeping import break_clock
from ruoshui.sla.models import Clock

BATCH = 500


def break_due_promises(at: datetime) -> int:
    """Record every promise that fell due by `at`, oldest first, in batches, without a limit."""
    total = 0
    while swept := _break_batch(at):
        total += swept
    return total


@transaction.atomic
def _break_batch(at: datetime) -> int:
    due = Clock.objects.due(at).order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))
    clocks = list(due.select_related("case", "case__unit")[:BATCH])
    for clock in clocks:
        break_clock(clock, clock.case)
    Clock.objects.bulk_update(clocks, ["broken_at"])
    return len(clocks)


def resume_due_cases(at: datetime) -> int:
    """Resume every case whose pause has an end that has come."""
    ids = Suspension.objects.filter(ended_at__isnull=True, until__lte=at).order_by("until").values_list("case_id")
    resumed = 0
    for (pk,) in ids[:BATCH]:
        try:
            with transaction.atomic():
                case = Case.objects.select_for_update(skip_locked=True).filter(pk=pk, state=CaseState.WAITING).first()
                if case is not None:
                    resume_case(case, by=SYSTEM, at=at)
                    resumed += 1
        except Refusal:
            continue  # somebody resumed or finished it in the same moment
    return resumed
