"""The counter: who is here, who is next, what the customer needs. One key or one press for the usual way."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Case, Outcome
from ruoshui.cases.schemas import fields_of
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff
from ruoshui.queues import actions
from ruoshui.queues.floor import floor_of
from ruoshui.queues.models import Branch, Counter, CounterState, Ticket
from ruoshui.queues.setup import setup_of
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch.at_counter import finish
from ruoshui.web.branch.clocks import render_there
from ruoshui.web.branch.showing import served_by
from ruoshui.web.branch_access import (
    counter_of,
    must_look_after,
    must_sit_at,
    must_work_in,
    secret_among,
    visible_branch,
)
from ruoshui.web.live import follows
from ruoshui.web.shown_numbers import aside, at_counters, numbers_of

OUTCOMES = (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.REFUSED, Outcome.WITHDRAWN)
NEXT_SHOWN, ASIDE_SHOWN = 8, 6


@staff_only
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Which counter do you sit at?"""
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    setup = setup_of(branch.pk, branch.revision)
    counters = Counter.objects.filter(branch=branch, is_active=True).select_related("staff")
    rows = [(counter, served_by(setup, counter)) for counter in counters]
    return render(
        request, "branch/counters.html", {"branch": branch, "rows": rows, "place": "branch", "tab": "counters"}
    )


@staff_only
def page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    must_work_in(staff, branch)
    counter = _fresh(branch, number)
    if counter.state == CounterState.CLOSED:
        return redirect("branch:counters", code)
    part = getattr(request, "htmx", False)
    template = "branch/parts/counter.html" if part else "branch/counter.html"
    return render_there(request, branch, template, _shown(staff, branch, counter))


def _fresh(branch: Branch, number: int) -> Counter:
    counter = Counter.objects.select_related("staff").filter(branch=branch, number=number, is_active=True).first()
    if counter is None:
        raise NotFound
    counter.branch = branch
    return counter


def _shown(staff: Staff, branch: Branch, counter: Counter) -> dict[str, Any]:
    now = timezone.now()
    setup = setup_of(branch.pk, branch.revision)
    current = at_counters([counter.pk]).get(counter.pk)
    served = {queue.pk for queue in served_by(setup, counter)}
    with floor_of(branch.pk, now) as floor:
        waiting = [
            line for line in floor.waiting() if line.queue_id in served and line.for_counter_id in (None, counter.pk)
        ]
    ids = [line.id for line in waiting[:NEXT_SHOWN]]
    rows = numbers_of(ids)
    today = now.astimezone(setup.zone).date()
    put_aside = aside(branch, today)[:ASIDE_SHOWN]
    secret = secret_among(staff, [*put_aside, *([current] if current else [])])
    shown: dict[str, Any] = {
        "branch": branch,
        "counter": counter,
        "queues": served_by(setup, counter),
        "all_queues": list(setup.queues.values()),
        "counters": [one for one in setup.counters.values() if one.pk != counter.pk],
        "ticket": current,
        "after": current.pk if current else 0,
        "waiting": [rows[pk] for pk in ids if pk in rows],
        "waiting_count": len(waiting),
        "aside": put_aside,
        "secret": secret,
        "is_mine": counter.staff_id == staff.pk,
        "outcomes": [(one.value, one.label) for one in OUTCOMES],
        "now": now,
        "place": "branch",
        "tab": "counters",
        **follows(f"branch:{branch.pk}", reader=staff.pk),
    }
    if current is not None and current.pk not in secret:
        shown |= _about(staff, current)
    return shown


def _about(staff: Staff, ticket: Ticket) -> dict[str, Any]:
    """Customer 360 and the form, drawn from the case once there is one."""
    customer = ticket.customer
    type = ticket.case.type if ticket.case else ticket.queue.business.type
    answers = ticket.case.form if ticket.case else ticket.draft
    found: dict[str, Any] = {"fields": [(field, answers.get(field.name, ""), []) for field in fields_of(type.form)]}
    if customer is not None:
        others = Case.objects.visible_to(staff).filter(customer=customer).exclude(pk=ticket.case_id or 0)
        found |= {
            "contacts": list(customer.contacts.all()),
            "notes": list(customer.notes.order_by("-at")[:3]),
            "others": list(others.select_related("type").order_by("-pk")[:5]),
            "visits": Ticket.objects.filter(customer=customer, branch=ticket.branch_id).exclude(pk=ticket.pk).count(),
        }
    return found


def _counter(request: HttpRequest, code: str, number: int) -> tuple[Staff, Branch, Counter]:
    staff = staff_of(request)
    branch = visible_branch(staff, code)
    must_work_in(staff, branch)
    return staff, branch, counter_of(branch, number)


def _after(request: HttpRequest) -> int | None:
    after = request.POST.get("after", "")
    return int(after) if is_whole(after) else None


@staff_only
@require_POST
def session(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Open it for oneself, pause, go on, close."""
    staff, branch, counter = _counter(request, code, number)
    now, to = timezone.now(), request.POST.get("to", "open")
    if to == "open":
        actions.open_counter(counter, staff=staff, by=staff.actor, at=now)
    else:
        if _fresh(branch, number).staff_id != staff.pk:
            must_look_after(staff, branch)
        if to == "paused":
            actions.pause_counter(counter, reason=request.POST.get("reason", "")[:60], by=staff.actor, at=now)
        else:
            actions.close_counter(counter, by=staff.actor, at=now)
            return redirect("branch:counters", code)
    return redirect("branch:counter", code, number)


@staff_only
@require_POST
def call(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Next: who is here is finished first (or given up, if they never came); then who is next is called."""
    staff, branch, counter = _counter(request, code, number)
    must_sit_at(staff, branch, counter)
    try:
        ticket = _next(request, staff, counter)
    except Invalid as wrong:
        messages.error(request, str(wrong))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if ticket is None:
            messages.info(request, _("Nobody is waiting for this counter."))
    return redirect("branch:counter", code, number)


@verb
def _next(request: HttpRequest, staff: Staff, counter: Counter) -> Ticket | None:
    now, after, by = timezone.now(), _after(request), staff.actor
    current = actions.current_ticket(counter)
    if current is not None and current.pk == after and request.POST.get("do") == "finish":
        finish(request, current, staff)
        after = 0
    return actions.call_next(counter, after=after, gives_up=request.POST.get("do") == "give-up", by=by, at=now)
