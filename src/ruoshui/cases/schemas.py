"""Forms of case types: JSON Schema in, checked answers and plain-language errors out.

A property may carry `x-title-en` (its `title` is Chinese), `x-options-en` for an enum and
`x-multiline`. Only flat forms: an object of strings, numbers, booleans and enums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from jsonschema.exceptions import ValidationError as Violation

from ruoshui.core.naming import in_language

PLAIN_TYPES = ("string", "number", "integer", "boolean")


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


def check_form_schema(schema: Any) -> None:
    """Refuse what is not JSON Schema or not a flat form."""
    if schema == {}:
        return
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ValidationError(gettext_lazy("A form is a JSON Schema of type “object”."))
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as wrong:
        raise ValidationError(
            gettext_lazy("This is not a valid JSON Schema: %(why)s"), params={"why": wrong.message}
        ) from wrong
    for name, field in schema.get("properties", {}).items():
        if not isinstance(field, dict) or field.get("type") not in PLAIN_TYPES:
            raise ValidationError(
                gettext_lazy("The field “%(name)s” needs a type: string, number, integer or boolean."),
                params={"name": name},
            )


def with_order(schema: Any) -> Any:
    """Remember the order in which the fields were written down, before the database forgets it."""
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    if properties and set(schema.get("x-order", ())) != set(properties):
        return {**schema, "x-order": list(properties)}
    return schema


def fields_of(schema: Mapping[str, Any]) -> list[FormField]:
    """In the order of `x-order`: the database keeps no order of a JSON object's keys."""
    required, order = set(schema.get("required", ())), list(schema.get("x-order", ()))
    properties = schema.get("properties", {})
    names = sorted(properties, key=lambda name: order.index(name) if name in order else len(order))
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
    if field.get("type") in ("number", "integer"):
        return "number"
    if field.get("type") == "boolean":
        return "checkbox"
    if field.get("x-multiline"):
        return "multiline"
    return str(field.get("format", "text")) if field.get("format") in ("date", "email", "tel") else "text"


def from_post(schema: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """Typed answers from an HTML form; what cannot be converted stays text and is refused later."""
    answers: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        if field["type"] == "boolean":
            answers[name] = name in posted
        elif (text := posted.get(name, "").strip()) != "":
            answers[name] = _number(text, field["type"]) if field["type"] in ("number", "integer") else text
    return answers


def _number(text: str, kind: str) -> Any:
    try:
        return int(text) if kind == "integer" else float(text)
    except ValueError:
        return text


def form_errors(schema: Mapping[str, Any], answers: Any) -> dict[str, list[str]]:
    """What is wrong, by field, in the reader's language. Empty when the answers fit."""
    if not schema:
        return {"form": [_("This case type has no form.")]} if answers else {}
    strict = {"additionalProperties": False, **schema}
    checker = Draft202012Validator(strict, format_checker=FormatChecker())
    errors: dict[str, list[str]] = {}
    for violation in checker.iter_errors(answers):
        name = _where(violation)
        label = next((f.label for f in fields_of(schema) if f.name == name), name)
        errors.setdefault(name, []).append(f"{label}: {_explain(violation)}" if name != "form" else _explain(violation))
    return errors


def without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    """For a draft: what is there must be right, what is missing may come later."""
    return {name: value for name, value in schema.items() if name != "required"}


def _where(violation: Violation) -> str:
    if violation.validator == "required":
        given: Any = violation.instance
        wanted: Any = violation.validator_value
        return str(next(name for name in wanted if name not in given))
    return str(violation.path[0]) if violation.path else "form"


def _explain(violation: Violation) -> str:
    limit = violation.validator_value
    texts = {
        "required": _("please fill this in."),
        "type": _("this must be a %(limit)s.") % {"limit": _TYPE_NAMES.get(str(limit), str(limit))},
        "enum": _("choose one of the options."),
        "maxLength": _("at most %(limit)s characters.") % {"limit": limit},
        "minLength": _("at least %(limit)s characters.") % {"limit": limit},
        "minimum": _("at least %(limit)s.") % {"limit": limit},
        "maximum": _("at most %(limit)s.") % {"limit": limit},
        "format": _("this does not look right; check the spelling."),
        "pattern": _("this does not look right; check the spelling."),
        "additionalProperties": _("there is a field the form does not have."),
    }
    return texts.get(str(violation.validator), violation.message)


_TYPE_NAMES = {
    "string": gettext_lazy("text"),
    "number": gettext_lazy("number"),
    "integer": gettext_lazy("whole number"),
    "boolean": gettext_lazy("yes or no"),
    "object": gettext_lazy("set of fields"),
}
