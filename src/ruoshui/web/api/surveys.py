"""What customers answered when they were asked whether they are satisfied, and giving such an answer for them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.feedback.actions import answer_survey
from ruoshui.feedback.models import Answer, Invitation
from ruoshui.organization.models import Scope
from ruoshui.web.api.auth import Token, staff_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.types import Limit, Moment, Text

router = Router(tags=["surveys"])


class SurveyAnswerIn(Schema):
    """`token`: the last part of the link the customer was given. `answers`: by the questions' names."""

    token: Annotated[Text, Field(min_length=1, max_length=40)]
    answers: dict[Text, Text | int]
    comment: Annotated[Text, Field(max_length=2000)] = ""
    language: Annotated[str, Field(pattern="^(zh-hans|en)$")] = "zh-hans"


class SurveyAnswerOut(Schema):
    id: int
    case: str
    survey: str
    unit: str
    agent: str | None
    score: int
    comment: str
    answers: dict[str, Any]
    language: str
    at: datetime
    follow_up: str | None

    @classmethod
    def of(cls, answer: Answer) -> "SurveyAnswerOut":
        """Needs the invitation with case, survey, unit and agent, and the follow-up."""
        asked = answer.invitation
        return cls(
            id=answer.pk,
            case=asked.case.number,
            survey=asked.survey.code,
            unit=asked.unit.code,
            agent=asked.agent.username if asked.agent else None,
            score=answer.score,
            comment=answer.comment,
            answers=answer.data,
            language=answer.language,
            at=answer.at,
            follow_up=answer.follow_up.number if answer.follow_up else None,
        )


class SurveyAnswerPage(Schema):
    items: list[SurveyAnswerOut]
    next: str | None


class SurveyAnsweredOut(Schema):
    """Nothing but that it was taken: whoever passes an answer on need not see it."""

    score: int
    at: datetime


@router.get(
    "/survey-answers",
    auth=Token(Scope.CASES_READ),
    response={200: SurveyAnswerPage, **ERRORS},
    operation_id="list_survey_answers",
)
def answers(request: HttpRequest, since: Moment | None = None, after: After = "", limit: Limit = 50) -> Any:
    """Answers about the cases one may see, newest first; `since` a moment with its zone."""
    if since is not None and timezone.is_naive(since):
        raise Invalid({"since": ["A moment needs a time zone, like 2026-05-01T09:00:00+08:00."]})
    seen = Case.objects.visible_to(staff_of(request)).values("pk")
    related = ("case", "survey", "unit", "agent")
    rows = Answer.objects.filter(invitation__case__in=seen, **({"at__gte": since} if since else {}))
    rows = rows.select_related("follow_up", *(f"invitation__{name}" for name in related))
    return page_of("survey-answers", rows, SurveyAnswerOut.of, after=after, limit=limit, newest_first=True)


@router.post(
    "/survey-answers",
    auth=Token(Scope.CASES_WRITE),
    response={201: SurveyAnsweredOut, **ERRORS},
    operation_id="answer_survey",
)
def answer(request: HttpRequest, body: SurveyAnswerIn, key: Key = None) -> Any:
    """Pass on what a customer answered elsewhere (a text, a kiosk). The token of the link shows whose answer it is."""

    def work() -> SurveyAnsweredOut:
        asked = Invitation.objects.filter(token=body.token).first()
        if asked is None:
            raise NotFound
        given = answer_survey(asked, body.answers, comment=body.comment, language=body.language, at=timezone.now())
        return SurveyAnsweredOut(score=given.score, at=given.at)

    return once(request, key, work)
