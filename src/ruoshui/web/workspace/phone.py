"""The telephone at one's desk: who is calling, what was said, who wants to be called back, one click to call."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import bind_call_to_case
from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.queries import customers_visible_to
from ruoshui.channels.actions import (
    dial,
    end_call_back,
    hear_once,
    note_call,
    owe_call_back,
    take_call_back,
    take_call_told,
)
from ruoshui.channels.models import Call, CallBack, CallBackState, CallState, Exchange, ExchangeKind, Extension
from ruoshui.channels.phone.telling import read_signed
from ruoshui.channels.signing import HEADER, check_signature
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound, Refusal
from ruoshui.core.remembering import remembered
from ruoshui.core.typed import is_whole
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import needs, staff_of, staff_only, unit_to_register_in, workable_case
from ruoshui.web.going_back import safe_back
from ruoshui.web.inbound import call_of, refusing

PAGE = 50
SHOWN_AFTER_SECONDS = 120


@remembered
def _extensions() -> dict[int, Extension]:
    """All of them at once: every page asks for the reader's, and most have none."""
    in_use = Extension.objects.filter(exchange__is_active=True).select_related("exchange")
    return {one.staff_id: one for one in in_use}


def extension_of(staff_pk: int) -> Extension | None:
    return _extensions().get(staff_pk)


def current_calls(staff: Staff, now: datetime) -> list[Call]:
    """What rings or is talked at their telephone, and their last call for two minutes more, to note what was said."""
    mine = extension_of(staff.pk)
    if mine is None:
        return []
    calls = Call.objects.filter(not_hidden(staff, "case_id"), exchange=mine.exchange)
    calls = calls.select_related("customer__tier", "customer__manager", "exchange")
    ringing = list(calls.filter(state=CallState.RINGING, ringing__contains=[mine.number])[:3])
    talking = list(calls.filter(state=CallState.TALKING, extension=mine.number)[:3])
    last = calls.filter(staff=staff, ended_at__isnull=False).order_by("-pk").first()
    just = [last] if last and last.ended_at and (now - last.ended_at).total_seconds() < SHOWN_AFTER_SECONDS else []
    return [*ringing, *talking, *just]


@staff_only
def pop(request: HttpRequest) -> HttpResponse:
    """The card in the corner: who is calling, from the archive."""
    staff = staff_of(request)
    cards = [(call, _of_customer(staff, call)) for call in current_calls(staff, timezone.now())]
    return render(request, "workspace/parts/phone_pop.html", {"cards": cards})


def _of_customer(staff: Staff, call: Call) -> list[Case]:
    if call.customer is None:
        return []
    return list(Case.objects.visible_to(staff).active().filter(customer=call.customer).order_by("-pk")[:3])


@needs(Permission.WORK)
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    tab = request.GET.get("tab", "back")
    tab = tab if tab in ("back", "calls", "ended") else "back"
    backs = CallBack.objects.visible_to(staff).select_related("customer", "unit", "taken_by")
    owed = backs.owed()
    context: dict[str, Any] = {
        "tab": tab,
        "owed_count": owed.count(),
        "extension": extension_of(staff.pk),
        "place": "phone",
        "now": timezone.now(),
    }
    if tab == "back":
        context["backs"] = list(owed.order_by("not_before", "pk")[:200])
    elif tab == "ended":
        context["backs"] = list(backs.exclude(pk__in=owed.values("pk")).order_by("-done_at")[:PAGE])
    else:
        calls = Call.objects.visible_to(staff).select_related("customer", "staff", "exchange").order_by("-pk")
        if is_whole(after := request.GET.get("after", "")):
            calls = calls.filter(pk__lt=int(after))
        found = list(calls[: PAGE + 1])
        context |= {"calls": found[:PAGE], "after": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "workspace/phone.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    return safe_back(request, "workspace:phone")


@needs(Permission.WORK)
@require_POST
def call_number(request: HttpRequest) -> HttpResponse:
    """One click: the own telephone rings, then the other side's."""
    staff = staff_of(request)
    try:
        dial(staff, request.POST.get("number", ""), at=timezone.now())
        messages.success(request, _("Your telephone rings first. Lift it, then the other side is called."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(request)


def _visible_call(staff: Staff, pk: int) -> Call:
    call = Call.objects.visible_to(staff).select_related("customer", "exchange__unit").filter(pk=pk).first()
    if call is None:
        raise NotFound
    return call


@needs(Permission.WORK)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, and — with a case's number — what it was about."""
    staff = staff_of(request)
    call, now = _visible_call(staff, pk), timezone.now()
    if call.staff_id != staff.pk and not staff.may(Permission.WORK, call.exchange.unit):
        raise NotAllowed
    case: Case | None = None
    if number := request.POST.get("case", "").strip():
        found = case_id_of(number)
        if found is None:
            raise Invalid({"case": [_("Enter the number of the case, like RS00000123.")]})
        case = workable_case(staff, found)
    if "notes" in request.POST:
        note_call(call, text=request.POST["notes"], by=staff.actor, at=now)
    if case is not None:
        bind_call_to_case(call, case, by=staff.actor, at=now)
    messages.success(request, _("Kept with the call."))
    return _back(request)


def _visible_back(staff: Staff, pk: int) -> CallBack:
    owed = CallBack.objects.visible_to(staff).select_related("unit").filter(pk=pk).first()
    if owed is None:
        raise NotFound
    if not staff.may(Permission.WORK, owed.unit):
        raise NotAllowed
    return owed


@needs(Permission.WORK)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, and dial when one has a telephone here."""
    staff, now = staff_of(request), timezone.now()
    owed = _visible_back(staff, pk)
    try:
        take_call_back(owed, by=staff, at=now)
        if extension_of(staff.pk) is not None:
            dial(staff, owed.number, at=now)
            messages.success(request, _("Your telephone rings first. Lift it, then the other side is called."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("workspace:phone")


@needs(Permission.WORK)
@require_POST
def end_back(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    owed = _visible_back(staff, pk)
    reached, said = request.POST.get("reached") == "1", request.POST.get("note", "")
    try:
        owed = end_call_back(owed, reached=reached, note=said, by=staff.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        again = owed.state == CallBackState.WAITING
        messages.success(request, _("It comes again in half an hour.") if again else _("It is off the list."))
    return redirect("workspace:phone")


@needs(Permission.WORK)
@require_POST
def new_back(request: HttpRequest) -> HttpResponse:
    """Somebody asked to be called."""
    staff = staff_of(request)
    customer = None
    if is_whole(known := request.POST.get("customer", "")):
        customer = customers_visible_to(staff).filter(pk=int(known)).first()
    try:
        owe_call_back(
            unit=unit_to_register_in(staff),
            number=request.POST.get("number", ""),
            customer=customer,
            reason=request.POST.get("reason", ""),
            by=staff.actor,
            at=timezone.now(),
        )
        messages.success(request, _("It is on the list."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("workspace:phone")


@csrf_exempt
@require_POST
def exchange(request: HttpRequest, code: str) -> HttpResponse:
    """The door for exchanges that tell of their calls by signed calls."""
    found = Exchange.objects.select_related("unit").filter(code=code, kind=ExchangeKind.SIGNED, is_active=True).first()
    if found is None:
        raise NotFound

    def answer(now: datetime) -> HttpResponse:
        call = call_of(request)
        signature = check_signature(found.secret, call.headers.get(HEADER, ""), call.body, now)
        told = read_signed(call.body)
        with transaction.atomic():  # a call that failed here may come again under the same signature
            hear_once(f"exchange:{code}", signature, at=now)
            taken = take_call_told(found, told, at=now)
        return JsonResponse({"ok": True, "known": taken is not None})

    return refusing(f"exchange:{code}", request, answer)


def calls_about(case: Case) -> list[Call]:
    """Its calls, newest first, with those of cases merged into it."""
    ids = [case.pk, *Case.objects.filter(merged_into=case).values_list("pk", flat=True)]
    return list(Call.objects.filter(case_id__in=ids).select_related("staff", "exchange").order_by("-pk")[:50])
