"""The plate over a counter: who is called or served there, thanks to who goes, and their verdict with one press."""

from contextlib import suppress
from datetime import datetime
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import NotFound
from ruoshui.core.statements import Prepared
from ruoshui.feedback.actions import answer_survey
from ruoshui.feedback.models import MAX_SCORE, Invitation
from ruoshui.feedback.refusals import AlreadyAnswered, SurveyExpired
from ruoshui.queues.actions import current_ticket
from ruoshui.queues.models import Device, DeviceKind, Ticket, TicketState
from ruoshui.queues.setup import setup_of
from ruoshui.web.branch_access import device_with
from ruoshui.web.branch_tags import both_of

RATING_SECONDS = 90
REASONS = {
    "wait": _("The wait was too long"),
    "open": _("My matter is not settled"),
    "unclear": _("It was not explained clearly"),
    "manner": _("I was not treated kindly"),
    "other": _("Something else"),
}
NO_REASON = _("Chose no reason at the counter.")
_last_gone = Prepared(
    lambda counter: Ticket.objects.filter(counter_id=counter, ended_at__isnull=False).order_by("-ended_at")[:1],
    "counter",
)


def plate(device: Device, now: datetime) -> dict[str, Any]:
    """Who is at the counter; until they sit there, for a while, thanks to who goes, and the question how it was.

    `seconds`: until it shows something else by itself.
    """
    counter = device.counter
    assert counter is not None
    ticket = current_ticket(counter)
    shown: dict[str, Any] = {"counter": counter, "ticket": ticket}
    if ticket is not None:
        queue = setup_of(device.branch_id, device.branch.revision).queues.get(ticket.queue_id)
        if queue is not None:  # it may have been given up since; then it is read
            ticket.queue = queue
        if ticket.state == TicketState.SERVING:
            return shown
    last = _last_gone.first(counter=counter.pk)
    left = RATING_SECONDS - (now - last.ended_at).total_seconds() if last and last.ended_at else 0.0
    if last is None or last.case_id is None or last.state != TicketState.DONE or left <= 0:
        return shown
    invitation = Invitation.objects.filter(case_id=last.case_id).select_related("answer").order_by("-pk").first()
    if invitation is not None and invitation.is_open(now):
        shown |= {"invitation": invitation, "rate_at": reverse("branch:rate", args=[device.key])}
    return shown | {"just_served": last, "seconds": ceil(left)}


@csrf_exempt  # no cookie is looked at: the address of the device is its key
@require_POST
def rate(request: HttpRequest, key: str) -> HttpResponse:
    """One press is the answer; for a bad one the plate asks for a reason first, and takes none for an answer too."""
    device, now = device_with(key, DeviceKind.PLATE), timezone.now()
    invitation, ticket = _asked(device, request.POST.get("token", ""))
    score = request.POST.get("score", "")
    if score not in {str(one) for one in range(1, MAX_SCORE + 1)}:
        raise NotFound
    is_bad = int(score) <= invitation.survey.follow_up_at
    context = {"device": device, "here": reverse("branch:device", args=[key])}
    if is_bad and "why" not in request.POST:
        reasons = [(code, both_of(text)) for code, text in REASONS.items()]
        asked = {"counter": device.counter, "invitation": invitation, "score": score, "reasons": reasons}
        return render(request, "branch/parts/plate_why.html", context | asked | {"rate_at": request.path})
    with override(ticket.language):
        why = gettext(REASONS.get(request.POST["why"], NO_REASON)) if is_bad else ""
    first = invitation.survey.questions[0]["name"]
    with suppress(AlreadyAnswered, SurveyExpired):  # on their phone meanwhile: the plate shows that they have
        answer_survey(invitation, {first: score}, comment=why, language=ticket.language, at=now)
    return render(request, "branch/parts/plate.html", context | plate(device, timezone.now()))


def _asked(device: Device, token: str) -> tuple[Invitation, Ticket]:
    """Of somebody who was served at this very counter."""
    if "\x00" in token:
        raise NotFound
    invitation = Invitation.objects.select_related("survey", "case").filter(token=token).first()
    ticket = Ticket.objects.filter(case_id=invitation.case_id, counter=device.counter).first() if invitation else None
    if invitation is None or ticket is None:
        raise NotFound
    return invitation, ticket
