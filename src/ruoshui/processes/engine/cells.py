"""A cell of a condition, in DMN's short form: `-` (any), `> 5`, `[1..10]`, `(0..1]`, `"gold","silver"`, `not("x")`.

`?` is the value itself: `contains(?, "fraud")`, `? > 5 and ? < limit`.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.processes.engine.bounds import OutOfBounds
from ruoshui.processes.engine.expressions import BadExpression, names_in, value_of, with_thousands
from ruoshui.processes.engine.times import clock_time, day, instant, length_of

LONGEST_CELL = 500
ANYTHING = ("", "-")
# What a value is read as in a column of this kind, and what it is compared with.
READ: dict[str, Callable[[Any], Any]] = {"date": day, "time": clock_time, "datetime": instant, "duration": length_of}
_ITSELF = "itself_"
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=)(.+)", re.DOTALL)
# What follows a comma in 50,000: after a comparison three digits, anywhere three that begin with 0.
_ENDS_IN_DIGITS, _THREE_DIGITS = re.compile(r"(?<![0-9.])[0-9]{1,3}$"), re.compile(r"[0-9]{3}(?![0-9.])")


def fits(cell: str, value: Any, facts: Mapping[str, Any], kind: str = "") -> bool:
    """Does a value fit a cell of a column of this kind?"""
    text, is_wanted = _inside(cell)
    if text in ANYTHING:
        return is_wanted
    question = _Question(text, facts, READ.get(kind))
    read = question.read(value)
    return any(question.fits(part, read) for part in _parts(text)) is is_wanted


def check_cell(cell: str, example: Any, kind: str = "") -> None:
    """Refuse what could not be understood. What names fields is only read: nothing is known of them yet."""
    text, _is_wanted = _inside(cell)
    for part in [] if text in ANYTHING else _parts(text):
        _sign, expressions = _taken_apart(part)
        if not [name for one in expressions for name in names_in(one)]:
            fits(part, example, {}, kind)


def _inside(cell: str) -> tuple[str, bool]:
    """What is asked, and whether it shall be so: every `not( … )` around it says the opposite."""
    if len(cell) > LONGEST_CELL:
        raise BadExpression(expression=cell[:40] + "…", why=_("a cell has at most 500 letters."))
    text, is_wanted = cell.strip(), True
    while text.startswith("not(") and closing(text, 3) == len(text) - 1:
        text, is_wanted = text[4:-1].strip(), not is_wanted
    return text, is_wanted


def _parts(text: str) -> list[str]:
    parts = parts_of(text)
    for part, after in zip(parts, parts[1:], strict=False):
        _must_be_apart(part, after, text)
    return [part.strip() for part in parts]


def _must_be_apart(part: str, after: str, cell: str) -> None:
    """`> 50,000` would be “more than 50, or 0”."""
    if not _ENDS_IN_DIGITS.search(part) or not _THREE_DIGITS.match(after):
        return
    if after.startswith("0") or _COMPARED.fullmatch(part.strip()) or ".." in part:
        why = with_thousands(cell) or _("a comma separates answers; write numbers without it.")
        raise BadExpression(expression=cell, why=why)


@dataclass(frozen=True, slots=True)
class _Question:
    """What one cell asks. `reading` is how its column reads values."""

    cell: str
    facts: Mapping[str, Any]
    reading: Callable[[Any], Any] | None

    def fits(self, part: str, value: Any) -> bool:
        sign, expressions = _taken_apart(part)
        if sign == "?":
            return value_of(expressions[0], ChainMap({_ITSELF: value}, self.facts)) is True  # type: ignore[arg-type]
        if sign == "..":
            bottom, top = (self.value(one) for one in expressions)
            is_above = self.compared(value, ">=" if part[0] == "[" else ">", bottom)
            return is_above and self.compared(value, "<=" if part[-1] == "]" else "<", top)
        other = self.value(expressions[0])
        if sign == "in" and isinstance(other, list) and not isinstance(value, list):
            return value in other
        return self.compared(value, "=" if sign == "in" else sign, other)

    def compared(self, value: Any, sign: str, other: Any) -> bool:
        try:
            return bool(value_of(f"v {sign} o", {"v": value, "o": other}))
        except BadExpression as wrong:
            raise BadExpression(expression=self.cell, why=wrong.details["why"]) from wrong

    def value(self, expression: str) -> Any:
        return self.read(value_of(expression, self.facts))

    def read(self, value: Any) -> Any:
        if self.reading is None:
            return value
        try:
            return [self.reading(one) for one in value] if isinstance(value, list) else self.reading(value)
        except OutOfBounds as wrong:
            raise BadExpression(expression=self.cell, why=wrong.why) from wrong


def _taken_apart(part: str) -> tuple[str, list[str]]:
    """How the value is compared, and with which expressions."""
    if (asked := _with_itself(part)) != part:
        return "?", [asked]
    if part[:1] in ("[", "(", "]") and part[-1:] in ("]", ")", "[") and ".." in part:
        low, _dots, high = part[1:-1].partition("..")
        return "..", [low, high]
    if found := _COMPARED.fullmatch(part):
        return found[1], [found[2]]
    return "in", [part]


_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")


def _with_itself(part: str) -> str:
    """`?` outside quotes by a name that stands for it."""
    pieces = _QUOTED.split(part)
    return "".join(piece if place % 2 else piece.replace("?", _ITSELF) for place, piece in enumerate(pieces))


def closing(text: str, opening: int) -> int:
    """Where the bracket at `opening` is closed; -1 when nowhere."""
    depth = 0
    for place, letter in outside_quotes(text):
        depth += (place >= opening) * ((letter in "([") - (letter in ")]"))
        if place >= opening and depth == 0:
            return place
    return -1


def outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    quote = ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            yield place, letter


def parts_of(text: str) -> list[str]:
    """Split at commas outside quotes and brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in outside_quotes(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
