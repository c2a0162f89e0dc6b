"""What differs between two versions of a template, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.cases.form_rules import sound_form
from ruoshui.processes.engine.drawing import Node, read_drawing
from ruoshui.processes.models import TemplateVersion


@dataclass(frozen=True, slots=True)
class Difference:
    """`look`: added, removed or changed; `before` and `after` only of what was changed."""

    part: str
    name: str
    look: str
    before: str = ""
    after: str = ""


def differences(old: TemplateVersion, new: TemplateVersion) -> list[Difference]:
    found = _of_things(_("process"), _nodes(old), _nodes(new))
    for code in sorted({*old.forms, *new.forms}):
        before, after = _fields(old.forms.get(code)), _fields(new.forms.get(code))
        found += _of_things(f"{_('form')} {code}", before, after)
    found += _of_things(_("decision table"), _tables(old), _tables(new))
    found += _of_things(_("documents"), _documents(old), _documents(new))
    return found


def _of_things(part: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    found = [Difference(part, name, "added") for name in new if name not in old]
    found += [Difference(part, name, "removed") for name in old if name not in new]
    both = [name for name in new if name in old and new[name] != old[name]]
    return found + [Difference(part, name, "changed", old[name], new[name]) for name in both]


def _nodes(version: TemplateVersion) -> dict[str, str]:
    if not version.drawing:
        return {}
    drawing = read_drawing(version.drawing)
    ways = {
        f"{_name(drawing.nodes.get(flow.source))} → {_name(drawing.nodes.get(flow.target))}": flow.condition or "—"
        for flow in drawing.flows
    }
    return {f"{_name(node)} ({node.id})": _settings(node) for node in drawing.nodes.values()} | ways


def _name(node: Node | None) -> str:
    return node.name if node else "?"


def _settings(node: Node) -> str:
    said = [f"{name}={value}" for name, value in sorted(node.settings.items())]
    return " · ".join([node.element, *([node.waits_for] if node.waits_for else []), *said])


def _fields(schema: Mapping[str, Any] | None) -> dict[str, str]:
    form = sound_form(schema)
    required = set(form.get("required", ()))
    return {
        f"{one.get('title', name)} ({name})": _plain({**one, "required": name in required})
        for name, one in form.get("properties", {}).items()
    }


def _tables(version: TemplateVersion) -> dict[str, str]:
    rows = {
        f"{table.get('name')} {number}": _rule(rule)
        for table in version.decisions
        for number, rule in enumerate(table.get("rules", []), 1)
    }
    return {str(table.get("name")): _head(table) for table in version.decisions} | rows


def _head(table: Mapping[str, Any]) -> str:
    """How its rows are gathered, its columns, and what is worked out before them."""
    ones = [table.get(part) for part in ("inputs", "outputs", "first")]
    plain = [_plain(one) for listed in ones if isinstance(listed, list) for one in listed if isinstance(one, dict)]
    return " | ".join([str(table.get("policy")), *plain])


def _rule(rule: Any) -> str:
    """A draft may hold rows that are none yet."""
    when, then = (rule.get(name) if isinstance(rule, dict) else None for name in ("when", "then"))
    return f"{_cells(when)} → {_cells(then)}"


def _cells(cells: Any) -> str:
    return " · ".join(str(cell) for cell in cells) if isinstance(cells, list) else "?"


def _documents(version: TemplateVersion) -> dict[str, str]:
    return {f"{one.get('name_zh')} ({one.get('code')})": _plain(one) for one in version.documents}


def _plain(values: Mapping[str, Any]) -> str:
    return " · ".join(f"{name}={value}" for name, value in sorted(values.items()) if value not in ("", None))
