"""What a customer is promised: before they file, on their page, in what we write to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation

from ruoshui.cases.models import Case, CaseType
from ruoshui.cases.promised import tells_promises
from ruoshui.organization.models import Unit
from ruoshui.organization.statutory import is_provisional
from ruoshui.sla.actions.telling import TOLD
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.models import Clock, Term
from ruoshui.sla.queries import usual_versions
from ruoshui.sla.reckoning import due_by
from ruoshui.sla.spans import Span
from ruoshui.sla.terms import terms_of
from ruoshui.sla.wording import due_lines


@dataclass(frozen=True, slots=True)
class Promised:
    """One target, and by when if it were filed now; None when it begins after another milestone, named `after`."""

    term: Term
    due: datetime | None
    after: str = ""
    is_provisional: bool = False


def promised_now(type: CaseType, at: datetime) -> list[Promised]:
    """What somebody unknown to us would be promised at this moment, milestones too."""
    version, unit = usual_versions([type]).get(type.pk), type.unit
    if version is None:
        return []
    terms = [term for term in terms_of(version.pk) if term.target in TOLD]
    names = {term.milestone: term.name for term in terms}
    return [_promised(term, unit, at, names.get(term.after, "")) for term in terms]


def _promised(term: Term, unit: Unit | None, at: datetime, after: str) -> Promised:
    if term.after or unit is None:
        return Promised(term, None, after)
    calendars = Calendars(term)
    due = due_by(term, 0, [Span(at, None, unit.pk)], calendars, at)
    maybe = due is not None and is_provisional(calendars.of(unit.pk), timezone.localdate(due))
    return Promised(term, due, after, maybe)


def shown_clocks(case: Case) -> list[Clock]:
    """The promises of a case that a customer is told, running or waiting, the earliest first."""
    clocks = Clock.objects.filter(case=case, ended_at__isnull=True, target__in=TOLD).select_related("term", "calendar")
    return sorted(clocks, key=lambda one: (one.due_at is None, one.due_at or one.starts_at, one.pk))


@tells_promises
def lines_of(case: Case, language: str) -> Iterable[str]:
    clocks = [clock for clock in shown_clocks(case) if clock.broken_at is None]
    with translation.override(language):
        return due_lines(clocks)
