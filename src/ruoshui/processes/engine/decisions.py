"""Decision tables: rows of conditions, the answers of the row that fits. DMN's tables, evaluated by a closed language.

A cell of an answer is a number, a text in quotes, true/false, or an expression of the fields. A table may have
lines that work something out first, by an expression or by asking another table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, get_args

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.bounds import named
from ruoshui.processes.engine.cells import ANYTHING, fits, parts_of
from ruoshui.processes.engine.expressions import BadExpression, evaluate, value_of

HitPolicy = Literal[
    "UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "SUM", "MIN", "MAX", "COUNT"
]
POLICIES: tuple[HitPolicy, ...] = get_args(HitPolicy)
BY_PREFERENCE = ("PRIORITY", "OUTPUT ORDER")
LISTED = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
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
    """`name` is a field; `type` is number, text, boolean, date, time, datetime or duration; labels for people in both
    languages. `values`: the answers there are, separated by commas, the preferred one first. `asks`: what a condition
    looks at instead of the field. `default`: the answer when no row fits.
    """

    name: str
    type: str = "text"
    label_zh: str = ""
    label_en: str = ""
    values: str = ""
    asks: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class First:
    """Something worked out before the rows: `value` is an expression; or `table` is asked, and told `given`. What a
    table of several answers says is found under `name_answer`.
    """

    name: str
    value: str = ""
    table: str = ""
    given: tuple[tuple[str, str], ...] = ()


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
    first: tuple[First, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.inputs, *self.outputs)

    def answers(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """By the names of the output columns. `facts` hold what the lines work out: ask through `asking.decide`."""
        fitting = ((number, rule) for number, rule in enumerate(self.rules, 1) if self._fits(number, rule, facts))
        hits = list(islice(fitting, 1 if self.policy == "FIRST" else None))
        if self.policy == "COUNT":
            return {column.name: len(hits) for column in self.outputs}
        if not hits:
            return self._otherwise(facts)
        answers = [self._answer(number, rule, facts) for number, rule in hits]
        if self.policy in BY_PREFERENCE:
            answers.sort(key=self._preference)  # stable: equal ones stay in the order of their rows
        if self.policy in ("FIRST", "PRIORITY"):
            return answers[0]
        if self.policy in ("UNIQUE", "ANY"):
            if (self.policy == "UNIQUE" and len(hits) > 1) or any(one != answers[0] for one in answers):
                raise RulesDisagree(rows=", ".join(str(number) for number, _rule in hits), table=self.name)
            return answers[0]
        return {column.name: self._gathered([one[column.name] for one in answers]) for column in self.outputs}

    def _otherwise(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        if any(column.default for column in self.outputs):
            where = _("when no row fits")
            return {
                column.name: self.checked(where, evaluate, column.default, facts) if column.default else None
                for column in self.outputs
            }
        if self.policy in (*LISTED, "SUM"):
            return {column.name: 0 if self.policy == "SUM" else [] for column in self.outputs}
        seen = ", ".join(f"{column.name} = {named(self._asked(column, facts))}" for column in self.inputs)
        raise NoRuleFits(table=self.name, facts=seen)

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

    def _asked(self, column: Column, facts: Mapping[str, Any]) -> Any:
        if not column.asks:
            return facts.get(column.name)
        return self.checked(_("column %s") % column.name, value_of, column.asks, facts)

    def _fits(self, number: int, rule: Rule, facts: Mapping[str, Any]) -> bool:
        return all(
            cell in ANYTHING
            or self.checked(cell_at(number, column), fits, cell, self._asked(column, facts), facts, column.type)
            for column, cell in zip(self.inputs, rule.when, strict=True)
        )

    def _answer(self, number: int, rule: Rule, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column.name: self.checked(cell_at(number, column), evaluate, cell, facts)
            for column, cell in zip(self.outputs, rule.then, strict=True)
        }

    def checked(self, where: Any, ask: Any, *arguments: Any) -> Any:
        try:
            return ask(*arguments)
        except BadExpression as wrong:
            raise self.bad(where, str(wrong)) from wrong

    def bad(self, where: Any, why: Any) -> BadDecision:
        return BadDecision(table=self.name, where=where, why=why)


def cell_at(number: int, column: Column) -> str:
    return _("row %(row)s, column %(column)s") % {"row": number, "column": column.name}


def preferred(column: Column) -> list[Any]:
    """The values of a column's answers, the preferred one first."""
    return [evaluate(part, {}) for part in parts_of(column.values)] if column.values else []


def _place(value: Any, values: list[Any]) -> int:
    return values.index(value) if value in values else len(values)
