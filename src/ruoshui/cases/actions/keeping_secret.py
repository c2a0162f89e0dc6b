"""Confidential cases: who may make one known to others, and how far secrecy reaches when cases are merged."""

from datetime import datetime

from ruoshui.cases.actions._locking import is_opening, write
from ruoshui.cases.events import CaseCategorized
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import NeedsConfidential
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.organization.acting import person_behind
from ruoshui.organization.models import Permission, Unit


def guard_secret(case: Case, by: Actor, *, unit: Unit | None = None) -> None:
    """Refuses who would make a confidential case known to others, or lift its secrecy, without the right in its unit.

    Taking part in a case lets somebody work on it, not decide who else knows of it. `unit`: where the right is needed
    instead, for what another unit was asked.
    """
    if not case.confidential or is_opening(case):
        return
    person = person_behind(by)
    where = unit or case.unit
    if person is not None and not person.may(Permission.CONFIDENTIAL, where):
        raise NeedsConfidential(unit=where.name)


def parts_of(case: Case) -> list[Case]:
    """The cases that were merged into this one, and into those, locked."""
    found: list[Case] = []
    above = [case.pk]
    while above:
        rows = Case.objects.select_for_update(of=("self",)).select_related("unit").filter(merged_into__in=above)
        parts = list(rows.order_by("pk"))
        found += parts
        above = [part.pk for part in parts]
    return found


def set_secrecy(cases: list[Case], *, confidential: bool, by: Actor, at: datetime) -> None:
    """All of a whole are alike: the words of each are shown with the others'."""
    for case in cases:
        if case.confidential != confidential:
            write(case, at, confidential=confidential)
            changes = {"confidential": [not confidential, confidential]}
            record(CaseCategorized(changes=changes), about=case, by=by, at=at)
