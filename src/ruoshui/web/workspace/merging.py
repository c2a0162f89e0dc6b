"""Before two cases become one: both side by side, and what to mind."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case, Closure, Message
from ruoshui.cases.models.cases import case_id_of
from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import staff_of, staff_only, workable_case


@dataclass(frozen=True, slots=True)
class Side:
    case: Case
    closure: Closure | None
    last: Message | None


@staff_only
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is changed here; the form on the page merges."""
    staff = staff_of(request)
    case = _mergeable(staff, pk)
    other = case_id_of(request.GET.get("number", ""))
    if other is None or other == case.pk or not Case.objects.visible_to(staff).filter(pk=other).exists():
        messages.error(request, _("Enter the number of the other case, like RS00000123."))
        return redirect("workspace:case", case.pk)
    found = _mergeable(staff, other)
    return render(
        request,
        "workspace/merge.html",
        {
            "case": case,
            "other": found,
            "sides": [_side(case), _side(found)],
            "other_customer": found.customer_id != case.customer_id,
            "cannot": bool(case.merged_into_id or found.merged_into_id),
        },
    )


def _mergeable(staff: Staff, pk: int) -> Case:
    case = workable_case(staff, pk)
    if not staff.may(Permission.SUPERVISE, case.unit):
        raise NotAllowed
    return case


def _side(case: Case) -> Side:
    return Side(case, Closure.objects.filter(case=case).first(), case.messages.order_by("-at", "-pk").first())
