"""A cell of a condition, in DMN's short form: `-` (any), `> 5`, `[1..10]`, `(0..1]`, `"gold","silver"`, `not("x")`."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.processes.engine.expressions import BadExpression, evaluate, with_thousands

LONGEST_CELL = 500
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=)(.+)", re.DOTALL)
# What follows a comma in 50,000: after a comparison three digits, anywhere three that begin with 0.
_ENDS_IN_DIGITS, _THREE_DIGITS = re.compile(r"(?<![0-9.])[0-9]{1,3}$"), re.compile(r"[0-9]{3}(?![0-9.])")


def fits(cell: str, value: Any, facts: Mapping[str, Any]) -> bool:
    """Does a value fit a cell?"""
    if len(cell) > LONGEST_CELL:
        raise BadExpression(expression=cell[:40] + "…", why=_("a cell has at most 500 letters."))
    text = cell.strip()
    if text in ("", "-"):
        return True
    if text.startswith("not(") and text.endswith(")"):
        return not fits(text[4:-1], value, facts)
    parts = parts_of(text)
    for part, after in zip(parts, parts[1:], strict=False):
        _must_be_apart(part, after, text)
    return any(_fits_one(part.strip(), value, facts) for part in parts)


def _must_be_apart(part: str, after: str, cell: str) -> None:
    """`> 50,000` would be “more than 50, or 0”."""
    if not _ENDS_IN_DIGITS.search(part) or not _THREE_DIGITS.match(after):
        return
    if after.startswith("0") or _COMPARED.fullmatch(part.strip()) or ".." in part:
        why = with_thousands(cell) or _("a comma separates answers; write numbers without it.")
        raise BadExpression(expression=cell, why=why)


def _fits_one(part: str, value: Any, facts: Mapping[str, Any]) -> bool:
    if part[:1] in ("[", "(", "]") and part[-1:] in ("]", ")", "[") and ".." in part:
        opens, closes = part[0], part[-1]
        low, _dots, high = part[1:-1].partition("..")
        bottom, top = evaluate(low, facts), evaluate(high, facts)
        above = evaluate("v >= b" if opens == "[" else "v > b", {"v": value, "b": bottom})
        below = evaluate("v <= t" if closes == "]" else "v < t", {"v": value, "t": top})
        return bool(above and below)
    if found := _COMPARED.fullmatch(part):
        sign, other = found.groups()
        return bool(evaluate(f"v {sign} o", {"v": value, "o": evaluate(other, facts)}))
    other = evaluate(part, facts)
    if isinstance(other, list) and not isinstance(value, list):
        return value in other
    return bool(value == other)


def parts_of(text: str) -> list[str]:
    """Split at commas outside quotes and brackets."""
    parts, depth, quote, current = [], 0, "", ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and depth == 0:
            parts.append(current)
            current = ""
            continue
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        current += letter
    return [*parts, current]
