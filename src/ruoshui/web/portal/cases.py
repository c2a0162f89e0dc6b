"""Follow a case: what is promised, what was said, write again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import reply_as_customer, survivor_of
from ruoshui.cases.models import Attachment, Case, CaseState, Closure, WaitReason
from ruoshui.cases.schemas import fields_of
from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.core.typed import key_in
from ruoshui.documents.actions import receive_document
from ruoshui.documents.models import DocumentVersion, Requirement
from ruoshui.feedback.models import Invitation
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.sla.models import Clock, Target
from ruoshui.sla.promised import shown_clocks
from ruoshui.web.conversation import file_response, public_conversation, uploads_of
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.live import follows
from ruoshui.web.playing import attached_file
from ruoshui.web.portal.access import grant, on_own_case, own_case, with_code
from ruoshui.web.repeating import may_repeat
from ruoshui.web.showing_work import papers_of, stages_of, tasks_of


@may_repeat
def track(request: HttpRequest) -> HttpResponse:
    number, code = request.POST.get("number", ""), request.POST.get("code", "")
    if request.method == "POST":
        try:
            case = with_code(request, number, code)
        except NotFound:
            wrong = _("This number and code do not belong together. Check both; the code has ten letters and digits.")
            return render(request, "portal/track.html", {"number": number, "wrong": wrong}, status=404)
        except TooManyFailures as wait:
            return render(request, "portal/track.html", {"number": number, "wrong": str(wait)}, status=wait.status)
        grant(request, case)
        return redirect("portal:case", case.number)
    shown = {"number": request.GET.get("number", ""), "unsent": "unsent" in request.GET}
    return render(request, "portal/track.html", shown)


def page(request: HttpRequest, number: str) -> HttpResponse:
    if code := request.GET.get("code"):
        case = with_code(request, number, code)
        grant(request, case)
        return redirect("portal:case", case.number)
    case = own_case(request, number)
    template = "portal/parts/case.html" if getattr(request, "htmx", False) else "portal/case.html"
    return render(request, template, _shown(case))


def _shown(case: Case) -> dict[str, Any]:
    survivor = survivor_of(case)
    clocks = shown_clocks(survivor)
    now = timezone.now()
    invitation = Invitation.objects.filter(case=case).select_related("answer").order_by("-pk").first()
    answers = [
        (field.label, dict(field.options).get(str(case.form[field.name]), case.form[field.name]))
        for field in fields_of(case.type.form)
        if case.form.get(field.name) not in (None, "")
    ]
    return {
        "case": case,
        "survivor": survivor,
        "promised": clocks if survivor.is_active else [],
        "promise_words": _promise_words(survivor, clocks, now),
        "conversation": public_conversation(case, survivor),
        "answers": answers,
        "steps": [(step.name, step.look) for step in stages_of(survivor, tasks_of(survivor))] or _steps(survivor),
        "papers": papers_of(case, for_customer=True),
        "may_bring": case.is_active,
        "closure": Closure.objects.filter(case=survivor).first() if survivor.pk == case.pk else None,
        "invitation": invitation if invitation and invitation.is_open(now) else None,
        "rated": getattr(invitation, "answer", None),
        **follows(f"case:{survivor.pk}"),
        "for_portal": True,
    }


def _promise_words(case: Case, clocks: list[Clock], now: datetime) -> dict[str, Any]:
    """The promise in a customer's words: what comes next, by when, and whether we are late. Only what is true of the
    clock that is shown.
    """
    if case.state == CaseState.CLOSED:
        return {"kind": "done", "icon": "circle-check", "text": _("Your request is closed."), "due": None}
    if case.state == CaseState.RESOLVED:
        return {
            "kind": "done",
            "icon": "check",
            "due": None,
            "text": _("We believe this is settled. If it is not, simply write to us below."),
        }
    running = [clock for clock in clocks if clock.is_running]
    if case.state == CaseState.WAITING:
        return _waiting_words(case, running, clocks)
    if running:
        first = running[0]
        texts = {
            Target.FIRST_RESPONSE: _("You will have a first answer by"),
            Target.RESOLUTION: _("It will be settled by"),
        }
        text = texts.get(Target(first.target)) or _("%(stage)s: by") % {"stage": first.term.name}
        return _dated(text, first.due_at or now, now)
    return {"kind": "none", "icon": "clock", "text": _("We are working on it."), "due": None}


def _waiting_words(case: Case, running: list[Clock], clocks: list[Clock]) -> dict[str, Any]:
    wait = case.suspensions.filter(ended_at__isnull=True).first()
    for_customer = wait is not None and wait.reason == WaitReason.CUSTOMER
    words = _("We are waiting for your answer.") if for_customer else _("We are waiting before we can go on.")
    if running:
        goes_on = _("%(stage)s is promised all the same by") % {"stage": capfirst(running[0].term.name)}
        text = f"{words} {goes_on}"
    else:
        text = f"{words} {_('Our time stands still meanwhile.')}" if clocks else words
    return {"kind": "paused", "icon": "player-pause", "text": text, "due": running[0].due_at if running else None}


def _dated(text: str, due: datetime, now: datetime) -> dict[str, Any]:
    if due < now:
        return {
            "kind": "late",
            "icon": "alert-triangle",
            "due": due,
            "text": _("We are late, and we are sorry. It was promised by"),
        }
    return {"kind": "good", "icon": "clock", "text": text, "due": due}


def _steps(case: Case) -> list[tuple[str, str]]:
    """(word, is-done | is-now | "") for the four stages a customer cares about."""
    reached = 0
    if case.assignee_id or case.first_replied_at:
        reached = 1
    if case.state in (CaseState.RESOLVED, CaseState.CLOSED):
        reached = 3 if case.state == CaseState.CLOSED else 2
    words = [_("Received"), _("In progress"), _("Settled"), _("Closed")]
    return [(word, "is-now" if i == reached else "is-done" if i < reached else "") for i, word in enumerate(words)]


@takes_files
@require_POST
@on_own_case
def write(request: HttpRequest, case: Case) -> HttpResponse:
    by = case.customer.actor if case.customer else Actor(ActorKind.CUSTOMER)
    try:
        message = reply_as_customer(
            case,
            body=request.POST.get("body", ""),
            files=uploads_of(request.FILES.getlist("files")),
            by=by,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:case", case.number)
    landed = message.case
    if landed.pk not in (case.pk, survivor_of(case).pk):
        grant(request, landed)
        messages.success(request, _("That request was closed a while ago, so we opened a new one for you."))
        return redirect("portal:case", landed.number)
    messages.success(request, _("Thank you, your message has arrived."))
    return redirect("portal:case", case.number)


def attachment(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    case = own_case(request, number)
    readable = {
        file.pk for message in public_conversation(case, survivor_of(case)) for file in message.attachments.all()
    }
    if pk not in readable:
        raise NotFound
    return attached_file(request, Attachment.objects.get(pk=pk))


@takes_files
@require_POST
@on_own_case
def bring(request: HttpRequest, case: Case) -> HttpResponse:
    """The customer brings a document that is asked for, or again one that was sent back."""
    wanted = request.POST.get("requirement", "")
    requirement = Requirement.objects.filter(case=case, pk=key_in(wanted)).first()
    files = uploads_of(request.FILES.getlist("file"))
    if requirement is None or len(files) != 1:
        messages.error(request, _("Choose one file for the document."))
        return redirect("portal:case", case.number)
    by = case.customer.actor if case.customer else Actor(ActorKind.CUSTOMER)
    try:
        receive_document(case, files[0], requirement=requirement, by=by, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you, the document has arrived."))
    return redirect("portal:case", case.number)


def document(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """What the customer brought, or was given; nothing internal."""
    case = own_case(request, number)
    version = DocumentVersion.objects.filter(pk=pk, document__case=case, document__internal=False).first()
    if version is None:
        raise NotFound
    return file_response(version)
