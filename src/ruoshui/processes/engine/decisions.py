"""Decision tables: rows of conditions, the answers of the row that fits. DMN's tables, evaluated by a closed language.

A cell of a condition is DMN's short form: `-` (any), `> 5`, `[1..10]`, `(0..1]`, `"gold","silver"`, `not("x")`, `true`.
A cell of an answer is a number, a text in quotes, true/false, or an expression of the fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.bounds import named
from ruoshui.processes.engine.expressions import BadExpression, evaluate, parse, with_thousands

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "COLLECT", "SUM", "MIN", "MAX", "COUNT"]
POLICIES: tuple[HitPolicy, ...] = ("UNIQUE", "FIRST", "ANY", "COLLECT", "SUM", "MIN", "MAX", "COUNT")
MOST_RULES, MOST_COLUMNS, MOST_CELLS, MOST_LETTERS = 1000, 30, 10_000, 200_000
LONGEST_CELL, LONGEST_NAME = 500, 200
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=)(.+)", re.DOTALL)
# What follows a comma in 50,000: after a comparison three digits, anywhere three that begin with 0.
_ENDS_IN_DIGITS, _THREE_DIGITS = re.compile(r"(?<![0-9.])[0-9]{1,3}$"), re.compile(r"[0-9]{3}(?![0-9.])")


class BadDecision(Refusal):
    code, status = "bad-decision", 422
    text = _("The decision table {table} cannot be used, {where}: {why}")


class NoRuleFits(Refusal):
    code = "no-rule-fits"
    text = _("No row of the decision table {table} fits {facts}. Add a last row that fits always.")


class RulesDisagree(Refusal):
    code = "rules-disagree"
    text = _("Rows {rows} of the decision table {table} fit together and say different things. Only one may fit.")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is a field; `type` is number, text or boolean; labels for people in both languages."""

    name: str
    type: str = "text"
    label_zh: str = ""
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    when: tuple[str, ...]
    then: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    code: str
    name: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    policy: HitPolicy = "FIRST"

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.inputs, *self.outputs)

    def decide(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The answers by the names of the output columns."""
        hits = [(number, rule) for number, rule in enumerate(self.rules, 1) if self._fits(number, rule, facts)]
        if self.policy == "COUNT":
            return {column.name: len(hits) for column in self.outputs}
        if not hits:
            if self.policy in ("COLLECT", "SUM"):
                return {column.name: [] if self.policy == "COLLECT" else 0 for column in self.outputs}
            seen = ", ".join(f"{column.name} = {named(facts.get(column.name))}" for column in self.inputs)
            raise NoRuleFits(table=self.name, facts=seen)
        answers = [self._answers(number, rule, facts) for number, rule in hits]
        if self.policy == "FIRST":
            return answers[0]
        if self.policy in ("UNIQUE", "ANY"):
            if (self.policy == "UNIQUE" and len(hits) > 1) or any(one != answers[0] for one in answers):
                raise RulesDisagree(rows=", ".join(str(number) for number, _rule in hits), table=self.name)
            return answers[0]
        return {column.name: self._gathered([one[column.name] for one in answers]) for column in self.outputs}

    def _gathered(self, values: list[Any]) -> Any:
        if self.policy == "COLLECT":
            return values
        try:
            return sum(values) if self.policy == "SUM" else min(values) if self.policy == "MIN" else max(values)
        except TypeError as wrong:
            where, why = _("when gathering answers"), _("only numbers can be added or compared.")
            raise BadDecision(table=self.name, where=where, why=why) from wrong

    def _fits(self, number: int, rule: Rule, facts: Mapping[str, Any]) -> bool:
        return all(
            self._checked(number, column, fits, cell, facts.get(column.name), facts)
            for column, cell in zip(self.inputs, rule.when, strict=True)
        )

    def _answers(self, number: int, rule: Rule, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column.name: self._checked(number, column, evaluate, cell, facts)
            for column, cell in zip(self.outputs, rule.then, strict=True)
        }

    def _checked(self, number: int, column: Column, ask: Any, *arguments: Any) -> Any:
        try:
            return ask(*arguments)
        except BadExpression as wrong:
            where = _("row %(row)s, column %(column)s") % {"row": number, "column": column.name}
            raise BadDecision(table=self.name, where=where, why=str(wrong)) from wrong


def fits(cell: str, value: Any, facts: Mapping[str, Any]) -> bool:
    """Does a value fit a cell?"""
    if len(cell) > LONGEST_CELL:
        raise BadExpression(expression=cell[:40] + "…", why=_("a cell has at most 500 letters."))
    text = cell.strip()
    if text in ("", "-"):
        return True
    if text.startswith("not(") and text.endswith(")"):
        return not fits(text[4:-1], value, facts)
    parts = _parts(text)
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
    return bool(value == evaluate(part, facts))


def _parts(text: str) -> list[str]:
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


def check_table(table: Table) -> None:
    """Refuse what could not be evaluated, naming row and column, before it is ever needed."""

    def bad(where: Any, why: Any) -> BadDecision:
        return BadDecision(table=table.name, where=where, why=why)

    if table.policy not in POLICIES:
        raise bad(_("hit policy"), _("it is not known."))
    if not table.outputs or len(table.columns) > MOST_COLUMNS:
        raise bad(_("columns"), _("it needs an answer and at most 30 columns."))
    for column in table.columns:
        if not column.name.isidentifier() or len(column.name) > LONGEST_NAME:
            raise bad(_("columns"), _("“%s” is no name of a field: letters, digits and _ only.") % column.name[:40])
    if not table.rules or len(table.rules) > MOST_RULES:
        raise bad(_("rows"), _("it needs between 1 and 1,000 rows."))
    if _is_too_large(table):
        raise bad(_("rows"), _("it is too large: at most 10,000 cells and 200,000 letters. Split it."))
    for number, rule in enumerate(table.rules, 1):
        if len(rule.when) != len(table.inputs) or len(rule.then) != len(table.outputs):
            raise bad(_("row %s") % number, _("it has not as many cells as there are columns."))
        _check_rule(table, number, rule)


def _check_rule(table: Table, number: int, rule: Rule) -> None:
    for column, cell in zip(table.inputs, rule.when, strict=True):
        table._checked(number, column, fits, cell, _example(column), {})
    for column, cell in zip(table.outputs, rule.then, strict=True):
        table._checked(number, column, parse, cell)


def _is_too_large(table: Table) -> bool:
    letters = sum(len(cell) for rule in table.rules for cell in (*rule.when, *rule.then, rule.note))
    return len(table.rules) * len(table.columns) > MOST_CELLS or letters > MOST_LETTERS


def _example(column: Column) -> Any:
    return {"number": 1, "boolean": True}.get(column.type, "x")
