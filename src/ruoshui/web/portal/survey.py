"""Are you satisfied? Works on a phone, in two languages, one answer per link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from ruoshui.core.naming import in_language
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.feedback.actions import answer_survey
from ruoshui.feedback.models import Invitation
from ruoshui.feedback.refusals import AlreadyAnswered, SurveyExpired


def page(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("survey", "case", "case__type", "answer").filter(token=token).first()
    if invitation is None:
        raise NotFound
    now = timezone.now()
    if hasattr(invitation, "answer"):
        if request.method == "POST":
            raise AlreadyAnswered
        return render(request, "portal/survey_done.html", {"invitation": invitation, "back": _back(request)})
    if not invitation.is_open(now):
        raise SurveyExpired
    if request.method == "POST":
        posted = {name: str(value) for name, value in request.POST.items()}
        try:
            answer_survey(
                invitation, posted, comment=posted.get("comment", ""), language=get_language() or "zh-hans", at=now
            )
        except Invalid as wrong:
            return _form(request, invitation, posted, wrong.errors, status=wrong.status)
        shown = {"invitation": invitation, "just_now": True, "back": _back(request)}
        return render(request, "portal/survey_done.html", shown)
    score = request.GET.get("score", "")
    first = invitation.survey.questions[0]["name"]
    return _form(request, invitation, {first: score} if score else {}, {})


def _back(request: HttpRequest) -> str:
    """Where they go on to afterwards: the page of their number, nothing else."""
    back = request.POST.get("back") or request.GET.get("back", "")
    ours = url_has_allowed_host_and_scheme(back, None) and back.startswith("/n/")
    return back if ours else ""


def _form(
    request: HttpRequest,
    invitation: Invitation,
    posted: dict[str, str],
    errors: dict[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    questions: list[dict[str, Any]] = []
    for question in invitation.survey.questions:
        options = [(code, in_language(zh, en)) for code, zh, en in question.get("options", [])]
        questions.append(
            {
                "name": question["name"],
                "kind": question["kind"],
                "text": in_language(question["zh"], question["en"]),
                "options": options,
                "value": posted.get(question["name"], ""),
                "errors": errors.get(question["name"], []),
            }
        )
    return render(
        request,
        "portal/survey.html",
        {
            "invitation": invitation,
            "questions": questions,
            "scores": ["1", "2", "3", "4", "5"],
            "comment": posted.get("comment", ""),
            "comment_errors": errors.get("comment", []),
            "back": _back(request),
        },
        status=status,
    )
