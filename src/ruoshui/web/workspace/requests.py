"""Internal requests: what we were asked, what we asked, and one on its page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import stood_in_for
from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid, NotAllowed, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.sla import actions
from ruoshui.sla.models import Clock, InternalRequest, Level, Urge
from ruoshui.sla.models.requests import OUTSTANDING
from ruoshui.sla.queries import internal_levels
from ruoshui.web.access import (
    may_ask_for,
    may_serve,
    staff_of,
    staff_only,
    unit_to_register_in,
    visible_request,
    workable_case,
)
from ruoshui.web.live import follows
from ruoshui.web.timeline import request_timeline
from ruoshui.web.workspace.lists import list_topics

PAGE = 50
SIGHTS = ("todo", "asked", "all")
Act = Callable[[HttpRequest, Staff, InternalRequest, datetime], str]


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    sight = request.GET.get("sight", "todo")
    sight = sight if sight in SIGHTS else "todo"
    found = InternalRequest.objects.visible_to(staff).select_related("unit", "from_unit", "assignee", "case")
    people = stood_in_for(staff)
    if sight == "todo":
        mine = Q(assignee_id__in=people) | Q(unit__in=staff.units_with(Permission.WORK), assignee__isnull=True)
        found = found.filter(mine, state__in=OUTSTANDING)
    elif sight == "asked":
        found = found.filter(Q(asked_by_id__in=people) | Q(from_unit=staff.unit))
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    rows = list(found.prefetch_related("clocks").order_by("-pk")[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "sight": sight,
        "place": "requests",
        **follows(*list_topics(staff), reader=staff.pk),
        **choices(staff, None),
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/requests.html" if part else "workspace/requests.html", context)


def choices(staff: Staff, case: Case | None) -> dict[str, Any]:
    """What asking another unit offers."""
    own = case.unit_id if case else staff.unit_id
    return {
        "internal_levels": internal_levels(),
        "units": Unit.objects.filter(is_active=True).exclude(pk=own),
        "now": timezone.localtime(),
    }


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    asked = visible_request(staff, pk)
    clock = Clock.objects.filter(request=asked).select_related("term").first()
    context = {
        "asked": asked,
        "clock": clock,
        "may_serve": may_serve(staff, asked),
        "may_ask": may_ask_for(staff, asked),
        "is_mine": asked.assignee_id == staff.pk,
        "sees_case": asked.case_id and Case.objects.visible_to(staff).filter(pk=asked.case_id).exists(),
        "timeline": request_timeline(asked),
        "open_urges": list(Urge.objects.filter(clock__request=asked, answered_at__isnull=True).select_related("clock")),
        "units": Unit.objects.filter(is_active=True).exclude(pk__in=[asked.unit_id, asked.from_unit_id]),
        **follows(f"request:{asked.pk}", reader=staff.pk),
        "place": "requests",
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/request.html" if part else "workspace/request.html", context)


@staff_only
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask another unit, from a case (`case`) or for the own unit."""
    staff, now = staff_of(request), timezone.now()
    case_id = request.POST.get("case", "")
    case = workable_case(staff, int(case_id)) if is_whole(case_id) else None
    asks = case.unit if case else unit_to_register_in(staff)
    back = redirect("workspace:case", case.pk) if case else redirect("workspace:requests")
    try:
        made = _ask(request, staff, asks, case, now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return back
    messages.success(request, _("%(unit)s has been asked.") % {"unit": made.unit.name})
    return back if case else redirect("workspace:request", made.pk)


def _ask(request: HttpRequest, staff: Staff, asks: Unit, case: Case | None, now: datetime) -> InternalRequest:
    unit = Unit.objects.filter(pk=key_in(request.POST.get("unit")), is_active=True).first()
    level = Level.objects.filter(pk=key_in(request.POST.get("level"))).first()
    if unit is None:
        raise Invalid({"unit": [_("Choose a unit.")]})
    if level is None:
        raise Invalid({"level": [_("Choose a level.")]})
    return actions.ask_unit(
        unit,
        subject=request.POST.get("subject", ""),
        body=request.POST.get("body", ""),
        level=level,
        from_unit=asks,
        case=case,
        is_awaited="await" in request.POST,
        asked_by=staff,
        by=staff.actor,
        at=_asked_at(request.POST.get("asked_at", ""), now),
    )


def _asked_at(text: str, now: datetime) -> datetime:
    """When it was asked, if that was earlier: by telephone, and only noted now."""
    if not text:
        return now
    at = moment_in(text)
    if at is None:
        raise Invalid({"asked_at": [_("Enter a date and a time.")]})
    must_be_near("asked_at", at, at=now)
    if at > now:
        raise Invalid({"asked_at": [_("This moment has not come yet.")]})
    return at


def on_request(act: Act, *, serving: bool) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A POST about one request, by the side that serves or by the side that asked."""

    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        asked = visible_request(staff, pk)
        if not (may_serve(staff, asked) if serving else may_ask_for(staff, asked)):
            raise NotAllowed
        try:
            messages.success(request, act(request, staff, asked, timezone.now()))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        if InternalRequest.objects.visible_to(staff).filter(pk=pk).exists():
            return redirect("workspace:request", pk)
        return redirect("workspace:requests")

    return view


def _accept(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    actions.accept_request(asked, to=staff, by=staff.actor, at=now)
    return _("The request is yours.")


def _return(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    actions.return_request(asked, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("The request is back with who asked.")


def _pass(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    unit = Unit.objects.filter(pk=key_in(request.POST.get("unit")), is_active=True).first()
    if unit is None:
        raise Invalid({"unit": [_("Choose a unit.")]})
    actions.pass_request(asked, to=unit, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("%(unit)s has the request now.") % {"unit": unit.name}


def _finish(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    actions.finish_request(asked, answer=request.POST.get("answer", ""), by=staff.actor, at=now)
    return _("The request is done.")


def _again(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    actions.ask_again(asked, note=request.POST.get("note", ""), by=staff.actor, at=now)
    return _("The other unit has the request again.")


def _withdraw(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    actions.withdraw_request(asked, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("The request is withdrawn.")


def _rate(request: HttpRequest, staff: Staff, asked: InternalRequest, now: datetime) -> str:
    score = request.POST.get("score", "")
    actions.rate_request(
        asked,
        score=int(score) if is_whole(score) and len(score) < 3 else 0,
        remark=request.POST.get("remark", ""),
        by=staff.actor,
        at=now,
    )
    return _("Thank you. The other unit sees how it was rated.")


accept = on_request(_accept, serving=True)
send_back = on_request(_return, serving=True)
hand_on = on_request(_pass, serving=True)
finish = on_request(_finish, serving=True)
again = on_request(_again, serving=False)
withdraw = on_request(_withdraw, serving=False)
rate = on_request(_rate, serving=False)
