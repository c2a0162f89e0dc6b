"""Doors of the web: who is asking, and may they?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import stood_in_for
from ruoshui.core.refusals import NotAllowed, NotFound
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.processes.models import Task
from ruoshui.sla.models import Clock, InternalRequest
from ruoshui.sla.queries import visible_clock
from ruoshui.web.sessions import to_sign_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_of(request: HttpRequest) -> Staff:
    """The signed-in staff member; only behind `staff_only`."""
    assert isinstance(request.user, Staff)
    return request.user


def staff_only(view: View[P]) -> View[P]:
    """Who is not signed in is asked to, and comes back to what they were at."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


def needs(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Signed in, and some role allows it somewhere."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not staff_of(request).may(permission):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return staff_only(cast(View[P], guarded))

    return wrap


def visible_case(staff: Staff, pk: int) -> Case:
    """A case the staff member may see; for a stranger it does not exist."""
    case = (
        Case.objects.visible_to(staff)
        .select_related("type", "unit", "team", "assignee", "customer__tier", "customer__manager")
        .filter(pk=pk)
        .first()
    )
    if case is None:
        raise NotFound
    return case


def unit_to_register_in(staff: Staff) -> Unit:
    """The home unit, where they may work there; else the first one where they may."""
    if staff.may(Permission.WORK, staff.unit):
        return staff.unit
    unit = staff.units_with(Permission.WORK).first()
    if unit is None:
        raise NotAllowed
    return unit


def may_work_on(staff: Staff, case: Case) -> bool:
    if staff.may(Permission.WORK, case.unit):
        return True
    personal = case.assignee_id in stood_in_for(staff, timezone.now())
    return personal or case.participants.filter(staff=staff).exists()


def workable_case(staff: Staff, pk: int) -> Case:
    case = visible_case(staff, pk)
    if not may_work_on(staff, case):
        raise NotAllowed
    return case


def visible_request(staff: Staff, pk: int) -> InternalRequest:
    """An internal request the staff member may see; for a stranger it does not exist."""
    request = (
        InternalRequest.objects.visible_to(staff)
        .select_related("unit", "from_unit", "assignee", "asked_by", "case", "version__level")
        .filter(pk=pk)
        .first()
    )
    if request is None:
        raise NotFound
    return request


def may_serve(staff: Staff, request: InternalRequest) -> bool:
    """Works in the unit that was asked, or holds it (or stands in for who does)."""
    return staff.may(Permission.WORK, request.unit) or request.assignee_id in stood_in_for(staff, timezone.now())


def may_ask_for(staff: Staff, request: InternalRequest) -> bool:
    """Works in the unit that asked, or asked; of a confidential case only who sees it."""
    case = request.case
    if case is not None and case.confidential and Case.objects.hidden_from(staff).filter(pk=case.pk).exists():
        return False
    return staff.may(Permission.WORK, request.from_unit) or request.asked_by_id in stood_in_for(staff, timezone.now())


def visible_task(staff: Staff, pk: int) -> Task:
    """A task the staff member may see; for a stranger it does not exist."""
    related = ("case__type", "case__unit", "case__customer", "unit", "role", "assignee", "run", "request", "asked_by")
    task = Task.objects.visible_to(staff).select_related(*related).filter(pk=pk).first()
    if task is None:
        raise NotFound
    return task


def may_do(staff: Staff, task: Task) -> bool:
    """Has it (or stands in for who does), may take it by their role, or supervises the unit it is for."""
    if task.assignee_id in stood_in_for(staff, timezone.now()) or staff.may(Permission.SUPERVISE, task.unit):
        return True
    return task.assignee_id is None and staff.holds(task.role_id, task.unit)


def workable_task(staff: Staff, pk: int) -> Task:
    task = visible_task(staff, pk)
    if not may_do(staff, task) and not task.votes.filter(staff_id__in=stood_in_for(staff)).exists():
        raise NotAllowed
    return task


def found_clock(staff: Staff, pk: int) -> Clock:
    clock = visible_clock(staff, pk, timezone.now())
    if clock is None:
        raise NotFound
    return clock


def may_work_on_clock(staff: Staff, clock: Clock) -> bool:
    if clock.request is not None:
        return may_serve(staff, clock.request)
    return clock.case is not None and may_work_on(staff, clock.case)
