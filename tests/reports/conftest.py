"""Cases that were closed, and what their customers said."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ruoshui.cases.actions import assign_case, close_case
from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.feedback.actions import answer_survey
from ruoshui.feedback.models import Answer, Invitation, Survey
from tests.conftest import NOW


@pytest.fixture
def closed(opened: Callable[..., Case], demo) -> Callable[..., Case]:
    """A case of chen's, closed: closed("billing", until=…)."""

    def make(code: str = "billing", *, until: datetime = NOW, **values) -> Case:
        case = opened(code, **values)
        assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=case.opened_at)
        close_case(case, outcome="solved", summary="已退还。", by=demo.staff["chen"].actor, at=until)
        return Case.objects.get(pk=case.pk)

    return make


@pytest.fixture
def answered(closed, demo) -> Callable[..., Answer]:
    """What a customer said of a case of this unit, then or now."""

    def make(score: int, unit: str = "city", when: datetime = NOW) -> Answer:
        case = closed()
        closing = RecordedEvent.objects.get(about_kind="cases.case", about_id=case.pk, kind="cases.closed").pk
        invitation = Invitation.objects.create(
            survey=Survey.objects.filter(type__isnull=True).first() or Survey.objects.all()[0],
            case=case,
            closing=closing,
            unit=demo.units[unit],
            agent=demo.staff["chen"],
            sent_at=when,
            expires_at=when + timedelta(days=14),
        )
        return answer_survey(invitation, {"satisfaction": str(score)}, comment="—", language="en", at=when)

    return make
