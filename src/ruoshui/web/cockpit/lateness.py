"""What will probably be late: the promises that still run, each with its chance, and how true such chances were."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.organization.models import Permission
from ruoshui.reports.lateness import record_of, risks_of
from ruoshui.web.access import needs
from ruoshui.web.cockpit.choosing import chosen_cases

LIKELY, POSSIBLE = 0.5, 0.2


@needs(Permission.SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    cases, chosen = chosen_cases(request)
    now = timezone.now()
    risks = risks_of(cases, now)
    context = {
        "risks": [(one, _look(one.chance)) for one in risks if one.chance >= 0.05],
        "likely": sum(one.chance >= LIKELY for one in risks),
        "possible": sum(POSSIBLE <= one.chance < LIKELY for one in risks),
        "looked_at": len(risks),
        "expected": sum(one.chance for one in risks),
        "bins": record_of(cases, now),
        "now": now,
        "place": "lateness",
    }
    return render(request, "cockpit/lateness.html", context | chosen)


def _look(chance: float) -> str:
    return "late" if chance >= LIKELY else "soon" if chance >= POSSIBLE else ""
