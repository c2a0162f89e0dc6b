"""Finds every text a person can read: in templates, in code; and what the catalogue knows of it.

Run as a program it writes the missing ones to the catalogue, empty, for somebody to translate:
    .venv/bin/python -m tests.contracts.texts
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent.parent / "src/ruoshui"
CATALOGUE = SOURCE / "locale/zh_Hans/LC_MESSAGES/django.po"
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "ngettext"))
Message = str | tuple[str, ...]


def _from_code(text: str) -> Iterator[Message]:
    found = extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _line, keyword, message, _comments in found:
        parts: tuple[object, ...] = tuple(message) if keyword == "ngettext" else (message,)
        texts = tuple(str(part) for part in parts if part)
        if texts:
            yield texts[:2] if keyword == "ngettext" else texts[0]


def messages() -> dict[Message, str]:
    """Every message with one place where it stands."""
    from django.utils.translation import templatize

    found: dict[Message, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            for message in _from_code(path.read_text()):
                found.setdefault(message, str(path.relative_to(SOURCE)))
    for path in sorted(SOURCE.rglob("*.html")):
        # Lines of a template stand in as they please; those of Python do not.
        code = re.sub(r"^\s+", "", templatize(path.read_text(), origin=str(path)), flags=re.M)
        for message in _from_code(code):
            found.setdefault(message, str(path.relative_to(SOURCE)))
    return found


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def raw_texts() -> list[tuple[str, str]]:
    """(template, words) of text that stands in a template without going through translation."""
    found = []
    for path in sorted(SOURCE.rglob("*.html")):
        text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", path.read_text(), flags=re.S)
        text = re.sub(r"<(svg|style|script|kbd)\b.*?</\1>", "", text, flags=re.S)
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        attributes = re.findall(r"""\b(?:title|placeholder|aria-label|alt)="([^"]+)\"""", text)
        words = re.findall(r">([^<>]+)<", re.sub(r"""="[^"]*\"""", "", text)) + attributes
        for word in words:
            plain = re.sub(r"&\w+;|RS\d+|Ctrl|Enter|中文|English|API", "", word).strip()
            if re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", plain):
                found.append((path.name, plain))
    return found


def main() -> None:
    known = catalogue() if CATALOGUE.exists() else Catalog(locale="zh_Hans")
    every = messages()
    fresh = Catalog(locale="zh_Hans", project="ruoshui", charset="utf-8", fuzzy=False, header_comment="# 若水 Ruoshui")
    for message, _place in sorted(every.items(), key=lambda item: str(item[0])):
        old = known.get(message[0] if isinstance(message, tuple) else message)
        fresh.add(message, old.string if old else "", auto_comments=[])
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, fresh, sort_output=True, omit_header=False, width=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
    django.setup()
    main()
