"""One clock on one page: how it was reckoned, whose hands it passed through, and what supervisors do to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.sla import actions
from ruoshui.sla.choosing import Facts, considered, facts_of, published_rows, rows_of
from ruoshui.sla.explaining import explain
from ruoshui.sla.handoffs import handoffs_of, heaviest, stays_of
from ruoshui.sla.models import (
    Clock,
    Decision,
    Extension,
    Level,
    PauseReason,
    Promise,
    Urge,
    ViolationKind,
)
from ruoshui.sla.terms import current_versions
from ruoshui.web.access import found_clock, may_work_on_clock, staff_of, staff_only
from ruoshui.web.live import follows
from ruoshui.web.timeline import Names

Act = Callable[[HttpRequest, Staff, Clock, datetime], str]


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    clock = found_clock(staff, pk)
    topic = f"case:{clock.case_id}" if clock.case_id else f"request:{clock.request_id}"
    context = {
        "clock": clock,
        "explanation": explain(clock, now),
        "now": now,
        "may_work": may_work_on_clock(staff, clock),
        "may_supervise_it": staff.may(Permission.SUPERVISE, clock.unit),
        "violation_kinds": ViolationKind.choices,
        "pause_reasons": [(code, word) for code, word in PauseReason.choices if code != PauseReason.RETURNED],
        **follows(topic, reader=staff.pk),
        "place": "desk",
        **_supervised(clock),
        **(_of_case(clock, clock.case, now) if clock.case else {}),
    }
    template = "workspace/parts/clock.html" if getattr(request, "htmx", False) else "workspace/clock.html"
    return render(request, template, context)


def _supervised(clock: Clock) -> dict[str, Any]:
    urges = list(clock.urges.select_related("to", "answered_by"))
    extensions = list(clock.extensions.select_related("decided_by"))
    violations = list(clock.violations.select_related("staff", "unit"))
    names = Names()
    for made in (*urges, *extensions, *violations):
        names.want_actor(made.by)
    names.load()
    return {
        "urges": [(urge, names.actor(urge.by)) for urge in urges],
        "extensions": [(extension, names.actor(extension.by)) for extension in extensions],
        "violations": [(violation, names.actor(violation.by)) for violation in violations],
    }


def _of_case(clock: Clock, case: Case, now: datetime) -> dict[str, Any]:
    handoffs, stays = handoffs_of(clock, now), stays_of(case)
    units = Unit.objects.in_bulk({*(h.unit for h in handoffs), *(s.unit for s in stays)})
    people = Staff.objects.in_bulk({stay.assignee for stay in stays if stay.assignee})
    heavy = heaviest(handoffs)
    promise = Promise.objects.filter(case=case).select_related("version__level", "row__matrix").first()
    return {
        "promise_made": promise,
        "handoffs": [(units[h.unit], h) for h in handoffs],
        "heaviest": (units[heavy.unit], heavy) if heavy else None,
        "stays": [(units[s.unit], people.get(s.assignee or 0), s, (s.end or now) - s.begin) for s in stays],
        "considered": _considered(case, promise),
        "levels": [version.level for version in current_versions().values()],
    }


def _considered(case: Case, promise: Promise | None) -> list[Any]:
    """Why this level: the rows of the strategy that chose it, down to the one that fits."""
    rows = rows_of(promise.row.matrix) if promise and promise.row else published_rows()
    facts: Facts = facts_of(case)
    return considered(rows, facts)


def on_clock(act: Act, *, supervises: bool = False) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A POST about one clock. `act` returns what to tell the person, or is refused."""

    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        clock = found_clock(staff, pk)
        allowed = staff.may(Permission.SUPERVISE, clock.unit) or (not supervises and may_work_on_clock(staff, clock))
        if not allowed:
            raise NotAllowed
        try:
            messages.success(request, act(request, staff, clock, timezone.now()))
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            messages.error(request, str(refusal))
        if request.POST.get("back") == "desk":
            return redirect("workspace:desk")
        if request.POST.get("back") == "case" and clock.case_id:
            return redirect("workspace:case", clock.case_id)
        return redirect("workspace:clock", pk)

    return view


def _urge(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    actions.urge(clock, text=request.POST.get("text", ""), is_urgent="urgent" in request.POST, by=staff, at=now)
    return _("The holder has been asked to hurry, and to reply.")


def _answer(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    urge = Urge.objects.filter(pk=key_in(request.POST.get("urge")), clock=clock).first()
    if urge is None:
        raise NotFound
    actions.answer_urge(urge, text=request.POST.get("text", ""), by=staff, at=now)
    return _("Your answer is with who urged you.")


def _ask(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    minutes = request.POST.get("minutes", "")
    amount = int(minutes) if is_whole(minutes) and len(minutes) < 8 else 0
    unit = 60 if request.POST.get("unit") == "hours" else 1
    actions.ask_extension(clock, minutes=amount * unit, reason=request.POST.get("reason", ""), by=staff, at=now)
    return _("A supervisor will decide about more time.")


def _decide(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    extension = Extension.objects.filter(pk=key_in(request.POST.get("extension")), clock=clock).first()
    if extension is None:
        raise NotFound
    approve = request.POST.get("decision") == Decision.APPROVED
    actions.decide_extension(extension, approve=approve, remark=request.POST.get("remark", ""), by=staff, at=now)
    return _("More time is approved.") if approve else _("More time is refused.")


def _violation(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    person = clock.about.assignee if "holder" in request.POST else None
    actions.record_violation(
        clock,
        kind=request.POST.get("kind", ""),
        note=request.POST.get("note", ""),
        staff=person,
        by=staff,
        at=now,
    )
    return _("The violation is on record.")


def _promise_again(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    level = Level.objects.filter(pk=key_in(request.POST.get("level"))).first()
    if level is None or clock.case is None:
        raise Invalid({"level": [_("Choose a level.")]})
    actions.promise_again(
        clock.case,
        level,
        reason=request.POST.get("reason", ""),
        afresh="afresh" in request.POST,
        by=staff.actor,
        at=now,
    )
    return _("The new promise is made, and the customer is told.")


def _correct(request: HttpRequest, staff: Staff, clock: Clock, now: datetime) -> str:
    if clock.case is None:
        raise NotFound
    begin, end = _moment(request, "begin"), _moment(request, "end", may_be_empty=request.POST.get("what") == "since")
    note = request.POST.get("note", "")
    if request.POST.get("what") == "since":
        actions.backdate_promise(clock.case, since=begin, reason=note, by=staff.actor, at=now)
    else:
        reason = request.POST.get("reason", "")
        actions.correct_wait(clock.case, begin=begin, end=end, reason=reason, note=note, by=staff.actor, at=now)
    return _("The record is corrected, and every promise of the case is calculated again.")


def _moment(request: HttpRequest, name: str, *, may_be_empty: bool = False) -> datetime:
    at = moment_in(request.POST.get(name))
    if at is None:
        if may_be_empty:
            return timezone.now()
        raise Invalid({name: [_("Enter a date and a time.")]})
    return at


urge = on_clock(_urge, supervises=True)
answer = on_clock(_answer)
ask_extension = on_clock(_ask)
decide_extension = on_clock(_decide, supervises=True)
violation = on_clock(_violation, supervises=True)
promise_again = on_clock(_promise_again, supervises=True)
correct = on_clock(_correct, supervises=True)
