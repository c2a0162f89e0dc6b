"""The branches one may see, and the way to one's counter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ruoshui.organization.models import Permission
from ruoshui.queues.models import Branch, Counter, CounterState, Device
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.branch.showing import hall
from ruoshui.web.branch_access import visible_branch
from ruoshui.web.live import follows

MOST = 60


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    """Each branch with its load; alone, it is gone to at once."""
    staff, now = staff_of(request), timezone.now()
    found = list(Branch.objects.visible_to(staff).filter(is_active=True).select_related("unit")[:MOST])
    if len(found) == 1 and not getattr(request, "htmx", False):
        return redirect("branch:branch", found[0].unit.code)
    rows = [(branch, hall(branch, now)) for branch in found]
    context = {
        "rows": rows,
        "place": "branch",
        **follows(*(f"branch:{branch.pk}" for branch in found), reader=staff.pk),
    }
    part = getattr(request, "htmx", False)
    return render(request, "branch/parts/branches.html" if part else "branch/branches.html", context)


@staff_only
def branch(request: HttpRequest, code: str) -> HttpResponse:
    """To where one works: the counter one sits at, else the lobby, else the choice of a counter."""
    staff = staff_of(request)
    found = visible_branch(staff, code)
    mine = Counter.objects.filter(branch=found, staff=staff).exclude(state=CounterState.CLOSED).first()
    if mine is not None:
        return redirect("branch:counter", code, mine.number)
    if staff.may(Permission.LOBBY, found.unit):
        return redirect("branch:lobby", code)
    return redirect("branch:counters" if staff.may(Permission.WORK, found.unit) else "branch:screens", code)


@staff_only
def screens(request: HttpRequest, code: str) -> HttpResponse:
    """The addresses of the kiosk and the displays, for those who may change settings or look after the hall."""
    staff = staff_of(request)
    found = visible_branch(staff, code)
    devices = []
    if staff.may(Permission.BRANCHES, found.unit) or staff.may(Permission.LOBBY, found.unit):
        devices = list(Device.objects.filter(branch=found, is_active=True).select_related("counter"))
    return render(
        request, "branch/screens.html", {"branch": found, "devices": devices, "place": "branch", "tab": "screens"}
    )
