"""The chat on a customer's page: a script that opens a frame, the frame, and what is said in it."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import survivor_of
from ruoshui.cases.models import Attachment, Case, CaseType
from ruoshui.channels.adapters import Came
from ruoshui.channels.chat.visitors import new_visitor, token_of, visitor_of
from ruoshui.channels.models import LetterState, Line, LineKind, TextIn
from ruoshui.core.refusals import NotFound
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.feedback.models import Invitation
from ruoshui.sla.models import Target
from ruoshui.sla.queries import term_for, usual_versions
from ruoshui.web.conversation import file_response, public_conversation
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.inbound import refusing, take_at_once
from ruoshui.web.live import sign_topics
from ruoshui.web.middleware import live_url

LARGEST_WORDS = 4000
KEY = re.compile(r"[0-9a-f-]{16,40}")
Answer = Callable[[HttpRequest, Line, str], HttpResponse]


def _line(code: str) -> Line:
    line = Line.objects.select_related("unit").filter(code=code, kind=LineKind.CHAT, is_active=True).first()
    if line is None:
        raise NotFound
    return line


def script(request: HttpRequest, code: str) -> HttpResponse:
    """What the other site includes: a button in the corner that opens the frame."""
    response = render(request, "chat/widget.js", {"line": _line(code)}, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@xframe_options_exempt
def frame(request: HttpRequest, code: str) -> HttpResponse:
    """The page in the frame; only the sites of the line may show it."""
    line = _line(code)
    if (asked := request.GET.get("lang", "")) in ("zh", "en"):
        translation.activate("zh-hans" if asked == "zh" else "en")
    type = CaseType.objects.filter(code=line.type, is_active=True).first()
    version = usual_versions([type]).get(type.pk) if type else None
    first = term_for(version, Target.FIRST_RESPONSE) if version else None
    context = {"line": line, "token": token_of(line, new_visitor()), "first": first}
    response = render(request, "chat/frame.html", context)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; connect-src 'self' {live_url(request)}; img-src 'self' data:; "
        f"style-src 'self' 'unsafe-inline'; frame-ancestors 'self' {' '.join(line.sites.split())}; "
        "form-action 'self'; base-uri 'self'; object-src 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def for_visitor(answer: Answer) -> Callable[[HttpRequest, str], HttpResponse]:
    """The token is in a header, never in a cookie: no other site can speak for a visitor."""

    @csrf_exempt
    @require_POST
    @wraps(answer)
    def view(request: HttpRequest, code: str) -> HttpResponse:
        line = _line(code)
        translation.activate("en" if request.headers.get("X-Chat-Language") == "en" else "zh-hans")
        return refusing(
            f"line:{code}",
            request,
            lambda _now: answer(request, line, visitor_of(line, request.headers.get("X-Chat-Token", ""))),
        )

    return view


@for_visitor
def talk(request: HttpRequest, line: Line, visitor: str) -> HttpResponse:
    return _shown(request, line, visitor)


@takes_files
@for_visitor
def say(request: HttpRequest, line: Line, visitor: str) -> HttpResponse:
    """One message, once however often its key comes."""
    key, words = request.POST.get("key", ""), request.POST.get("text", "").strip()
    file = request.FILES.get("file")
    errors = _errors(request, key, words, has_file=file is not None)
    if errors:
        return JsonResponse({"errors": errors}, status=422)
    about = {name: request.POST[name].strip()[:120] for name in ("name", "phone") if request.POST.get(name, "").strip()}
    about["language"] = translation.get_language() or "zh-hans"
    content = file.read() if file else b""
    said = hashlib.sha256(words.encode(errors="surrogatepass") + b"\0" + content).hexdigest()[:16]
    came = Came(
        f"{visitor}:{key}:{said}",  # other words under the same key are another message
        visitor,
        words,
        about,
        fetch=(lambda: (file.name or "file", content)) if file else None,
    )
    now = timezone.now()
    take_at_once(line, came, is_answered=True, now=now)
    return _shown(request, line, visitor)


def _errors(request: HttpRequest, key: str, words: str, *, has_file: bool) -> list[str]:
    if not KEY.fullmatch(key):
        return [_("This page is out of date. Load it again.")]
    if not words and not has_file:
        return [_("Write something first.")]
    if len(words) > LARGEST_WORDS:
        return [_("At most 4,000 letters in one message.")]
    if phone := request.POST.get("phone", "").strip():
        try:
            normal_contact(ContactKind.PHONE, phone)
        except Exception as wrong:
            return list(getattr(wrong, "messages", [str(wrong)]))
    return []


def _talked(line: Line, visitor: str) -> tuple[Case | None, list[TextIn]]:
    """Their latest case, and what they wrote that is not taken in yet."""
    texts = TextIn.objects.filter(line=line, sender=visitor)
    last = texts.filter(case_id__isnull=False).order_by("-pk").first()
    related = ("customer", "unit", "type", "merged_into")
    case = Case.objects.select_related(*related).filter(pk=last.case_id or 0).first() if last else None
    return case, list(texts.filter(state__in=(LetterState.NEW, LetterState.FAILED)).order_by("pk"))


def _shown(request: HttpRequest, line: Line, visitor: str) -> HttpResponse:
    case, waiting = _talked(line, visitor)
    context: dict[str, Any] = {"line": line, "case": case, "waiting": waiting}
    if case is not None:
        survivor = survivor_of(case)
        invitation = Invitation.objects.filter(case=case).order_by("-pk").first()
        is_open = invitation is not None and invitation.is_open(timezone.now()) and not hasattr(invitation, "answer")
        context |= {
            "survivor": survivor,
            "conversation": public_conversation(case, survivor),
            "live_topics": sign_topics([f"case:{survivor.pk}"]),
            "invitation": invitation if is_open else None,
        }
    response = render(request, "chat/talk.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def file(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """A file of their conversation; the token comes with the form that asks for it."""
    line = _line(code)
    token = request.POST.get("token", "")

    def answer(_now: Any) -> Any:
        case, _waiting = _talked(line, visitor_of(line, token))
        said = public_conversation(case, survivor_of(case)) if case else []
        found: Attachment | None = next((one for message in said for one in message.files if one.pk == pk), None)  # type: ignore[attr-defined]
        if found is None:
            raise NotFound
        return file_response(found)

    return refusing(f"line:{code}", request, answer)
