"""What somebody answered, against the form: plain-language errors by field."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ruoshui.cases.form_patterns import fits
from ruoshui.cases.form_rules import LARGEST, LONGEST_ANSWER, sound_form
from ruoshui.cases.schemas import fields_of

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def form_errors(schema: Mapping[str, Any], answers: Any) -> dict[str, list[str]]:
    """What is wrong, by field, in the reader's language. Empty when the answers fit."""
    form = sound_form(schema)
    if not form:
        return {"form": [_("This case type has no form.")]} if answers else {}
    if not isinstance(answers, dict):
        return {"form": [_("this must be a set of fields.")]}
    errors: dict[str, list[str]] = {}
    if answers.keys() - form.get("properties", {}).keys():
        errors["form"] = [_("there is a field the form does not have.")]
    for field in fields_of(form):
        said = form["properties"][field.name]
        if field.name in answers:
            wrong = list(_wrong(said, answers[field.name]))
        else:
            wrong = [_("please fill this in.")] if field.required else []
        if wrong:
            errors[field.name] = [f"{field.label}: {why}" for why in wrong]
    return errors


def _wrong(field: Mapping[str, Any], value: Any) -> Iterator[str]:
    kind = field["type"]
    if not _is_of(kind, value):
        yield str(_OF_TYPE[kind])
        return
    if "enum" in field and value not in field["enum"]:
        yield _("choose one of the options.")
    if isinstance(value, str):
        yield from _wrong_text(field, value)
    elif kind != "boolean":
        yield from _wrong_number(field, value)


def _is_of(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return kind == "number" or value == int(value)


def _wrong_text(field: Mapping[str, Any], text: str) -> Iterator[str]:
    longest = min(field.get("maxLength", LONGEST_ANSWER), LONGEST_ANSWER)
    if len(text) > longest:
        yield _("at most %(limit)s characters.") % {"limit": longest}
        return
    if len(text) < field.get("minLength", 0):
        yield _("at least %(limit)s characters.") % {"limit": field["minLength"]}
    if not _looks_right(field.get("format"), text) or not fits(field.get("pattern", ""), text):
        yield _("this does not look right; check the spelling.")


def _looks_right(format: str | None, text: str) -> bool:
    if format == "email":
        return _EMAIL.fullmatch(text) is not None
    if format == "date":
        try:
            return _DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
        except ValueError:
            return False
    return True  # of a phone number the format says only by which keys it is typed


def _wrong_number(field: Mapping[str, Any], value: float) -> Iterator[str]:
    if abs(value) > LARGEST:
        yield _("this number is too large.")
    if value < field.get("minimum", value):
        yield _("at least %(limit)s.") % {"limit": field["minimum"]}
    if value > field.get("maximum", value):
        yield _("at most %(limit)s.") % {"limit": field["maximum"]}
    if "exclusiveMinimum" in field and value <= field["exclusiveMinimum"]:
        yield _("more than %(limit)s.") % {"limit": field["exclusiveMinimum"]}
    if "exclusiveMaximum" in field and value >= field["exclusiveMaximum"]:
        yield _("less than %(limit)s.") % {"limit": field["exclusiveMaximum"]}


_OF_TYPE: dict[str, Promise] = {
    "string": gettext_lazy("this must be a text."),
    "number": gettext_lazy("this must be a number."),
    "integer": gettext_lazy("this must be a whole number."),
    "boolean": gettext_lazy("this must be a yes or no."),
}
