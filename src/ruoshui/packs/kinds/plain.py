"""Things that are one row with a code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from ruoshui.cases.models import CaseType, Macro
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.customers.models import Tier
from ruoshui.feedback.models import Survey
from ruoshui.organization.models import Role
from ruoshui.packs.kinds.base import Context, Values
from ruoshui.queues.models import Business, ServiceClass


@dataclass(frozen=True)
class RowKind:
    """`unsaid` are the fields with what they are when a pack says nothing; `links`: whom a field's code names."""

    model: type[models.Model]
    unsaid: Mapping[str, Any]
    key: str = "code"
    links: Mapping[str, type[models.Model]] = field(default_factory=dict)

    def code(self, values: Mapping[str, Any]) -> str:
        return str(values[self.key])

    def full(self, values: Mapping[str, Any]) -> Values:
        return {name: values.get(name, default) for name, default in self.unsaid.items()}

    def read(self, code: str) -> Values | None:
        row = self.model._default_manager.filter(**{self.key: code}).first()
        if row is None:
            return None
        return {name: self._plain(name, getattr(row, name)) for name in self.unsaid}

    def grown(self, values: Values) -> Values:
        return {**self.unsaid, **values}

    def _plain(self, name: str, value: Any) -> Any:
        if name in self.links:
            return value.code if value is not None else ""
        return list(value) if isinstance(value, list) else value

    def write(self, code: str, values: Values, context: Context) -> None:
        row = self.model._default_manager.filter(**{self.key: code}).first() or self.model(**{self.key: code})
        found = {
            name: _linked(self.links[name], value) if name in self.links else value for name, value in values.items()
        }
        configure(row, {self.key: code, **found}, by=context.by, at=context.at)

    def finish(self, context: Context) -> None:
        """Nothing waits to be published."""


def _linked(model: type[models.Model], code: str) -> models.Model | None:
    if not code:
        return None
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise Invalid({"code": [f"{model._meta.verbose_name} {code}?"]})
    return found


ROLE = RowKind(Role, {"name_zh": "", "name_en": "", "reach": "unit", "permissions": []})
TIER = RowKind(Tier, {"name_zh": "", "name_en": "", "rank": 5})
MACRO = RowKind(Macro, {"name_en": "", "body_zh": "", "body_en": "", "then": "reply"}, key="name_zh")
BUSINESS = RowKind(
    Business,
    {
        "name_zh": "",
        "name_en": "",
        "type": "",
        "icon": "message",
        "usual_minutes": 10,
        "self_service_zh": "",
        "self_service_en": "",
        "position": 100,
    },
    links={"type": CaseType},
)
SERVICE_CLASS = RowKind(ServiceClass, {"name_zh": "", "name_en": "", "tier_rank": None, "rank": 5, "bonus_minutes": 0})
SURVEY = RowKind(
    Survey,
    {
        "name_zh": "",
        "name_en": "",
        "type": "",
        "follow_up_at": 2,
        "follow_up_type": "",
        "rest_days": 30,
        "valid_days": 14,
        "questions": [],
    },
    links={"type": CaseType, "follow_up_type": CaseType},
)
