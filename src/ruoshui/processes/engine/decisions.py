"""Decision tables: rows of conditions, the answers of the row that fits. DMN's tables, evaluated by a closed language.

A cell of an answer is a number, a text in quotes, true/false, or an expression of the fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.bounds import named
from ruoshui.processes.engine.cells import fits, parts_of
from ruoshui.processes.engine.expressions import BadExpression, evaluate, parse

HitPolicy = Literal[
    "UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "SUM", "MIN", "MAX", "COUNT"
]
POLICIES: tuple[HitPolicy, ...] = get_args(HitPolicy)
BY_PREFERENCE = ("PRIORITY", "OUTPUT ORDER")
LISTED = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
MOST_RULES, MOST_COLUMNS, MOST_CELLS, MOST_LETTERS = 1000, 30, 10_000, 200_000
LONGEST_NAME = 200


class BadDecision(Refusal):
    code, status = "bad-decision", 422
    text = _("The decision table {table} cannot be used, {where}: {why}")


class NoRuleFits(Refusal):
    code = "no-rule-fits"
    text = _("No row of the decision table {table} fits {facts}. Add a last row that fits always.")
    words = ("facts",)


class RulesDisagree(Refusal):
    code = "rules-disagree"
    text = _("Rows {rows} of the decision table {table} fit together and say different things. Only one may fit.")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is a field; `type` is number, text or boolean; labels for people in both languages. `values`: the answers
    there are, separated by commas, the preferred one first.
    """

    name: str
    type: str = "text"
    label_zh: str = ""
    label_en: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    when: tuple[str, ...]
    then: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
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
            if self.policy in (*LISTED, "SUM"):
                return {column.name: 0 if self.policy == "SUM" else [] for column in self.outputs}
            seen = ", ".join(f"{column.name} = {named(facts.get(column.name))}" for column in self.inputs)
            raise NoRuleFits(table=self.name, facts=seen)
        answers = [self._answers(number, rule, facts) for number, rule in hits]
        if self.policy in BY_PREFERENCE:
            answers.sort(key=self._preference)  # stable: equal ones stay in the order of their rows
        if self.policy in ("FIRST", "PRIORITY"):
            return answers[0]
        if self.policy in ("UNIQUE", "ANY"):
            if (self.policy == "UNIQUE" and len(hits) > 1) or any(one != answers[0] for one in answers):
                raise RulesDisagree(rows=", ".join(str(number) for number, _rule in hits), table=self.name)
            return answers[0]
        return {column.name: self._gathered([one[column.name] for one in answers]) for column in self.outputs}

    def _preference(self, answers: Mapping[str, Any]) -> list[int]:
        """The place of each answer among those there are, column by column; what is not among them comes last."""
        return [_place(answers[column.name], preferred(column)) for column in self.outputs if column.values]

    def _gathered(self, values: list[Any]) -> Any:
        if self.policy in LISTED:
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


def preferred(column: Column) -> list[Any]:
    """The values of a column's answers, the preferred one first."""
    return [evaluate(part, {}) for part in parts_of(column.values)] if column.values else []


def _place(value: Any, values: list[Any]) -> int:
    return values.index(value) if value in values else len(values)


def check_table(table: DecisionTable) -> None:
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
    _check_values(table)
    if not table.rules or len(table.rules) > MOST_RULES:
        raise bad(_("rows"), _("it needs between 1 and 1,000 rows."))
    if _is_too_large(table):
        raise bad(_("rows"), _("it is too large: at most 10,000 cells and 200,000 letters. Split it."))
    for number, rule in enumerate(table.rules, 1):
        if len(rule.when) != len(table.inputs) or len(rule.then) != len(table.outputs):
            raise bad(_("row %s") % number, _("it has not as many cells as there are columns."))
        _check_rule(table, number, rule)


def _check_values(table: DecisionTable) -> None:
    if table.policy in BY_PREFERENCE and not any(column.values for column in table.outputs):
        why = _("say in which order the answers are preferred, under the answer's field.")
        raise BadDecision(table=table.name, where=_("hit policy"), why=why)
    for column in table.outputs:
        try:
            preferred(column)
        except BadExpression as wrong:
            raise BadDecision(table=table.name, where=_("column %s") % column.name, why=str(wrong)) from wrong


def _check_rule(table: DecisionTable, number: int, rule: Rule) -> None:
    for column, cell in zip(table.inputs, rule.when, strict=True):
        table._checked(number, column, fits, cell, _example(column), {})
    for column, cell in zip(table.outputs, rule.then, strict=True):
        table._checked(number, column, parse, cell)


def _is_too_large(table: DecisionTable) -> bool:
    letters = sum(len(cell) for rule in table.rules for cell in (*rule.when, *rule.then, rule.note))
    return len(table.rules) * len(table.columns) > MOST_CELLS or letters > MOST_LETTERS


def _example(column: Column) -> Any:
    return {"number": 1, "boolean": True}.get(column.type, "x")
