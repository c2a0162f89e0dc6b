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
from ruoshui.processes.engine.expressions import BadExpression, evaluate

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "COLLECT", "SUM", "MIN", "MAX", "COUNT"]
POLICIES: tuple[HitPolicy, ...] = ("UNIQUE", "FIRST", "ANY", "COLLECT", "SUM", "MIN", "MAX", "COUNT")
MOST_RULES, MOST_COLUMNS = 1000, 30
_RANGE = re.compile(r"^\s*([\[\(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\]\)\[])\s*$")
_COMPARED = re.compile(r"^\s*(<=|>=|!=|<|>|=)\s*(.+)$", re.DOTALL)


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

    def decide(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The answers by the names of the output columns."""
        hits = [(number, rule) for number, rule in enumerate(self.rules, 1) if self._fits(number, rule, facts)]
        if self.policy == "COUNT":
            return {column.name: len(hits) for column in self.outputs}
        if not hits:
            if self.policy in ("COLLECT", "SUM"):
                return {column.name: [] if self.policy == "COLLECT" else 0 for column in self.outputs}
            seen = ", ".join(f"{column.name} = {facts.get(column.name)!r}" for column in self.inputs)
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
    text = cell.strip()
    if text in ("", "-"):
        return True
    if text.startswith("not(") and text.endswith(")"):
        return not fits(text[4:-1], value, facts)
    return any(_fits_one(part, value, facts) for part in _parts(text))


def _fits_one(part: str, value: Any, facts: Mapping[str, Any]) -> bool:
    if found := _RANGE.match(part):
        opens, low, high, closes = found.groups()
        bottom, top = evaluate(low, facts), evaluate(high, facts)
        above = evaluate("v >= b" if opens == "[" else "v > b", {"v": value, "b": bottom})
        below = evaluate("v <= t" if closes == "]" else "v < t", {"v": value, "t": top})
        return bool(above and below)
    if found := _COMPARED.match(part):
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
    if not table.outputs or len(table.inputs) + len(table.outputs) > MOST_COLUMNS:
        raise bad(_("columns"), _("it needs an answer and at most 30 columns."))
    for column in (*table.inputs, *table.outputs):
        if not column.name.isidentifier():
            raise bad(_("columns"), _("“%s” is no name of a field: letters, digits and _ only.") % column.name)
    if not table.rules or len(table.rules) > MOST_RULES:
        raise bad(_("rows"), _("it needs between 1 and 1,000 rows."))
    for number, rule in enumerate(table.rules, 1):
        if len(rule.when) != len(table.inputs) or len(rule.then) != len(table.outputs):
            raise bad(_("row %s") % number, _("it has not as many cells as there are columns."))
        for column, cell in zip(table.inputs, rule.when, strict=True):
            table._checked(number, column, fits, cell, _example(column), {})
        for column, cell in zip(table.outputs, rule.then, strict=True):
            table._checked(number, column, _parsed, cell)


def _parsed(cell: str) -> None:
    from ruoshui.processes.engine.expressions import parse

    parse(cell)


def _example(column: Column) -> Any:
    return {"number": 1, "boolean": True}.get(column.type, "x")


def table_from(data: Mapping[str, Any]) -> Table:
    """From stored or posted JSON. Refuses a shape that is no table."""
    try:
        table = Table(
            code=str(data["code"]),
            name=str(data.get("name") or data["code"]),
            inputs=tuple(Column(**column) for column in data["inputs"]),
            outputs=tuple(Column(**column) for column in data["outputs"]),
            rules=tuple(
                Rule(
                    tuple(str(cell) for cell in rule["when"]),
                    tuple(str(cell) for cell in rule["then"]),
                    str(rule.get("note", "")),
                )
                for rule in data["rules"]
            ),
            policy=data.get("policy", "FIRST"),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        code = str(data.get("code", "?")) if hasattr(data, "get") else "?"
        raise BadDecision(table=code, where=_("as a whole"), why=_("it is no decision table.")) from wrong
    check_table(table)
    return table


def plain_table(table: Table) -> dict[str, Any]:
    """What JSON keeps of a table."""

    def plain(column: Column) -> dict[str, str]:
        return {
            "name": column.name,
            "type": column.type,
            "label_zh": column.label_zh,
            "label_en": column.label_en,
        }

    return {
        "code": table.code,
        "name": table.name,
        "inputs": [plain(column) for column in table.inputs],
        "outputs": [plain(column) for column in table.outputs],
        "rules": [{"when": list(rule.when), "then": list(rule.then), "note": rule.note} for rule in table.rules],
        "policy": table.policy,
    }
