"""What a published version says, read once in each process: versions never change."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ruoshui.cases.models import CaseType
from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Role
from ruoshui.processes.engine.checking import Known
from ruoshui.processes.engine.decisions import DecisionTable
from ruoshui.processes.engine.drawing import Drawing, read_drawing
from ruoshui.processes.engine.table_shapes import table_from
from ruoshui.processes.models import TemplateVersion
from ruoshui.processes.models.templates import TemplateState
from ruoshui.processes.verbs import SERVICES
from ruoshui.sla.models import Level

APPLICATION = "application"


@remembered
def current_template(type_id: int) -> TemplateVersion | None:
    """The version by which new cases of a type are worked on."""
    published = TemplateVersion.objects.filter(template__type_id=type_id, state=TemplateState.PUBLISHED)
    return published.order_by("-number").first()


def current_for(type: CaseType) -> TemplateVersion | None:
    return current_template(type.pk)


@lru_cache(maxsize=512)
def drawing_of(version_id: int) -> Drawing:
    return read_drawing(TemplateVersion.objects.values_list("drawing", flat=True).get(pk=version_id))


@lru_cache(maxsize=512)
def _kept(version_id: int) -> TemplateVersion:
    return TemplateVersion.objects.defer("drawing").get(pk=version_id)


def form_of(version_id: int, code: str) -> Mapping[str, Any]:
    """The JSON Schema of a task's form; empty when it has none."""
    found: Mapping[str, Any] = _kept(version_id).forms.get(code, {}) if code else {}
    return found


@lru_cache(maxsize=512)
def tables_of(version_id: int) -> Mapping[str, DecisionTable]:
    return {table.code: table for table in map(table_from, _kept(version_id).decisions)}


def known_to(version: TemplateVersion) -> Known:
    """What a drawing of this version may refer to."""
    return Known(
        verbs={name: service.needs for name, service in SERVICES.items()},
        roles=set(Role.objects.values_list("code", flat=True)),
        forms=set(version.forms),
        decisions={str(table.get("code")) for table in version.decisions},
        levels=set(Level.objects.filter(is_active=True).values_list("code", flat=True)),
    )
