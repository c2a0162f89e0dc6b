"""What a form may say: a closed list of keywords, each with its type and bounds. Nothing is ever fetched for a form.

Forms look like JSON Schema, so that other tools can write them; what is not on this list (`$ref`, `allOf`, nested
objects, …) is refused when a form is saved, with the field and the keyword. A form that was saved before this list is
used without what is not on it (`sound_form`): its fields are shown and checked by what remains.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.form_patterns import BadPattern, compiled
from ruoshui.core.plain_text import unkept_at

PLAIN_TYPES = ("string", "number", "integer", "boolean")
FORMATS = ("date", "email", "tel")
MOST_FIELDS, MOST_OPTIONS = 100, 300
LONGEST_NAME, LONGEST_WORDS = 60, 1000
LONGEST_ANSWER = 10_000
LARGEST = 10**18
_NAME = re.compile(r"[\w.-]{1,60}")

Fault = tuple[str, str, Promise | str]
"""The field (empty: the form), the keyword, and what is wrong with it."""


def _words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_WORDS and unkept_at(value) < 0


def _number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) <= LARGEST


def _length(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LONGEST_ANSWER


def _list_of_words(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_OPTIONS and all(_words(one) for one in value)


def _options(value: Any) -> bool:
    plain = isinstance(value, list) and 1 <= len(value) <= MOST_OPTIONS and all(_words(o) or _number(o) for o in value)
    return plain and len({str(one) for one in value}) == len(value)


def _pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and compiled(value) is not None
    except BadPattern:
        return False


Rule = tuple[Callable[[Any], bool], Promise]
_WORDS: Rule = (_words, _("it must be a text of at most 1,000 characters."))
_NUMBER: Rule = (_number, _("it must be a number."))
_LENGTH: Rule = (_length, _("it must be a whole number between 0 and 10,000."))
_ANNOTATIONS = dict.fromkeys(("title", "description", "x-title-en", "x-description-en"), _WORDS)
_OF_FORM: dict[str, Rule] = {
    **_ANNOTATIONS,
    "$schema": _WORDS,
    "type": (lambda value: value == "object", _("a form is of type “object”.")),
    "properties": (lambda value: isinstance(value, dict) and len(value) <= MOST_FIELDS, _("at most 100 fields.")),
    "required": (_list_of_words, _("it must be a list of names.")),
    "x-order": (_list_of_words, _("it must be a list of names.")),
    "additionalProperties": (lambda value: value is False, _("it can only be false.")),
}
_OF_FIELD: dict[str, Rule] = {
    **_ANNOTATIONS,
    "type": (lambda value: value in PLAIN_TYPES, _("it must be string, number, integer or boolean.")),
    "enum": (_options, _("it must be a list of 1 to 300 different texts or numbers.")),
    "x-options-en": (_list_of_words, _("it must be a list of texts.")),
}
_OF_TEXT: dict[str, Rule] = {
    "format": (lambda value: value in FORMATS, _("it must be date, email or tel.")),
    "minLength": _LENGTH,
    "maxLength": _LENGTH,
    "pattern": (
        _pattern,
        _("it must be a pattern of at most 200 characters, without look-around and references."),
    ),
    "x-multiline": (lambda value: isinstance(value, bool), _("it must be true or false.")),
}
_OF_NUMBER: dict[str, Rule] = dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER)
_UNKNOWN = _("forms do not know this keyword.")


def _rules(field: Mapping[str, Any]) -> dict[str, Rule]:
    kind = field.get("type")
    return {
        **_OF_FIELD,
        **(_OF_TEXT if kind == "string" else _OF_NUMBER if kind in ("number", "integer") else {}),
    }


def faults_of(schema: Any) -> Iterator[Fault]:
    """Everything that is wrong with a form."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield "", "type", _OF_FORM["type"][1]
        return
    yield from _broken("", schema, _OF_FORM)
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return
    for name, field in list(properties.items())[:MOST_FIELDS]:
        shown = str(name)[:LONGEST_NAME]
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            yield shown, "properties", _("a field is named by letters, digits, “_”, “-” and “.”, at most 60.")
        if not isinstance(field, dict):
            yield shown, "properties", _("a field is described by keywords.")
        elif "type" not in field:
            yield shown, "type", _OF_FIELD["type"][1]
        else:
            yield from _broken(shown, field, _rules(field))
            yield from _contradicting(shown, field)
    if isinstance(names := schema.get("required", []), list):
        for name in names:
            if isinstance(name, str) and name not in properties:
                yield "", "required", _("“%s” is no field of this form.") % str(name)[:LONGEST_NAME]


def _broken(name: str, said: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterator[Fault]:
    for keyword, value in said.items():
        if keyword not in rules:
            yield name, str(keyword)[:LONGEST_NAME], _UNKNOWN
        elif not rules[keyword][0](value):
            yield name, keyword, rules[keyword][1]


def _contradicting(name: str, field: Mapping[str, Any]) -> Iterator[Fault]:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if _number(field.get(low)) and _number(field.get(high)) and field[low] > field[high]:
            yield name, high, _("it must not be less than %s.") % low
    kinds = (int, float) if field.get("type") in ("number", "integer") else (str,)
    if _options(field.get("enum")) and not all(isinstance(one, kinds) for one in field["enum"]):
        yield name, "enum", _("each option must be of the field's type.")


def check_form_schema(schema: Any) -> None:
    """Refuse what is no form, naming every field and keyword."""
    if schema == {}:
        return
    found = [f"{name} · {keyword}: {why}" if name else f"{keyword}: {why}" for name, keyword, why in faults_of(schema)]
    if found:
        raise ValidationError(found[:20])


def sound_form(schema: Any) -> dict[str, Any]:
    """What of a form can be used: itself when nothing is wrong, as in all that were saved by this list."""
    if not isinstance(schema, dict) or not schema:
        return {}
    if next(faults_of(schema), None) is None:
        return schema
    said = schema.get("properties")
    properties = {
        name: _sound_field(field)
        for name, field in list(said.items() if isinstance(said, dict) else ())[:MOST_FIELDS]
        if isinstance(name, str) and unkept_at(name) < 0
    }
    kept = {name: value for name, value in schema.items() if name in _OF_FORM and _OF_FORM[name][0](value)}
    required = [name for name in kept.get("required", []) if name in properties]
    return kept | {"type": "object", "properties": properties, "required": required}


def _sound_field(field: Any) -> dict[str, Any]:
    """A field of no known type is a text."""
    said = dict(field) if isinstance(field, dict) else {}
    if said.get("type") not in PLAIN_TYPES:
        said["type"] = "string"
    wrong = {keyword for _name, keyword, _why in (*_broken("", said, _rules(said)), *_contradicting("", said))}
    return {keyword: value for keyword, value in said.items() if keyword not in wrong}
