"""The cases that a page of the cockpit is about: of the units one supervises, by type, unit and time."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ruoshui.cases.models import Case, CaseType
from ruoshui.cases.models.cases import CaseQuerySet
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Permission
from ruoshui.web.access import staff_of

SPANS = (30, 90, 365)


def chosen_cases(request: HttpRequest, days: int = 365) -> tuple[CaseQuerySet, dict[str, Any]]:
    """The cases, and what was chosen, for the form. `days` is how far back when nothing is said."""
    staff = staff_of(request)
    units = list(staff.units_with(Permission.SUPERVISE))
    types = list(CaseType.objects.all())
    type = next((one for one in types if one.code == request.GET.get("type")), None)
    unit = next((one for one in units if one.code == request.GET.get("unit")), None)
    said = int(request.GET["days"]) if is_whole(request.GET.get("days", "")) else days
    days = said if said in SPANS else days
    within = [one.pk for one in units if unit is None or one.is_within(unit)]
    found = Case.objects.visible_to(staff).filter(unit_id__in=within)
    found = found.filter(opened_at__gte=timezone.now() - timedelta(days=days))
    found = found.filter(type=type) if type else found
    return found, {"types": types, "type": type, "units": units, "unit": unit, "days": days, "spans": SPANS}
