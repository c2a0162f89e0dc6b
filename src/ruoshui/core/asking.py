"""What somebody asks for in a search field: words that must all be there, and phrases in quotes."""

import re
from dataclasses import dataclass

from ruoshui.core.normal_text import normal_parts

LONGEST = 500
_ASKED = re.compile(r"[\"＂]([^\"＂]+)[\"＂]|“([^”]+)”|「([^」]+)」|『([^』]+)』|(\S+)")


@dataclass(frozen=True, slots=True)
class Word:
    """`parts` stand one after the other, with one blank between or none; `said` is what was typed."""

    said: str
    parts: tuple[str, ...]

    @property
    def is_indexed(self) -> bool:
        """Whether the index of neighbouring signs knows it: it knows no single signs."""
        return any(len(part) > 1 for part in self.parts)

    def plain_condition(self, column: str) -> tuple[str, list[str]]:
        """SQL that holds for texts in which it stands, with its parameters."""
        if len(self.parts) == 1:
            return f"{column} LIKE %s", [f"%{self.parts[0]}%"]
        return f"{column} ~ %s", [" ?".join(self.parts)]

    def condition(self, column: str) -> tuple[str, list[str]]:
        """The same, where the index of neighbouring signs is asked first."""
        where, values = self.plain_condition(column)
        known = [part for part in self.parts if len(part) > 1]
        if not known:
            return where, values
        grams = " || ".join("word_grams(%s)" for _part in known)
        return f"grams2({column}) @> ({grams}) AND {where}", [*known, *values]


def words_of(text: str) -> list[Word]:
    """In the order they were typed, each once."""
    found: dict[tuple[str, ...], Word] = {}
    for match in _ASKED.finditer(text[:LONGEST]):
        said = next(group for group in match.groups() if group)
        if parts := tuple(normal_parts(said)):
            found.setdefault(parts, Word(said, parts))
    return list(found.values())
