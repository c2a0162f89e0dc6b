"""A mapping file: which column of a history file is what. TOML, checked when it is read."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_json import NotPlain, check_plain
from ruoshui.core.refusals import Refusal

SHAPES = ("letters", "event_log")
ISO = "%Y-%m-%d %H:%M:%S"
EARLIEST = 1970  # a year before it is a slip, or a sheet's empty date


class BadMapping(Refusal):
    code, status = "bad-mapping", 422
    text = _("The mapping file cannot be used: {why}")


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` maps what we need to a column's name; `values` translates a column's words."""

    source: str
    shape: str
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    unit: dict[str, str]
    case_type: str
    zone: ZoneInfo
    time_formats: tuple[str, ...]
    missing: frozenset[str]
    defaults: dict[str, str] = field(default_factory=dict)

    def moment(self, text: str) -> datetime:
        """Raises ValueError, naming the formats, for what fits none. A sheet's own dates come as ISO 8601."""
        for form in (*self.time_formats, ISO):
            try:
                found = datetime.strptime(text, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
            if found.year < EARLIEST:
                raise ValueError(f"“{text}” is before {EARLIEST}")
            return found
        raise ValueError(f"“{text}” is no time of the form {' or '.join(self.time_formats)}")


def read_mapping(named: str) -> Mapping:
    """From a path, or by the name of one that is shipped ("citizen_letters")."""
    path = Path(named)
    shipped = files("ruoshui.replay.mappings") / f"{named}.toml"
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else shipped.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise BadMapping(why=_("it is no text in UTF-8")) from wrong
    except (OSError, ValueError) as missing:
        raise BadMapping(why=_("there is no file %s, and none of this name is shipped") % named[:200]) from missing
    return mapping_from(text)


def mapping_from(text: str) -> Mapping:
    """Refuses with `BadMapping` what is no mapping, naming the place."""
    try:
        raw = tomllib.loads(text)
        check_plain(raw)
    except NotPlain as wrong:
        raise BadMapping(why=f"{wrong.field}: {wrong.why}") from wrong
    except (ValueError, RecursionError) as wrong:
        raise BadMapping(why=str(wrong)[:200]) from wrong
    return _checked(raw)


def _words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 500


def _list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 1000 and all(_words(one) for one in value)


def _table(value: Any) -> bool:
    return isinstance(value, dict) and len(value) <= 5000 and all(_words(one) for one in value.values())


KINDS: dict[str, Callable[[Any], bool]] = {
    "source": _words,
    "shape": _words,
    "case_type": _words,
    "zone": _words,
    "columns": _table,
    "unit": _table,
    "defaults": _table,
    "values": lambda value: isinstance(value, dict) and all(_table(one) for one in value.values()),
    "time_formats": lambda value: _list(value) and len(value) > 0,
    "missing": _list,
}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as wrong:
        raise BadMapping(why=_("there is no time zone “%s”") % name[:60]) from wrong


def _format(form: str) -> str:
    """One that `strptime` knows. What it says of an odd one depends on what is odd."""
    try:
        datetime.strptime("", form)  # noqa: DTZ007 nothing is kept of it
    except re.error as wrong:
        raise BadMapping(why=_("“%s” is no form of a time") % form[:60]) from wrong
    except ValueError as wrong:
        if "directive" in str(wrong) or "stray" in str(wrong):
            raise BadMapping(why=_("“%s” is no form of a time") % form[:60]) from wrong
    return form


def _checked(raw: dict[str, Any]) -> Mapping:
    for name in ("source", "shape", "columns", "unit", "case_type", "time_formats"):
        if name not in raw:
            raise BadMapping(why=_("“%s” is missing") % name)
    for name, value in raw.items():
        if name in KINDS and not KINDS[name](value):
            raise BadMapping(why=_("“%s” is not of the right kind; compare it with a mapping that is shipped") % name)
    if raw["shape"] not in SHAPES:
        raise BadMapping(why=_("shape is one of %s") % ", ".join(SHAPES))
    needed = {"letters": ("key", "subject", "opened_at"), "event_log": ("key", "opened_at", "at", "state")}
    for name in needed[raw["shape"]]:
        if name not in raw["columns"]:
            raise BadMapping(why=_("“%s” is missing") % f"columns.{name}")
    return Mapping(
        source=raw["source"],
        shape=raw["shape"],
        columns=raw["columns"],
        values=raw.get("values", {}),
        unit=raw["unit"],
        case_type=raw["case_type"],
        zone=_zone(raw.get("zone", "Asia/Shanghai")),
        time_formats=tuple(_format(form) for form in raw["time_formats"]),
        missing=frozenset(raw.get("missing", [""])),
        defaults=raw.get("defaults", {}),
    )
