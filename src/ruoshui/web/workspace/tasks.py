"""Tasks: what waits for me, one on its page, and what people do with them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Case
from ruoshui.cases.schemas import from_post
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in
from ruoshui.organization.models import Permission, Role, Staff, Unit
from ruoshui.processes import actions
from ruoshui.processes.models import Task, Voting
from ruoshui.processes.templates import form_of
from ruoshui.web.access import may_do, staff_of, staff_only, visible_task, workable_case, workable_task
from ruoshui.web.going_back import safe_back
from ruoshui.web.live import follows
from ruoshui.web.showing_work import work_of
from ruoshui.web.workspace.feed import feed_address
from ruoshui.web.workspace.lists import list_topics

PAGE = 50
SIGHTS = ("mine", "units", "done")
Act = Callable[[HttpRequest, Staff, Task, datetime], str]


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    sight = request.GET.get("sight", "mine")
    sight = sight if sight in SIGHTS else "mine"
    found = Task.objects.visible_to(staff)
    if sight == "mine":
        found = Task.objects.for_me(staff)
    elif sight == "units":
        found = found.to_do()
    else:
        found = found.filter(assignee=staff, ended_at__isnull=False)
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    related = ("case__type", "case__customer", "unit", "role", "assignee")
    rows = list(found.select_related(*related).order_by("-pk")[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "sight": sight,
        "place": "tasks",
        "now": timezone.now(),
        "feed": feed_address(staff),
        **follows(*list_topics(staff), reader=staff.pk),
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/tasks.html" if part else "workspace/tasks.html", context)


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, visible_task(staff_of(request), pk), {})


def _page(request: HttpRequest, task: Task, errors: dict[str, list[str]]) -> HttpResponse:
    staff = staff_of(request)
    (work,) = work_of(staff, [task], errors)
    if errors:
        work.fields[:] = [
            (field, request.POST.get(f"form_{field.name}", ""), found) for field, _v, found in work.fields
        ]
    context = {
        "one": work,
        "task": task,
        "case": task.case,
        "sees_case": Case.objects.visible_to(staff).filter(pk=task.case_id).exists(),
        "colleagues": colleagues_for(task),
        "place": "tasks",
        "now": timezone.now(),
    }
    return render(request, "workspace/task.html", context, status=422 if errors else 200)


def colleagues_for(task: Task) -> list[Staff]:
    """To whom it can be passed: those who hold its role there, else those who work in its unit."""
    people = Staff.objects.filter(is_active=True, is_service=False).select_related("unit")
    if task.role_id:
        held = people.filter(memberships__role_id=task.role_id, memberships__unit__path__startswith=task.unit.path)
        if found := list(held.distinct()[:200]):
            return found
    return list(Staff.objects.who_may(Permission.WORK, task.unit).select_related("unit")[:200])


def on_task(act: Act) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A POST about one task. `act` returns what to tell the person, or is refused."""

    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        task = workable_task(staff, pk)
        try:
            told = act(request, staff, task, timezone.now())
        except Invalid as wrong:
            messages.error(request, str(wrong))
            return _page(request, visible_task(staff, pk), wrong.errors)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, str(refusal))
        else:
            messages.success(request, told)
        return _back(request, staff, task)

    return view


def _back(request: HttpRequest, staff: Staff, task: Task) -> HttpResponse:
    """To where they came from: the case, or the list of tasks, once a task is done."""
    is_there = Task.objects.visible_to(staff).filter(pk=task.pk).exists()
    otherwise = reverse("workspace:task", args=[task.pk]) if is_there else reverse("workspace:tasks")
    return safe_back(request, otherwise, wanted=request.POST.get("back", ""))


@on_task
def take(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    if not may_do(staff, task):
        raise NotAllowed
    actions.take_task(task, to=staff, by=staff.actor, at=now)
    return _("It is yours.")


@on_task
def give_back(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    actions.give_task_back(task, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("Others can take it now.")


@on_task
def hand_on(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    wanted = request.POST.get("staff", "")
    to = next((one for one in colleagues_for(task) if str(one.pk) == wanted), None)
    if to is None:
        raise Invalid({"staff": [_("Choose somebody who can do it.")]})
    actions.pass_task(task, to=to, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("%(name)s has it now.") % {"name": to.name}


@on_task
def finish(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    if not may_do(staff, task):
        raise NotAllowed
    schema = form_of(task.run.version_id, task.form) if task.run else {}
    answers = {
        name.removeprefix("form_"): str(value) for name, value in request.POST.items() if name.startswith("form_")
    }
    actions.finish_task(
        task, answers=from_post(schema, answers), remark=request.POST.get("remark", ""), by=staff.actor, at=now
    )
    return _("Done.")


@on_task
def decide(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    approves = request.POST.get("decision") == "approve"
    actions.vote(task, staff=staff, approves=approves, remark=request.POST.get("remark", ""), by=staff.actor, at=now)
    return _("Your decision is kept.")


def _asked(task: Task, wanted: str) -> Staff:
    """One of those asked to approve."""
    vote = task.votes.select_related("staff").filter(staff_id=key_in(wanted)).first()
    if vote is None:
        raise NotFound
    return vote.staff


@on_task
def replace_approver(request: HttpRequest, staff: Staff, task: Task, now: datetime) -> str:
    """Somebody else decides; or, when nobody else is chosen, one fewer."""
    actions.must_supervise(task, staff.actor)
    before, reason = _asked(task, request.POST.get("before", "")), request.POST.get("reason", "")
    wanted = request.POST.get("staff", "")
    if not wanted:
        actions.withdraw_approver(task, before=before, reason=reason, by=staff.actor, at=now)
        return _("%(name)s is no longer asked.") % {"name": before.name}
    to = next((one for one in colleagues_for(task) if str(one.pk) == wanted), None)
    if to is None:
        raise Invalid({"staff": [_("Choose somebody who can do it.")]})
    actions.replace_approver(task, before=before, to=to, reason=reason, by=staff.actor, at=now)
    return _("%(name)s is asked instead.") % {"name": to.name}


@staff_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """By who asked for it as well, whoever does it."""
    staff = staff_of(request)
    task = visible_task(staff, pk)
    try:
        actions.withdraw_task(task, reason=request.POST.get("reason", ""), by=staff.actor, at=timezone.now())
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is withdrawn."))
    return _back(request, staff, task)


@staff_only
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A task or an approval that the template did not foresee."""
    staff = staff_of(request)
    case = workable_case(staff, pk)
    try:
        _add(request, staff, case)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They are told."))
    return redirect("workspace:case", pk)


def _add(request: HttpRequest, staff: Staff, case: Case) -> None:
    people = list(
        Staff.objects.filter(pk__in=[int(pk) for pk in request.POST.getlist("staff") if is_whole(pk)], is_active=True)
    )
    common: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "body": request.POST.get("body", ""),
        "asked_by": staff,
        "by": staff.actor,
        "at": timezone.now(),
    }
    if request.POST.get("kind") == "approval":
        needs = request.POST.get("needs") or (Voting.ONE if len(people) == 1 else Voting.ALL)
        enough = int(needs) if is_whole(needs) else None
        needs = Voting.SOME if enough is not None else needs
        actions.ask_approval(case, people=people, needs=needs, enough=enough, **common)
        return
    due = moment_in(request.POST.get("due_at"))
    if request.POST.get("due_at") and due is None:
        raise Invalid({"due_at": [_("Enter a date and a time.")]})
    role = Role.objects.filter(pk=key_in(request.POST.get("role"))).first()
    unit = Unit.objects.filter(pk=key_in(request.POST.get("unit")), is_active=True).first()
    actions.add_task(case, to=people[0] if people else None, role=role, unit=unit, due_at=due, **common)


@staff_only
@require_POST
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """The cause of the fault is mended: let the process go on."""
    staff = staff_of(request)
    case = workable_case(staff, pk)
    if not staff.may(Permission.SUPERVISE, case.unit):
        raise NotAllowed
    try:
        run = actions.go_on_again(case, by=staff.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if run.fault:
            messages.error(request, run.fault)
        else:
            messages.success(request, _("The process goes on."))
    return redirect("workspace:case", pk)
