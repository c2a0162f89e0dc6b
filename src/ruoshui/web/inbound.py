"""The door for calls from providers: messages of lines. Believed, kept, taken in at once where that can be."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from ruoshui.cases.actions import take_text
from ruoshui.cases.actions.text_out import acknowledgement
from ruoshui.cases.models import Case
from ruoshui.channels.actions import awaits_file, hear_once, note_delivery, receive_text, refuse_call
from ruoshui.channels.adapters import Adapter, Came, Heard, LineRequest, adapter_of
from ruoshui.channels.models import LetterState, Line, LineKind, TextIn
from ruoshui.channels.refusals import NotBelieved
from ruoshui.channels.signing import HEADER
from ruoshui.core.refusals import NotFound
from ruoshui.web.limits import address_of

log = logging.getLogger(__name__)
LARGEST = 256 * 1024


def call_of(request: HttpRequest) -> LineRequest:
    """Raises NotBelieved for one that is too large."""
    try:
        said = int(request.headers.get("Content-Length") or 0)
    except ValueError as wrong:
        raise NotBelieved("malformed", status=400) from wrong
    if said > LARGEST:
        raise NotBelieved("too-large", status=413)
    return LineRequest(
        method=request.method or "GET",
        query=request.GET.dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        address=address_of(request),
    )


def refusing(source: str, request: HttpRequest, answer: Callable[[datetime], HttpResponse]) -> HttpResponse:
    """The answer, or the refusal of what is not believed, which goes on record."""
    now = timezone.now()
    try:
        return answer(now)
    except NotBelieved as wrong:
        refuse_call(source, wrong.why, address=address_of(request), at=now)
        return JsonResponse({"refused": wrong.why}, status=wrong.told)


@csrf_exempt
def line(request: HttpRequest, code: str) -> HttpResponse:
    found = Line.objects.select_related("unit").filter(code=code, is_active=True).first()
    adapter = adapter_of(found) if found else None
    if found is None or adapter is None or request.method not in ("GET", "POST"):
        raise NotFound
    return refusing(f"line:{code}", request, lambda now: _heard(found, adapter, request, now))


def _heard(line: Line, adapter: Adapter, request: HttpRequest, now: datetime) -> HttpResponse:
    call = call_of(request)
    heard = adapter.hear(line, call, now)
    if heard.echo is not None:
        return HttpResponse(heard.echo, content_type="text/plain; charset=utf-8")
    if line.kind == LineKind.SMS:
        # Used up together with what it brought: a call that failed here may come again under the same signature.
        with transaction.atomic():
            hear_once(f"line:{line.code}", call.headers.get(HEADER, "").rpartition("=")[2], at=now)
            words = _taken(line, heard, now)
    else:  # WeChat and WeCom repeat a call that took too long, word for word
        words = _taken(line, heard, now)
    answer = adapter.answer(line, call, words, now) if words else None
    if answer is not None:
        return HttpResponse(answer[1], content_type=answer[0])
    if line.kind == LineKind.SMS:
        return JsonResponse({"ok": True})
    return HttpResponse("success", content_type="text/plain")


def _taken(line: Line, heard: Heard, now: datetime) -> str:
    for delivered in heard.delivered:
        note_delivery(line, delivered, at=now)
    words = ""
    for came in heard.came:
        words = take_at_once(line, came, is_answered=line.kind != LineKind.SMS, now=now)
    return words


def take_at_once(line: Line, came: Came, *, is_answered: bool, now: datetime) -> str:
    """Kept for certain; taken in now if that can be, else by the worker. Returns what to tell who opened a new case."""
    text = receive_text(line, came, at=now)
    if awaits_file(text):  # by the worker: the provider wants its answer within seconds
        return ""
    try:
        text = take_text(text, is_answered=is_answered, at=now)
    except Exception:
        log.exception("message %s will be taken in by the worker", text.pk)
        return ""
    case = Case.objects.select_related("customer").filter(pk=text.case_id or 0).first()
    if case is None or text.state != LetterState.DONE or not is_answered:
        return ""
    first = TextIn.objects.filter(case_id=case.pk).order_by("pk").values_list("pk", flat=True).first()
    return acknowledgement(case) if first == text.pk and case.opened_at == text.received_at else ""
