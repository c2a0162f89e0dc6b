"""Case types with their template: form, process, decisions, documents."""

from collections.abc import Mapping
from typing import Any

from ruoshui.cases.models import CaseType
from ruoshui.core.configuring import configure
from ruoshui.packs.kinds.base import Context, Values
from ruoshui.packs.refusals import DraftInTheWay
from ruoshui.processes.actions import begin_template, publish_template, set_template
from ruoshui.processes.models import TemplateVersion
from ruoshui.processes.models.templates import TemplateState

FIELDS = {
    "name_zh": "",
    "name_en": "",
    "explanation_zh": "",
    "explanation_en": "",
    "icon": "message",
    "priority": "normal",
    "reopen_days": 14,
    "is_public": True,
    "position": 100,
}
PARTS = ("drawing", "forms", "decisions", "documents")


class CaseTypeKind:
    def code(self, values: Mapping[str, Any]) -> str:
        return str(values["code"])

    def full(self, values: Mapping[str, Any]) -> Values:
        fields = {name: values.get(name, default) for name, default in FIELDS.items()}
        return {**fields, **{name: values.get(name) or _empty(name) for name in PARTS}}

    def read(self, code: str) -> Values | None:
        type = CaseType.objects.filter(code=code).first()
        if type is None:
            return None
        version = self._published(type)
        parts = {name: getattr(version, name) if version else _empty(name) for name in PARTS}
        if version is None and type.form:
            parts["forms"] = {"application": type.form}
        return {**{name: getattr(type, name) for name in FIELDS}, **parts}

    @staticmethod
    def _published(type: CaseType) -> TemplateVersion | None:
        versions = TemplateVersion.objects.filter(template__type=type, state=TemplateState.PUBLISHED)
        return versions.order_by("-number").first()

    def grown(self, values: Values) -> Values:
        return {**FIELDS, **{name: _empty(name) for name in PARTS}, **values}

    def write(self, code: str, values: Values, context: Context) -> None:
        type = CaseType.objects.filter(code=code).first() or CaseType(code=code, unit=context.unit)
        fields = {name: values[name] for name in FIELDS}
        if type.unit_id is None and context.unit is not None:
            fields["unit"] = context.unit
        type = configure(type, {"code": code, **fields}, by=context.by, at=context.at)
        parts = {name: values[name] for name in PARTS}
        now = self.read(code) or {}
        if all(now.get(name) == value for name, value in parts.items()) and self._published(type) is not None:
            return
        if TemplateVersion.objects.filter(template__type=type, state=TemplateState.DRAFT).exists():
            raise DraftInTheWay(what=type.name)
        draft = begin_template(type, by=context.by, at=context.at)
        set_template(draft.template, parts, by=context.by, at=context.at)
        publish_template(draft.template, note=values.get("note", ""), by=context.by, at=context.at)

    def finish(self, context: Context) -> None:
        """Each template is published by itself."""


def _empty(part: str) -> Any:
    return {"drawing": "", "forms": {}, "decisions": [], "documents": []}[part]
