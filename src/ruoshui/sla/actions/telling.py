"""The customer is told when what we promised them changes: once a change, with every moment that is promised now."""

from collections.abc import Iterable
from datetime import datetime

from ruoshui.cases.actions import tell_customer
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.sla.models import Clock
from ruoshui.sla.wording import dues_text


def tell_dues(case: Case, clocks: Iterable[Clock], *, reason: str = "", by: Actor, at: datetime) -> None:
    """Nothing when nothing runs, or when there is nobody to tell."""
    running = [clock for clock in clocks if clock.is_running and clock.due_at and not clock.broken_at]
    if case.customer is None or not running:
        return
    tell_customer(case, body=dues_text(running, reason, case.customer.language), by=by, at=at)
