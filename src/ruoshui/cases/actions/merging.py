from datetime import datetime
from typing import Any

from ruoshui.cases.actions._locking import write
from ruoshui.cases.actions.keeping_secret import guard_secret, parts_of, set_secrecy
from ruoshui.cases.actions.participating import add_participant
from ruoshui.cases.actions.reopening import reopen_case
from ruoshui.cases.actions.waiting import end_suspension
from ruoshui.cases.events import CaseAbsorbed, CaseMerged
from ruoshui.cases.models import Case, CaseState, Closure, Merger, Outcome
from ruoshui.cases.refusals import CannotMerge, SurvivorFinished
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


def survivor_of(case: Case) -> Case:
    """The case that goes on for this one: itself, or the end of the chain of merges."""
    while case.merged_into_id:
        case = Case.objects.select_related("unit", "type").get(pk=case.merged_into_id)
    return case


@verb
def merge_cases(survivor: Case, other: Case, *, reopen: bool = False, by: Actor, at: datetime) -> Case:
    """Two cases about the same matter become one. The other keeps its words and points here. One that is finished takes
    in nothing, unless it is reopened with it (`reopen`).

    The whole is as confidential as the most confidential of them, and of what was merged into them before.
    """
    pair = {
        c.pk: c
        for c in Case.objects.select_for_update(of=("self",))
        .select_related("unit")
        .order_by("pk")
        .filter(pk__in=[survivor.pk, other.pk])
    }
    if len(pair) < 2 or any(case.merged_into_id for case in pair.values()):
        raise CannotMerge
    survivor, other = pair[survivor.pk], pair[other.pk]
    secret = [case for case in pair.values() if case.confidential]
    for case in secret:
        guard_secret(case, by)
    if not survivor.is_active:
        if not reopen:
            raise SurvivorFinished(number=survivor.number)
        reopen_case(survivor, reason=other.number, by=by, at=at)
    merger = Merger(other=other, into=survivor, before=_as_it_is(other), by_kind=by.kind, by_id=by.id, at=at)
    end_suspension(other, at)
    Closure.objects.filter(case=other).delete()
    Closure.objects.create(case=other, outcome=Outcome.MERGED, by_kind=by.kind, by_id=by.id, at=at)
    write(other, at, state=CaseState.CLOSED, closed_at=at, merged_into=survivor)
    merger.participants = _join(survivor, other, by, at)
    merger.save()
    write(survivor, at)
    if secret:
        set_secrecy([survivor, *parts_of(survivor)], confidential=True, by=by, at=at)
        other.confidential = True
    record(CaseMerged(into=survivor.pk), about=other, by=by, at=at)
    record(CaseAbsorbed(other=other.pk), about=survivor, by=by, at=at)
    return survivor


def _as_it_is(case: Case) -> dict[str, Any]:
    closure = Closure.objects.filter(case=case).first()
    return {
        "state": case.state,
        "resolved_at": case.resolved_at.isoformat() if case.resolved_at else None,
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "outcome": closure.outcome if closure else "",
        "summary": closure.summary if closure else "",
        "by": [closure.by_kind, closure.by_id] if closure else [],
    }


def _join(survivor: Case, other: Case, by: Actor, at: datetime) -> list[int]:
    """Who is concerned by the other case takes part in the survivor; returns who did not before."""
    there = set(survivor.participants.values_list("pk", flat=True))
    if other.customer and other.customer_id != survivor.customer_id:
        add_participant(survivor, customer=other.customer, by=by, at=at)
    for participant in other.participants.select_related("staff", "customer"):
        if participant.customer_id is None or participant.customer_id != survivor.customer_id:
            add_participant(survivor, staff=participant.staff, customer=participant.customer, by=by, at=at)
    return sorted(set(survivor.participants.values_list("pk", flat=True)) - there)
