from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions._finishing import must_be_done
from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.actions.waiting import end_suspension
from ruoshui.cases.events import CaseClosed
from ruoshui.cases.models import Case, CaseState, Channel, Closure, Outcome
from ruoshui.cases.reaching import reaches_customer
from ruoshui.cases.refusals import CaseAlreadyClosed
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb

DONE = (Outcome.SOLVED, Outcome.EXPLAINED)


@verb
def close_case(
    case: Case,
    *,
    outcome: str,
    summary: str = "",
    despite: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Closure:
    """End the case with an outcome; `summary` is told to the customer.

    Solved or explained only when everything is done, or by a supervisor with the reason `despite`.
    """
    case = locked(case, seen=seen)
    if case.state == CaseState.CLOSED:
        raise CaseAlreadyClosed(number=case.number)
    if outcome not in Outcome.values or outcome == Outcome.MERGED:
        raise Invalid({"outcome": [_("Choose how the case ended.")]})
    if len(summary) > 4000:
        raise Invalid({"summary": [_("At most 4,000 characters.")]})
    if outcome in DONE:
        must_be_done(case, despite=despite, by=by, at=at)
    summary = summary.replace("\x00", "").strip()
    in_words = bool(summary) and reaches_customer(
        case, channel=case.channel if case.channel == Channel.COUNTER else "", at=at
    )
    end_suspension(case, at)
    closure = Closure.objects.create(case=case, outcome=outcome, summary=summary, by_kind=by.kind, by_id=by.id, at=at)
    ended = {"state": CaseState.CLOSED, "closed_at": at, "resolved_at": case.resolved_at or at}
    if in_words and case.first_replied_at is None:
        ended["first_replied_at"] = at
    write(case, at, **ended)
    record(CaseClosed(outcome=outcome, in_words=in_words), about=case, by=by, at=at)
    return closure
