"""What older versions counted as kept though it was never reached."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from ruoshui.cases.models import Outcome
from ruoshui.core.models import RecordedEvent
from ruoshui.sla.models import Clock, RequestState, Target

SETTLES = (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.REFUSED)


def wrongly_kept() -> QuerySet[Clock]:
    """Ended, not broken, and nothing on record says that the target was reached."""
    of_case = RecordedEvent.objects.filter(about_kind="cases.case", about_id=OuterRef("case_id"))
    stages = of_case.filter(kind="sla.milestone_reached").annotate(stage=KT("data__milestone"))
    reached = stages.filter(stage=OuterRef("milestone"))
    resolved = of_case.filter(kind="cases.resolved")
    settled = of_case.filter(kind="cases.closed", data__outcome__in=list(SETTLES))
    answered = Q(case__first_replied_at__isnull=False, case__first_replied_at__lte=F("ended_at"))
    wrong = (
        (Q(target=Target.MILESTONE) & ~Exists(reached))
        | (Q(target=Target.FIRST_RESPONSE) & ~answered)
        | (Q(target=Target.RESOLUTION) & ~Exists(resolved) & ~Exists(settled))
        | Q(target=Target.REQUEST, request__state=RequestState.WITHDRAWN)
    )
    return Clock.objects.filter(wrong, ended_at__isnull=False, broken_at__isnull=True, not_reached=False)
