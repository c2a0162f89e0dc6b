from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.feedback.events import SurveyAnswered
from ruoshui.feedback.models import MAX_SCORE, Answer, Invitation, Survey
from ruoshui.feedback.refusals import AlreadyAnswered, SurveyExpired

MAX_TEXT = 2000


@verb
def answer_survey(
    invitation: Invitation,
    answers: Mapping[str, Any],
    *,
    comment: str = "",
    language: str,
    at: datetime,
) -> Answer:
    """One answer per link. A score at or below the survey's threshold needs a comment."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("survey", "case").get(pk=invitation.pk)
    )
    if Answer.objects.filter(invitation=invitation).exists():
        raise AlreadyAnswered
    if at >= invitation.expires_at:
        raise SurveyExpired
    survey = invitation.survey
    data = checked_answers(survey, answers)
    score = data[survey.questions[0]["name"]]
    comment = comment.replace("\x00", "").strip()
    if score <= survey.follow_up_at and not comment:
        raise Invalid({"comment": [_("We are sorry. Please tell us in a word what went wrong.")]})
    if len(comment) > MAX_TEXT:
        raise Invalid({"comment": [_("At most 2,000 characters.")]})
    answer = Answer.objects.create(
        invitation=invitation, score=score, comment=comment, data=data, language=language, at=at
    )
    case = invitation.case
    by = case.customer.actor if case.customer else SYSTEM
    record(SurveyAnswered(invitation=invitation.pk, answer=answer.pk, score=score), about=case, by=by, at=at)
    return answer


def checked_answers(survey: Survey, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by question, typed; only the first score is required."""
    data: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for index, question in enumerate(survey.questions):
        name, value = question["name"], answers.get(question["name"])
        if value in (None, ""):
            if index == 0:
                errors[name] = [_("Please choose a score.")]
        elif question["kind"] == "score":
            if str(value) in {str(n) for n in range(1, MAX_SCORE + 1)}:
                data[name] = int(value)
            else:
                errors[name] = [_("Choose a score from 1 to 5.")]
        elif question["kind"] == "choice":
            if value in [option[0] for option in question["options"]]:
                data[name] = value
            else:
                errors[name] = [_("Choose one of the options.")]
        else:
            data[name] = str(value).replace("\x00", "")[:MAX_TEXT]
    if errors:
        raise Invalid(errors)
    return data
