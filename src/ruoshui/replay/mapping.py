"""A mapping file: which column of a history file is what. TOML, checked when it is read."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal

SHAPES = ("letters", "event_log")


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
        """Raises ValueError, naming the formats, for what fits none."""
        for form in self.time_formats:
            try:
                return datetime.strptime(text, form).replace(tzinfo=self.zone)
            except ValueError:
                continue
        raise ValueError(f"“{text}” is no time of the form {' or '.join(self.time_formats)}")


def read_mapping(named: str) -> Mapping:
    """From a path, or by the name of one that is shipped ("citizen_letters")."""
    path = Path(named)
    shipped = files("ruoshui.replay.mappings") / f"{named}.toml"
    try:
        raw = tomllib.loads(path.read_text() if path.exists() else shipped.read_text())
    except FileNotFoundError as missing:
        raise BadMapping(why=f"there is no file {named}, and none of this name is shipped") from missing
    except tomllib.TOMLDecodeError as wrong:
        raise BadMapping(why=str(wrong)) from wrong
    return _checked(raw)


def _checked(raw: dict[str, Any]) -> Mapping:
    for name in ("source", "shape", "columns", "unit", "case_type", "time_formats"):
        if name not in raw:
            raise BadMapping(why=f"“{name}” is missing")
    if raw["shape"] not in SHAPES:
        raise BadMapping(why=f"shape is one of {', '.join(SHAPES)}")
    needed = {"letters": ("key", "subject", "opened_at"), "event_log": ("key", "opened_at", "at", "state")}
    for name in needed[raw["shape"]]:
        if name not in raw["columns"]:
            raise BadMapping(why=f"columns.{name} is missing")
    return Mapping(
        source=raw["source"],
        shape=raw["shape"],
        columns=raw["columns"],
        values=raw.get("values", {}),
        unit=raw["unit"],
        case_type=raw["case_type"],
        zone=ZoneInfo(raw.get("zone", "Asia/Shanghai")),
        time_formats=tuple(raw["time_formats"]),
        missing=frozenset(raw.get("missing", [""])),
        defaults=raw.get("defaults", {}),
    )
