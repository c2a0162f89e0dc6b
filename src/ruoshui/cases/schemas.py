"""Forms of case types as screens draw them, and the answers that come back from a page.

A property may carry `x-title-en` (its `title` is Chinese), `x-options-en` for an enum and
`x-multiline`. Only flat forms: an object of strings, numbers, booleans and enums; `form_rules` has the whole list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruoshui.cases.form_rules import check_form_schema, sound_form
from ruoshui.core.naming import in_language

__all__ = ["FormField", "check_form_schema", "fields_of", "from_post", "with_order", "without_required"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as screens draw it. `kind`: text, multiline, number, checkbox, select, date, email, tel."""

    name: str
    label: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    max_length: int | None = None


def with_order(schema: Any) -> Any:
    """Remember the order in which the fields were written down, before the database forgets it."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not properties:
        return schema
    order = schema.get("x-order", [])
    known = isinstance(order, list) and all(isinstance(name, str) for name in order) and set(order) == set(properties)
    return schema if known else {**schema, "x-order": list(properties)}


def fields_of(schema: Mapping[str, Any]) -> list[FormField]:
    """In the order of `x-order`: the database keeps no order of a JSON object's keys."""
    form = sound_form(schema)
    required, properties = set(form.get("required", ())), form.get("properties", {})
    place = {name: number for number, name in enumerate(form.get("x-order", ()))}
    names = sorted(properties, key=lambda name: place.get(name, len(place)))
    return [_field(name, properties[name], name in required) for name in names]


def _field(name: str, field: Mapping[str, Any], required: bool) -> FormField:
    options: tuple[tuple[str, str], ...] = ()
    if "enum" in field:
        english = field.get("x-options-en", field["enum"])
        options = tuple((str(v), in_language(str(v), str(e))) for v, e in zip(field["enum"], english, strict=False))
    label = in_language(field.get("title", name), field.get("x-title-en", ""))
    hint = in_language(field.get("description", ""), field.get("x-description-en", ""))
    return FormField(name, label, _kind(field), required, options, hint, field.get("maxLength"))


def _kind(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "select"
    if field["type"] in ("number", "integer"):
        return "number"
    if field["type"] == "boolean":
        return "checkbox"
    if field.get("x-multiline"):
        return "multiline"
    return str(field.get("format", "text"))


def from_post(schema: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """Typed answers from an HTML form; what cannot be converted stays text and is refused later."""
    answers: dict[str, Any] = {}
    for name, field in sound_form(schema).get("properties", {}).items():
        if field["type"] == "boolean":
            answers[name] = name in posted
        elif (text := posted.get(name, "").strip()) != "":
            answers[name] = _number(text, field["type"]) if field["type"] in ("number", "integer") else text
    return answers


def _number(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text) if _WHOLE.fullmatch(text) else text
    return float(text) if _DECIMAL.fullmatch(text) else text


def without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    """For a draft: what is there must be right, what is missing may come later."""
    return {name: value for name, value in schema.items() if name != "required"}
