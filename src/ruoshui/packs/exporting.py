"""Write what is here as a pack's folder, to be carried elsewhere: what a pack installed, as it is now, or chosen case
types.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from ruoshui.packs.kinds import all_kinds
from ruoshui.packs.models import Pack


def export_pack(folder: Path, pack: Pack) -> list[Path]:
    """The pack with the local edits. Returns the files that were written."""
    things = [(one.kind, one.code) for one in pack.things.all()]
    about = {
        "code": pack.code,
        "version": pack.version,
        "name_zh": pack.name_zh,
        "name_en": pack.name_en or pack.name_zh,
    }
    return write_pack(folder, about, things)


def write_pack(folder: Path, about: dict[str, str], things: Iterable[tuple[str, str]]) -> list[Path]:
    written: list[Path] = []
    manifest: dict[str, Any] = {"pack": about}
    kinds = all_kinds()
    for kind, code in things:
        values = kinds[kind].read(code)
        if values is None:
            continue
        if kind == "case_type":
            values = _type_files(folder, code, values, written)
        if kind == "level":
            values["term"] = [_term(term) for term in values.pop("terms")]
        if kind == "asset_kind":
            values["check"] = [_said(check) for check in values.pop("checks")]
        if kind == "macro":
            values["name_zh"] = code
        elif kind != "strategy":
            values = {"code": code, **values}
        said = _said(values)
        manifest.setdefault(kind, []).append(said)
    folder.mkdir(parents=True, exist_ok=True)
    written.append(_write(folder / "pack.toml", tomli_w.dumps(manifest)))
    return written


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], {}, None)}


def _term(term: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in term.items() if value not in ("", 0, [], None) and name != "rungs"}
    return {**said, "rung": term["rungs"]}


def _type_files(folder: Path, code: str, values: dict[str, Any], written: list[Path]) -> dict[str, Any]:
    """Drawing, forms and tables as files of their own; the manifest names them."""
    plain = {
        name: value for name, value in values.items() if name not in ("drawing", "forms", "decisions", "documents")
    }
    if values["drawing"]:
        written.append(_write(folder / f"process/{code}.bpmn", values["drawing"]))
        plain["process"] = f"process/{code}.bpmn"
    for name, schema in values["forms"].items():
        path = f"forms/{code}-{name}.json"
        written.append(_write(folder / path, _json(schema)))
        if name == "application":
            plain["form"] = path
        else:
            plain.setdefault("forms", {})[name] = path
    for table in values["decisions"]:
        path = f"decisions/{code}-{table['code']}.json"
        written.append(_write(folder / path, _json(table)))
        plain.setdefault("decisions", []).append(path)
    if values["documents"]:
        plain["document"] = [{k: v for k, v in one.items() if v not in ("", None)} for one in values["documents"]]
    return plain


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
