"""What we promise, for everybody to read and to print; and how one case's promise was reckoned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.cases.actions import survivor_of
from ruoshui.cases.models import CaseType
from ruoshui.sla.explaining import explain
from ruoshui.sla.models import Clock, Target
from ruoshui.sla.queries import commitments, usual_versions
from ruoshui.web.portal.access import own_case

SHOWN = (Target.FIRST_RESPONSE, Target.UPDATE, Target.RESOLUTION)


def index(request: HttpRequest) -> HttpResponse:
    types = list(CaseType.objects.filter(is_active=True, is_public=True))
    versions = usual_versions(types)
    published = commitments()
    rows = [
        {
            "level": one.level,
            "version": one.version,
            "targets": [next((t for t in one.terms if t.target == target), None) for target in SHOWN],
            "milestones": [term for term in one.terms if term.target == Target.MILESTONE],
            "compensations": [term for term in one.terms if term.compensation],
            "types": [type for type in types if type.pk in versions and versions[type.pk].pk == one.version.pk],
        }
        for one in published
    ]
    newest = max((one.version.published_at for one in published if one.version.published_at), default=None)
    return render(request, "portal/commitments.html", {"rows": rows, "newest": newest})


def explanation(request: HttpRequest, number: str) -> HttpResponse:
    """The same lines staff see, a day at a time."""
    case = own_case(request, number)
    survivor = survivor_of(case)
    now = timezone.now()
    clocks = Clock.objects.filter(case=survivor).exclude(target=Target.UPDATE)
    related = clocks.select_related("term", "calendar", "case__unit", "case__customer__calendar").order_by("pk")
    explanations = [explain(clock, now, plain=True) for clock in related]
    return render(request, "portal/explanation.html", {"case": case, "explanations": explanations})
