from typing import Any

from django.http import HttpRequest
from ninja import Router

from ruoshui.cases.models import CaseType
from ruoshui.feedback.models import Survey
from ruoshui.organization.models import Scope, Staff
from ruoshui.processes.templates import current_for
from ruoshui.sla.models import Level, LevelVersion
from ruoshui.sla.terms import current_versions, terms_of
from ruoshui.web.api.auth import Token, staff_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.types import CaseTemplateOut, CaseTypeOut, LevelOut, StaffOut, SurveyOut, TermOut, UnitOut

router = Router(tags=["setup"], auth=Token(Scope.SETUP_READ))


@router.get("/units", response={200: list[UnitOut], **ERRORS}, operation_id="list_units")
def units(request: HttpRequest) -> Any:
    """The units in reach."""
    return [
        {"id": u.pk, "code": u.code, "name_zh": u.name_zh, "name_en": u.name_en, "parent": u.parent_id}
        for u in staff_of(request).units_with()[:2000]
    ]


@router.get("/staff", response={200: list[StaffOut], **ERRORS}, operation_id="list_staff")
def staff(request: HttpRequest) -> Any:
    """Who works in the units in reach."""
    people = Staff.objects.working_in(staff_of(request).units_with()).select_related("unit").order_by("username")
    return [
        {
            "username": p.username,
            "name_zh": p.name_zh,
            "name_en": p.name_en,
            "unit": p.unit.code,
            "presence": p.presence,
        }
        for p in people[:2000]
    ]


@router.get("/levels", response={200: list[LevelOut], **ERRORS}, operation_id="list_levels")
def levels(request: HttpRequest) -> Any:
    """The levels in use, and what each promises now."""
    versions = current_versions()
    return [_level(level, versions.get(level.pk)) for level in Level.objects.filter(is_active=True)]


def _level(level: Level, version: LevelVersion | None) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "audience", "explanation_zh", "explanation_en")
    terms = terms_of(version.pk) if version else ()
    return {name: getattr(level, name) for name in names} | {
        "version": version.number if version else None,
        "on_reopen": version.on_reopen if version else None,
        "terms": [{name: getattr(term, name) for name in TermOut.model_fields} for term in terms],
    }


@router.get("/case-types", response={200: list[CaseTypeOut], **ERRORS}, operation_id="list_case_types")
def case_types(request: HttpRequest) -> Any:
    return [
        {
            "code": t.code,
            "name_zh": t.name_zh,
            "name_en": t.name_en,
            "form": t.form,
            "unit": t.unit.code if t.unit else None,
        }
        for t in CaseType.objects.filter(is_active=True).select_related("unit")
    ]


@router.get("/case-templates", response={200: list[CaseTemplateOut], **ERRORS}, operation_id="list_case_templates")
def case_templates(request: HttpRequest) -> Any:
    """How cases are worked on now: of each type the version that new cases take, with its forms and its checklist."""
    published = [current_for(type) for type in CaseType.objects.filter(is_active=True, template__isnull=False)]
    return [
        {
            "type": version.template.type.code,
            "version": version.number,
            "published_at": version.published_at,
            "has_process": bool(version.drawing),
            "forms": version.forms,
            "documents": version.documents,
        }
        for version in published
        if version is not None
    ]


@router.get("/surveys", response={200: list[SurveyOut], **ERRORS}, operation_id="list_surveys")
def surveys(request: HttpRequest) -> Any:
    return list(Survey.objects.filter(is_active=True))
