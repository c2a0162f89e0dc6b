"""The first and last line of every verb about a case: lock it, write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.cases.refusals import CaseNotActive, CaseWasMerged
from ruoshui.core.refusals import ChangedMeanwhile, NotFound
from ruoshui.core.statements import Prepared, bring_up_to_date

_current = Prepared(lambda pk: Case.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=pk), "pk")


def locked(case: Case, *, seen: int | None = None) -> Case:
    """The case as it is now, locked. `seen` is the version the caller decided on.

    A case that is just being opened is nobody else's yet, and stays as it is.

    The caller's own object is brought up to date, so that whoever called the verb, and the
    reactions to it, look at the same state.
    """
    if is_opening(case):
        return case
    current = _current.first(pk=case.pk)
    if current is None:
        raise NotFound
    bring_up_to_date(case, current)
    if seen is not None and seen != case.version:
        raise ChangedMeanwhile
    return case


def locked_active(case: Case, *, seen: int | None = None) -> Case:
    locked(case, seen=seen)
    if case.merged_into_id:
        raise CaseWasMerged(number=case.number, into=f"RS{case.merged_into_id:08d}")
    if not case.is_active:
        raise CaseNotActive(number=case.number)
    return case


def write(case: Case, at: datetime, **values: Any) -> None:
    """Save `values`, count the version up, remember the activity (never backwards)."""
    for name, value in values.items():
        setattr(case, name, value)
    if is_opening(case):
        return
    case.version += 1
    case.last_activity_at = max(case.last_activity_at, at)
    case.save(update_fields=[*values, "version", "last_activity_at"])


@contextmanager
def opening(case: Case) -> Iterator[None]:
    """Those who react to the opening set what they decide on the case; it is then written once."""
    case.__dict__["_opening"] = True
    before = {name: getattr(case, name) for name in DECIDED_AT_OPENING}
    try:
        yield
    finally:
        del case.__dict__["_opening"]
    changed = [name for name, value in before.items() if getattr(case, name) != value]
    if changed:
        case.save(update_fields=changed)


def is_opening(case: Case) -> bool:
    return "_opening" in case.__dict__


DECIDED_AT_OPENING = (
    *("due_at", "queue_rank", "team_id", "assignee_id", "state", "first_replied_at"),
    *("unit_id", "priority", "resolved_at", "closed_at"),
)
