"""Names of a DMN file as names of our fields: DMN allows blanks, dots and signs in them (DMN 1.3, 10.3.1.4)."""

import keyword
import re
from collections.abc import Iterator

from lxml import etree

NAMED = ("variable", "inputData", "decision", "itemComponent", "formalParameter", "output", "contextEntry")
_SIGNS = re.compile(r"\W+")
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")')
_PATH = re.compile(r"\s*\.\s*")


class DmnNames:
    """Those of one file. The same name is always the same field."""

    def __init__(self, root: etree._Element) -> None:
        self.known: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        for name in _declared(root):
            self.field(name)

    def field(self, name: str) -> str:
        """A field's name for a name of the file: “Years of Service” is Years_of_Service."""
        name = _PATH.sub(".", " ".join(name.split()))
        if name not in self.known:
            plain = _SIGNS.sub("_", name).strip("_") or "field"
            if plain[0].isdigit() or keyword.iskeyword(plain):
                plain = f"_{plain}"
            taken, wanted, number = set(self.known.values()), plain, 2
            while plain in taken:
                plain, number = f"{wanted}_{number}", number + 1
            self.known[name] = plain
        return self.known[name]

    def asked(self, expression: str) -> str:
        """The field an input looks at: a name, or a path of names. Anything else stays as it is, to be refused."""
        parts = [" ".join(part.split()) for part in _PATH.split(expression)]
        return self.field(expression) if expression and all(part in self.known for part in parts) else expression

    def in_words(self, cell: str) -> str:
        """A cell with its names, and paths of names, as fields; texts in quotes stay."""
        if self._pattern is None:
            names = "|".join(re.escape(name) for name in sorted(self.known, key=len, reverse=True)) or "(?!)"
            self._pattern = re.compile(rf"(?<![\w.])(?:{names})(?:\s*\.\s*(?:{names}))*(?![\w.])")
        parts = _TEXT.split(cell)
        return "".join(
            part if place % 2 else self._pattern.sub(lambda hit: self.field(hit[0]), part)
            for place, part in enumerate(parts)
        )


def _declared(root: etree._Element) -> Iterator[str]:
    for element in root.iter(*(f"{{*}}{tag}" for tag in NAMED)):
        if name := (element.get("name") or "").strip():
            yield name
