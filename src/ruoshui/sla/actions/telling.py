"""The customer is told when what we promised them changes: once a change, with every moment that is promised now."""

from collections.abc import Iterable
from datetime import datetime

from ruoshui.cases.actions import tell_customer
from ruoshui.cases.models import Case
from ruoshui.cases.reaching import is_brought_in
from ruoshui.core.actors import Actor
from ruoshui.sla.models import Clock, Target
from ruoshui.sla.wording import dues_text

# The next update is due again after every answer: it is told by answering.
TOLD = (Target.FIRST_RESPONSE, Target.RESOLUTION, Target.MILESTONE)


def tell_changes(
    case: Case, clocks: Iterable[Clock], *, heading: str = "", reason: str = "", by: Actor, at: datetime
) -> None:
    """What is due at another minute than the customer was told last. What is late already, or waits, is told when it
    runs again.
    """
    running = [one for one in clocks if one.target in TOLD and one.is_running and one.due_at and one.due_at > at]
    changed = [one for one in running if not _same_minute(one.due_at, one.told_due)]
    if not changed or case.customer is None or is_brought_in(case, at):
        return
    mark_told(changed)
    tell_customer(case, body=dues_text(changed, heading, reason, case.customer.language), by=by, at=at)


def mark_told(clocks: Iterable[Clock]) -> None:
    for clock in clocks:
        if clock.due_at is not None and clock.told_due != clock.due_at:
            clock.told_due = clock.due_at
            clock.save(update_fields=["told_due"])


def _same_minute(one: datetime | None, other: datetime | None) -> bool:
    return (
        one is not None
        and other is not None
        and one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
    )
