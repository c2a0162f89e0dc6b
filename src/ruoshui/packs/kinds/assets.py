"""Kinds of equipment with their checks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.assets.models import AssetKind, Check
from ruoshui.cases.models import CaseType
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.packs.kinds.base import Context, Values

PLAIN = {"name_zh": "", "name_en": "", "round_months": 12, "notice_days": 14, "defect_type": ""}
CHECK = {
    "code": "",
    "name_zh": "",
    "name_en": "",
    "reads": "state",
    "measure": "",
    "low": None,
    "high": None,
    "severity": "minor",
}


class AssetKindKind:
    """A check that a pack leaves out is put out of use: what was found by it stays."""

    def code(self, values: Mapping[str, Any]) -> str:
        return str(values["code"])

    def full(self, values: Mapping[str, Any]) -> Values:
        plain = {name: values.get(name, default) for name, default in PLAIN.items()}
        return plain | {"checks": [_full_check(one) for one in values.get("check", [])]}

    def read(self, code: str) -> Values | None:
        kind = AssetKind.objects.filter(code=code).first()
        if kind is None:
            return None
        checks = kind.checks.filter(is_active=True)
        return {name: getattr(kind, name) for name in PLAIN} | {
            "checks": [_full_check({name: getattr(one, name) for name in CHECK}) for one in checks]
        }

    def grown(self, values: Values) -> Values:
        return {**PLAIN, **values, "checks": [{**CHECK, **one} for one in values.get("checks", [])]}

    def write(self, code: str, values: Values, context: Context) -> None:
        type = values["defect_type"]
        if type and not CaseType.objects.filter(code=type).exists():
            raise Invalid({"defect_type": [_("There is no case type “%s”.") % type]})
        kind = AssetKind.objects.filter(code=code).first() or AssetKind(code=code)
        plain = {name: values[name] for name in PLAIN}
        kind = configure(kind, {"code": code, **plain}, by=context.by, at=context.at)
        there = {one.code: one for one in kind.checks.all()}
        for place, said in enumerate(values["checks"], 1):
            fields = {**said, "kind": kind, "position": place * 10, "is_active": True}
            fields |= {name: None if said[name] is None else Decimal(str(said[name])) for name in ("low", "high")}
            check = there.pop(said["code"]) if said["code"] in there else Check()
            configure(check, fields, by=context.by, at=context.at)
        for left in there.values():
            if left.is_active:
                configure(left, {"is_active": False}, by=context.by, at=context.at)

    def finish(self, context: Context) -> None:
        """Nothing waits to be published."""


def _full_check(said: Mapping[str, Any]) -> Values:
    check = {name: said.get(name, default) for name, default in CHECK.items()}
    limits = {name: None if check[name] is None else float(check[name]) for name in ("low", "high")}
    return {name: str(value) if isinstance(value, str) else value for name, value in (check | limits).items()}
