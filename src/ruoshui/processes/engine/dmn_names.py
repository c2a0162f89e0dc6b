"""Names of a DMN file as names of our fields: DMN allows blanks, dots and signs in them (DMN 1.3, 10.3.1.4)."""

import keyword
import re
from collections.abc import Iterator

from lxml import etree

NAMED = (
    "variable",
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "itemComponent",
    "formalParameter",
    "output",
    "contextEntry",
)
# Functions whose names in DMN have blanks, or are others than ours.
FUNCTIONS = {
    "date and time": "date_and_time",
    "string length": "length",
    "starts with": "starts_with",
    "ends with": "ends_with",
    "upper case": "upper_case",
    "lower case": "lower_case",
    "list contains": "list_contains",
}
_CALLED = re.compile(rf"\b({'|'.join(FUNCTIONS)})\s*\(")
_CALLED_HERE = re.compile(rf"\b({'|'.join(FUNCTIONS.values())})\(")
_BY_OURS = {ours: theirs for theirs, ours in FUNCTIONS.items()}
_SIGNS = re.compile(r"\W+")
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")')
_MOMENT = re.compile(r'@("(?:[^"\\]|\\.)*")')
_PATH = re.compile(r"\s*\.\s*")
_PLAIN = re.compile(r"[^\W\d][\w ]*")


class DmnNames:
    """Those of one file. The same name is always the same field."""

    def __init__(self, root: etree._Element) -> None:
        self.known: dict[str, str] = {}
        self.fresh: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        # What is a field's name as it stands keeps it, whoever comes first.
        for name in sorted(_declared(root), key=lambda one: not one.isidentifier()):
            self.field(name)

    def field(self, name: str) -> str:
        """A field's name for a name of the file: “Years of Service” is Years_of_Service."""
        name = _PATH.sub(".", " ".join(name.split()))
        if name not in self.known:
            self.known[name] = self._free(name)
        return self.known[name]

    def made_up(self, text: str) -> str:
        """A field for what has no name in the file: nothing there can mean it."""
        name = self._free(text[:40])
        self.fresh.add(name)
        return name

    def _free(self, name: str) -> str:
        plain = _SIGNS.sub("_", name).strip("_") or "field"
        if plain[0].isdigit() or keyword.iskeyword(plain):
            plain = f"_{plain}"
        taken, wanted, number = self.fresh.union(self.known.values()), plain, 2
        while plain in taken:
            plain, number = f"{wanted}_{number}", number + 1
        return plain

    def asked(self, expression: str) -> str:
        """The field an input looks at: a name, or a path of names. Empty for an expression that is worked out."""
        first, *parts = [" ".join(part.split()) for part in _PATH.split(expression)]
        if first in self.known and all(part in self.known or _PLAIN.fullmatch(part) for part in parts):
            return self.field(expression)
        return expression if expression.isidentifier() or not expression else ""

    def under(self, name: str) -> Iterator[str]:
        """What paths go on with behind a name: Person.Age and Person.Name give Age and Name."""
        for known in list(self.known):
            if known.startswith(f"{name}."):
                yield known[len(name) + 1 :]

    def named(self, field: str) -> str:
        """The name in the file; empty when there is none."""
        return next((name for name, known in self.known.items() if known == field), "")

    def in_words(self, cell: str) -> str:
        """A cell with its names, and paths of names, as fields; texts in quotes stay."""
        if self._pattern is None:
            names = "|".join(re.escape(name) for name in sorted(self.known, key=len, reverse=True)) or "(?!)"
            steps = rf"(?:\s*\.\s*(?:{names}|[^\W\d]\w*))*"
            # A single dot leads on to a part, two dots to the end of a range.
            self._pattern = re.compile(rf"(?<!\w)(?<!(?<!\.)\.)(?:{names}){steps}(?!\w|\.(?!\.))")
        parts = _TEXT.split(_MOMENT.sub(_moment, cell))
        return "".join(part if place % 2 else self._plain(part) for place, part in enumerate(parts))

    def _plain(self, part: str) -> str:
        assert self._pattern is not None
        called = _CALLED.sub(lambda hit: f"{FUNCTIONS[hit[1]]}(", part)
        return self._pattern.sub(lambda hit: self.field(hit[0]), called)


def in_feel(cell: str) -> str:
    """A cell of ours with the functions as DMN calls them."""
    parts = _TEXT.split(cell)
    return "".join(
        part if place % 2 else _CALLED_HERE.sub(lambda hit: f"{_BY_OURS[hit[1]]}(", part)
        for place, part in enumerate(parts)
    )


def _moment(found: re.Match[str]) -> str:
    """@"2026-03-04" is date("2026-03-04"), and so on by what is written."""
    text = found[1]
    if "P" in text:
        return f"duration({text})"
    kind = "date_and_time" if "T" in text else "time" if ":" in text else "date"
    return f"{kind}({text})"


def _declared(root: etree._Element) -> Iterator[str]:
    for element in root.iter(*(f"{{*}}{tag}" for tag in NAMED)):
        if name := (element.get("name") or "").strip():
            yield name
