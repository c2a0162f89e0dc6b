"""What Django refuses before any view of ours: a request it cannot read, and a form it does not believe is ours."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.web.limits import for_programs


class Unreadable(Refusal):
    code, status = "unreadable", 400
    text = _("What was sent cannot be read: too many fields or files at once, or not written as forms are. Send less.")


class FormNotBelieved(Refusal):
    code, status = "form-not-believed", 403
    text = _(
        "This form was open for too long, or your browser keeps no cookies for this site. Nothing was changed. "
        "Go back, load the page again and send it once more."
    )


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, Unreadable())


def form_not_believed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _told(request, FormNotBelieved())


def _told(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """No session and no host may be needed here: neither may have been looked at yet."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        if for_programs(request.path):
            told = {"type": "about:blank", "title": refusal.code, "status": refusal.status, "code": refusal.code}
            problem = told | {"detail": str(refusal)}
            return JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
        page = "parts/refusal.html" if request.headers.get("HX-Request") else "edge.html"
        return HttpResponse(render_to_string(page, {"refusal": refusal, "language": language}), status=refusal.status)
