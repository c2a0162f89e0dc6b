"""Read a pack's folder: its values in full, and everything that is wrong with it, each with file and line."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from ruoshui.cases.schemas import check_form_schema, with_order
from ruoshui.core.plain_json import NotPlain, read_json
from ruoshui.core.refusals import Refusal
from ruoshui.packs.lines import line_at, lines_of
from ruoshui.packs.refusals import Fault, FaultyPack
from ruoshui.packs.schema import SCHEMA
from ruoshui.processes.engine.checking import Known, problems
from ruoshui.processes.engine.dmn import read_dmn
from ruoshui.processes.engine.drawing import read_drawing
from ruoshui.processes.engine.machine import specs_of
from ruoshui.processes.engine.table_shapes import plain_table, table_from
from ruoshui.processes.verbs import SERVICES

MANIFEST = "pack.toml"
NAMED = ("role", "tier", "calendar", "level", "case_type", "survey", "service_class", "business", "asset_kind")
LISTS = (*NAMED, "strategy", "macro")


@dataclass
class Reading:
    """`values` is the manifest with every file it names put in its place; use it only when there are no `faults`."""

    folder: Path
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.values["pack"]["code"])

    def fault(self, path: tuple[str | int, ...], text: str, file: str = MANIFEST) -> None:
        self.faults.append(Fault(file, line_at(self.lines, path) if file == MANIFEST else 0, text))


def read_pack(folder: Path) -> Reading:
    """Everything that can be known without a database; roles and levels may come from what is installed already."""
    reading = Reading(folder)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        reading.faults.append(Fault(MANIFEST, 0, _("There is no pack.toml in this folder.")))
        return reading
    text = manifest.read_text(encoding="utf-8")
    try:
        reading.values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        reading.faults.append(Fault(MANIFEST, _line_in(str(wrong)), str(wrong)))
        return reading
    reading.lines = lines_of(text)
    for violation in Draft202012Validator(SCHEMA).iter_errors(reading.values):
        reading.fault(tuple(violation.absolute_path), violation.message)
    if not reading.faults:
        _unique(reading)
        _terms(reading)
        for index, type in enumerate(reading.values.get("case_type", [])):
            _case_type(reading, index, type)
    return reading


def sound_pack(folder: Path) -> Reading:
    reading = read_pack(folder)
    if reading.faults:
        raise FaultyPack(reading.faults)
    return reading


def _line_in(message: str) -> int:
    _before, _sep, after = message.partition("line ")
    number = after.split(",")[0].split(")")[0].split(" ")[0]
    return int(number) if number.isdigit() else 0


def _unique(reading: Reading) -> None:
    for kind in NAMED:
        seen: set[str] = set()
        for index, one in enumerate(reading.values.get(kind, [])):
            if one["code"] in seen:
                reading.fault((kind, index, "code"), _("“%s” is there twice.") % one["code"])
            seen.add(one["code"])


def _terms(reading: Reading) -> None:
    """Working time in minutes, hours or working days: exactly one of them."""
    for index, level in enumerate(reading.values.get("level", [])):
        codes = {term.get("milestone") for term in level["term"]}
        for place, term in enumerate(level["term"]):
            where = ("level", index, "term", place)
            given = [name for name in ("minutes", "hours", "days") if name in term]
            if len(given) != 1:
                reading.fault(where, _("Say how long: minutes, hours or days, one of them."))
                continue
            if given[0] == "hours":
                term["minutes"] = round(term.pop("hours") * 60)
            if (term.get("calendar_from") == "fixed") != bool(term.get("calendar")):
                reading.fault(where, _("A fixed calendar is named, and no other is."))
            if (term["target"] == "milestone") != bool(term.get("milestone")):
                reading.fault(where, _("A milestone, and only a milestone, has a code."))
            if term.get("after") and term["after"] not in codes:
                reading.fault((*where, "after"), _("There is no milestone “%s” in this level.") % term["after"])


def _case_type(reading: Reading, index: int, type: dict[str, Any]) -> None:
    where = ("case_type", index)
    forms = {code: _form(reading, (*where, "forms", code), name) for code, name in type.pop("forms", {}).items()}
    if "form" in type:
        forms["application"] = _form(reading, (*where, "form"), type.pop("form"))
    named = type.pop("decisions", [])
    type["forms"] = {code: form for code, form in forms.items() if form is not None}
    type["decisions"] = [table for name in named for table in _decisions(reading, (*where, "decisions"), name)]
    type["documents"] = type.pop("document", [])
    name = type.pop("process", "")
    type["drawing"] = _drawing(reading, (*where, "process"), name, type) if name else ""


def _text(reading: Reading, where: tuple[str | int, ...], name: str) -> str | None:
    path = (reading.folder / name).resolve()
    if not path.is_relative_to(reading.folder.resolve()) or not path.is_file():
        reading.fault(where, _("There is no file %s in the pack.") % name)
        return None
    return path.read_text(encoding="utf-8")


def _json(reading: Reading, where: tuple[str | int, ...], name: str) -> Any:
    text = _text(reading, where, name)
    if text is None:
        return None
    try:
        return read_json(text)
    except NotPlain as wrong:
        line = getattr(wrong.__cause__, "lineno", 0)
        reading.faults.append(Fault(name, line, f"{wrong.field}: {wrong.why}" if wrong.place else str(wrong.why)))
        return None


def _form(reading: Reading, where: tuple[str | int, ...], name: str) -> Any:
    schema = _json(reading, where, name)
    if schema is None:
        return None
    try:
        check_form_schema(schema)
    except ValidationError as wrong:
        reading.fault(where, " ".join(wrong.messages), name)
        return None
    for field_name, one in schema.get("properties", {}).items():
        if not one.get("title") or not one.get("x-title-en"):
            reading.fault(where, _("The field “%s” needs a name in both languages.") % field_name, name)
    return with_order(schema)


def _decisions(reading: Reading, where: tuple[str | int, ...], name: str) -> list[Any]:
    """A DMN file may hold several tables that ask each other, a JSON file holds one."""
    try:
        if name.endswith(".dmn"):
            text = _text(reading, where, name)
            return [plain_table(table) for table in read_dmn(text).tables] if text is not None else []
        table = _json(reading, where, name)
        return [plain_table(table_from(table))] if table is not None else []
    except Refusal as wrong:
        reading.fault(where, str(wrong), name)
        return []


def _drawing(reading: Reading, where: tuple[str | int, ...], name: str, type: Mapping[str, Any]) -> str:
    text = _text(reading, where, name)
    if text is None:
        return ""
    try:
        drawing = read_drawing(text)
        known = Known(
            verbs={verb: service.needs for verb, service in SERVICES.items()},
            forms=set(type["forms"]),
            decisions={table["code"] for table in type["decisions"]},
        )
        found = problems(drawing, known)
        for one in found:
            reading.faults.append(Fault(name, one.line, f"{one.node}: {one.text}" if one.node else one.text))
        if not drawing.has_picture:
            reading.fault(where, _("It has no diagram, so nobody could see or change it in a BPMN editor."), name)
        for node in drawing.of_kind("task", "service"):
            if not node.get("name-en"):
                reading.faults.append(Fault(name, node.line, _("%s: it needs an English name.") % node.id))
        if not found:
            specs_of(drawing)
    except Refusal as wrong:
        reading.fault(where, str(wrong), name)
        return ""
    return drawing.source
