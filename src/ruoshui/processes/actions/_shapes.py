"""Parts of a template as they come from outside: what could never be read is refused, naming part and place."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.cases.form_rules import MOST_FIELDS
from ruoshui.cases.schemas import with_order
from ruoshui.core.plain_json import NotPlain, check_plain
from ruoshui.core.refusals import Invalid
from ruoshui.processes.engine.drawing import read_drawing

_CODE = re.compile(r"\w[\w.-]{0,59}")
MOST_FORMS, MOST_TABLES, MOST_DOCUMENTS, LONGEST = 50, 50, 100, 2000


def shaped(name: str, value: Any) -> Any:
    """The part as it is kept. Refuses with `Invalid`."""
    if name not in SHAPES:
        raise Invalid({name[:60]: [_("There is no such part of a template.")]})
    try:
        return SHAPES[name](value)
    except NotPlain as wrong:
        raise Invalid({name: [f"{wrong.field}: {wrong.why}"]}) from wrong


def _drawing(value: Any) -> str:
    if not isinstance(value, str | bytes):
        raise Invalid({"drawing": [_("This must be a text.")]})
    return read_drawing(value).source if value else ""


def _forms(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MOST_FORMS:
        raise Invalid({"forms": [_("Forms are a set, each under its code.")]})
    check_plain(value)
    for code, schema in value.items():
        if not isinstance(code, str) or not _CODE.fullmatch(code) or not isinstance(schema, dict):
            raise Invalid({"forms": [_("Forms are a set, each under its code.")]})
        properties = schema.get("properties", {})
        if not isinstance(properties, dict) or len(properties) > MOST_FIELDS:
            raise Invalid({"forms": [f"{code}: properties: " + _("at most 100 fields.")]})
    return {code: with_order(schema) for code, schema in value.items()}


def _decisions(value: Any) -> list[Any]:
    return _rows("decisions", value, MOST_TABLES, _may_become_a_table)


def _documents(value: Any) -> list[Any]:
    return _rows("documents", value, MOST_DOCUMENTS, lambda one: all(_is_said(said) for said in one.values()))


def _may_become_a_table(one: dict[str, Any]) -> bool:
    return all(isinstance(one.get(name, []), list) for name in ("inputs", "outputs", "rules"))


def _is_said(said: Any) -> bool:
    return said is None or isinstance(said, bool) or (isinstance(said, str) and len(said) <= LONGEST)


def _rows(name: str, value: Any, most: int, is_one: Callable[[dict[str, Any]], bool]) -> list[Any]:
    if not isinstance(value, list):
        raise Invalid({name: [_("This must be a list.")]})
    check_plain(value)
    if len(value) > most:
        raise Invalid({name: [_("There are more than %s.") % most]})
    for number, one in enumerate(value, 1):
        if not isinstance(one, dict) or not is_one(one):
            raise Invalid({name: [_("Number %s is not of the right shape.") % number]})
    return value


SHAPES: dict[str, Callable[[Any], Any]] = {
    "drawing": _drawing,
    "forms": _forms,
    "decisions": _decisions,
    "documents": _documents,
}
