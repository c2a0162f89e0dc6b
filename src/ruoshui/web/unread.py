"""What Django refuses before any view of ours: a request it cannot read, and a form it does not believe is ours."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.web.errors import AGAIN, ONCE, chosen_theme
from ruoshui.web.keeping import AnothersForm, is_anothers, owner_of
from ruoshui.web.limits import for_programs
from ruoshui.web.sessions import to_sign_in

NOT_WORDS = ("csrfmiddlewaretoken", ONCE, AGAIN)


class Unreadable(Refusal):
    code, status = "unreadable", 400
    text = _("What was sent cannot be read: too many fields or files at once, or not written as forms are. Send less.")


class FormNotBelieved(Refusal):
    code, status = "form-not-believed", 403
    text = _(
        "This form was open for too long, or your browser keeps no cookies for this site. Nothing was changed. "
        "Go back, load the page again and send it once more."
    )


class SendAgain(Refusal):
    code, status = "form-not-believed", 403
    text = _(
        "This form was open while you signed in or out in another tab, or for very long, so it was not sent. "
        "Send it again: it is done once."
    )


class ChooseFilesAgain(Refusal):
    code, status = "form-not-believed", 403
    text = _(
        "This form was open while you signed in or out in another tab, or for very long, so it was not sent. "
        "Go back: what you typed is there. Choose the files again and send it."
    )


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _told(request, Unreadable())


def form_not_believed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """From another site it is refused. From a page of ours it is only old: then it can be sent again from here."""
    fields: QueryDict = getattr(request, "as_sent", None) or request.POST
    if request.headers.get("HX-Request") or for_programs(request.path) or not _is_from_our_page(request):
        return _told(request, FormNotBelieved())
    key = str(fields.get(ONCE, ""))
    if "." in key and not owner_of(request):
        return to_sign_in(request)
    if is_anothers(request, key):
        return _told(request, AnothersForm())
    if request.FILES:
        return _told(request, ChooseFilesAgain())
    return _told(request, SendAgain(), again=_again(request, fields))


def _is_from_our_page(request: HttpRequest) -> bool:
    """Browsers say which site a form was sent from."""
    try:
        ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    except DisallowedHost:
        return False
    return request.headers.get("Origin", "") in ours


def _again(request: HttpRequest, fields: QueryDict) -> dict[str, object]:
    own = [(ONCE, str(fields[ONCE]))] if ONCE in fields else []
    words = [(name, one) for name, values in fields.lists() for one in values if name not in NOT_WORDS]
    return {"action": request.get_full_path(), "fields": [("csrfmiddlewaretoken", get_token(request)), *own, *words]}


def _told(request: HttpRequest, refusal: Refusal, again: dict[str, object] | None = None) -> HttpResponse:
    """No session and no host may be needed here: neither may have been looked at yet."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        if for_programs(request.path):
            told = {"type": "about:blank", "title": refusal.code, "status": refusal.status, "code": refusal.code}
            problem = told | {"detail": str(refusal)}
            return JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
        page = "parts/refusal.html" if request.headers.get("HX-Request") else "edge.html"
        context = {"refusal": refusal, "language": language, "again": again, "theme": chosen_theme(request)}
        return HttpResponse(render_to_string(page, context), status=refusal.status)
