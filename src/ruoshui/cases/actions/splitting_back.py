"""A merger that was a mistake is undone: the case goes on by itself."""

from datetime import datetime, timedelta

from ruoshui.cases.actions._locking import write
from ruoshui.cases.events import CaseGivenBack, CaseSplitBack
from ruoshui.cases.merged import SPLIT_BACK_DAYS
from ruoshui.cases.models import Case, CaseState, Closure, Merger, Message, MessageKind
from ruoshui.cases.refusals import NotMerged, TooLateToSplitBack
from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def split_back(case: Case, *, by: Actor, at: datetime) -> Case:
    """The case is as it was before it was merged, at the latest 30 days after. What its own customer wrote meanwhile
    comes with it; a pause that it had is over.
    """
    merger = Merger.objects.filter(other=case, split_at__isnull=True).first()
    pair = [case.pk, merger.into_id] if merger else [case.pk]
    locked = Case.objects.select_for_update(of=("self",)).select_related("unit", "customer").order_by("pk")
    cases = {one.pk: one for one in locked.filter(pk__in=pair)}
    case.refresh_from_db()
    if merger is None or case.merged_into_id != merger.into_id:
        raise NotMerged(number=case.number)
    if at - merger.at > timedelta(days=SPLIT_BACK_DAYS):
        raise TooLateToSplitBack(number=case.number, days=SPLIT_BACK_DAYS)
    into = cases[merger.into_id]
    merger.split_at = at
    merger.save(update_fields=["split_at"])
    _restore(case, merger, at)
    into.participants.filter(pk__in=merger.participants).delete()
    _take_words_along(case, into, merger)
    write(into, at)
    told = CaseSplitBack(out_of=into.pk, merged_at=merger.at.isoformat(), state=case.state)
    record(told, about=case, by=by, at=at)
    record(CaseGivenBack(other=case.pk), about=into, by=by, at=at)
    return case


def _restore(case: Case, merger: Merger, at: datetime) -> None:
    before = merger.before
    state = before.get("state", CaseState.OPEN)
    moments = {
        name: datetime.fromisoformat(before[name]) if before.get(name) else None
        for name in ("resolved_at", "closed_at")
    }
    Closure.objects.filter(case=case).delete()
    if state == CaseState.CLOSED and before["outcome"]:
        kind, pk = before["by"]
        Closure.objects.create(
            case=case,
            outcome=before["outcome"],
            summary=before["summary"],
            by_kind=kind,
            by_id=pk,
            at=moments["closed_at"] or at,
        )
    state = CaseState.OPEN if state == CaseState.WAITING else state
    write(case, at, merged_into=None, state=state, **moments)


def _take_words_along(case: Case, into: Case, merger: Merger) -> None:
    if case.customer_id is None or case.customer_id == into.customer_id:
        return  # of one customer nobody can tell which words were about which
    theirs = Message.objects.filter(case=into, kind=MessageKind.CUSTOMER, at__gte=merger.at)
    theirs.filter(by_kind=ActorKind.CUSTOMER, by_id=case.customer_id).update(case=case)
