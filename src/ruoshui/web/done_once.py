"""A form that is sent twice is done once: a double click, a reload, a second try after an answer that got lost.

`csrf_token` (tags.py) puts a key into every form. The key is claimed, the view runs and its outcome is kept in one
transaction; whoever comes again with the same key and the same words gets the same outcome. What was refused is not
kept. The outcome is sealed with the key itself: neither the table nor anybody else tells it.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone

from ruoshui.core.idempotency import FORMS, claim, keep, release
from ruoshui.queues.floor import forget_floors
from ruoshui.web.errors import AGAIN, ONCE
from ruoshui.web.keeping import AnothersForm, is_anothers, say_it_is_here

Answer = Callable[[HttpRequest], HttpResponse]
LONGEST_KEY, LARGEST = 100, 256 * 1024
KEPT_HEADERS = ("Location", "Content-Type", "HX-Redirect", "HX-Location", "HX-Refresh", "HX-Trigger")
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_WORDS = ("csrfmiddlewaretoken", ONCE, AGAIN)


@dataclass(frozen=True, slots=True)
class Press:
    """Who sends what, and where: `scope` and `name` in the table, `seal` for the outcome."""

    scope: str
    name: str
    seal: Fernet


class DoneOnce:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info.startswith("/api/") or not (key := _key_of(request)):
            return self.get_response(request)
        if _is_free(request.path_info):
            return self.get_response(request)
        if is_anothers(request, key):
            refusal = AnothersForm()
            return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
        response = self._once(request, _press(request, key))
        if response.status_code < 400 and not _was_refused(request):
            say_it_is_here(request, response, key)
        return response

    def _once(self, request: HttpRequest, press: Press) -> HttpResponse:
        try:
            with transaction.atomic():
                earlier = claim(press.scope, press.name, b"", at=timezone.now())
                if earlier is not None:
                    return _again(request, json.loads(press.seal.decrypt(str(earlier.body))))
                return self._answered(request, press)
        except Exception:
            forget_floors()  # the picture of a hall may hold what has just been undone
            raise

    def _answered(self, request: HttpRequest, press: Press) -> HttpResponse:
        before = dict(request.session.items())
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif connection.needs_rollback:
            raise OperationalError("a statement failed in a transaction whose answer says that all went well")
        elif response.status_code >= 400 or response.streaming or _was_refused(request):
            release(press.scope, press.name)
        else:
            sealed = press.seal.encrypt(json.dumps(_outcome(request, response, before)).encode()).decode()
            keep(press.scope, press.name, status=response.status_code, body=sealed)
        return response


def _key_of(request: HttpRequest) -> str:
    """The key of a form, taken out of it: no view has a use for it."""
    fields = request.POST
    key = str(fields.get(ONCE) or request.headers.get("Idempotency-Key", ""))
    if ONCE in fields or AGAIN in fields:
        request.as_sent = fields  # type: ignore[attr-defined]  # for who must send it again
        plain = fields.copy()
        plain.pop(ONCE, None)
        plain.pop(AGAIN, None)
        plain._mutable = False
        request.POST = plain  # type: ignore[assignment]
    return key if len(key) <= LONGEST_KEY else ""


def _is_free(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "may_repeat", False)
    except Resolver404:
        return True


def _press(request: HttpRequest, key: str) -> Press:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        who = f"staff-{user.pk}"
    else:  # a browser; a device of a hall has none, and its address is its secret
        who = _digest(request.COOKIES.get(settings.CSRF_COOKIE_NAME, "").encode())[:24]
    path = _digest(request.get_full_path().encode(errors="surrogatepass"))[:24]
    secret = hashlib.sha256(b"outcome:" + key.encode(errors="surrogatepass")).digest()
    name = _digest(f"{key}:{_words(request)}".encode(errors="surrogatepass"))
    return Press(f"{FORMS}{who}:{path}", name, Fernet(base64.urlsafe_b64encode(secret)))


def _words(request: HttpRequest) -> str:
    """All that is sent, in one number: other words under the same key are another press."""
    found = hashlib.sha256()
    if request.content_type not in FORM_TYPES:
        found.update(request.body)
    for name in sorted(request.POST):
        if name not in NOT_WORDS:
            found.update(json.dumps([name, request.POST.getlist(name)]).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            found.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()


def _was_refused(request: HttpRequest) -> bool:
    """By exception, or by a view that leads back with the reason on top."""
    return getattr(request, "refused", False) or any(one.level >= messages.ERROR for one in _told(request))


def _told(request: HttpRequest) -> list[Any]:
    """What the next page will say; looking at it in the usual way would take it as said."""
    return list(getattr(messages.get_messages(request), "_queued_messages", []))


def _outcome(request: HttpRequest, response: HttpResponse, before: dict[str, Any]) -> dict[str, Any]:
    after = request.session.items() if request.session.modified else ()
    content = response.content
    return {
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        "content": base64.b64encode(content if len(content) <= LARGEST else b"").decode(),
        "session": {name: value for name, value in after if before.get(name) != value and name[0] != "_"},
        "messages": [[one.level, str(one.message), one.extra_tags] for one in _told(request)],
    }


def _again(request: HttpRequest, outcome: dict[str, Any]) -> HttpResponse:
    """The browser may have heard nothing of the first answer: what it put into the session is put there again."""
    for name, value in outcome["session"].items():
        had = request.session.get(name)
        if isinstance(value, list) and isinstance(had, list):
            request.session[name] = [*had, *(one for one in value if one not in had)]
        elif had is None:
            request.session[name] = value
    for level, text, tags in outcome["messages"]:
        messages.add_message(request, level, text, extra_tags=tags)
    response = HttpResponse(base64.b64decode(outcome["content"]), status=outcome["status"], headers=outcome["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
