"""How satisfied, by whom: shares with the interval they lie in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet

from ruoshui.feedback.models import Answer
from service_science.shares import Share, wilson_share

SATISFIED_FROM = 4
GROUPS = {"unit": "invitation__unit_id", "type": "invitation__case__type_id", "agent": "invitation__agent_id"}


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """`satisfied` is the share that gave 4 or 5; `key` the id of the unit, type or person."""

    key: int | None
    mean: float
    satisfied: Share


def answers_of(unit_ids: Iterable[int] | None, since: datetime | None = None) -> QuerySet[Answer]:
    answers = Answer.objects.all()
    if unit_ids is not None:
        answers = answers.filter(invitation__unit_id__in=list(unit_ids))
    return answers.filter(at__gte=since) if since else answers


def satisfaction(answers: QuerySet[Answer]) -> Satisfaction:
    found = answers.aggregate(n=Count("pk"), good=Count("pk", filter=Q(score__gte=SATISFIED_FROM)), mean=Avg("score"))
    return Satisfaction(None, found["mean"] or 0.0, wilson_share(found["good"], found["n"]))


def satisfaction_by(answers: QuerySet[Answer], group: str) -> list[Satisfaction]:
    rows = answers.values(GROUPS[group]).annotate(
        n=Count("pk"), good=Count("pk", filter=Q(score__gte=SATISFIED_FROM)), mean=Avg("score")
    )
    return [
        Satisfaction(row[GROUPS[group]], row["mean"], wilson_share(row["good"], row["n"]))
        for row in rows.order_by("-n")
    ]
