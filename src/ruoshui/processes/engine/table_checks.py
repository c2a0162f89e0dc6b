"""Can a decision table be evaluated? Refused before it is ever needed, naming row and column."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.processes.engine.cells import READ, check_cell
from ruoshui.processes.engine.decisions import (
    BY_PREFERENCE,
    LONGEST_NAME,
    POLICIES,
    Column,
    DecisionTable,
    Rule,
    cell_at,
    preferred,
)
from ruoshui.processes.engine.expressions import parse

MOST_RULES, MOST_COLUMNS, MOST_CELLS, MOST_LETTERS, MOST_LINES = 1000, 30, 10_000, 200_000, 30


def check_table(table: DecisionTable) -> None:
    """Everything that can be seen without facts and without the tables that it asks."""
    if table.policy not in POLICIES:
        raise table.bad(_("hit policy"), _("it is not known."))
    if not table.outputs or len(table.columns) > MOST_COLUMNS:
        raise table.bad(_("columns"), _("it needs an answer and at most 30 columns."))
    for column in table.columns:
        _check_column(table, column)
    _check_values(table)
    _check_first(table)
    if not table.rules or len(table.rules) > MOST_RULES:
        raise table.bad(_("rows"), _("it needs between 1 and 1,000 rows."))
    if _is_too_large(table):
        raise table.bad(_("rows"), _("it is too large: at most 10,000 cells and 200,000 letters. Split it."))
    for number, rule in enumerate(table.rules, 1):
        if len(rule.when) != len(table.inputs) or len(rule.then) != len(table.outputs):
            raise table.bad(_("row %s") % number, _("it has not as many cells as there are columns."))
        _check_rule(table, number, rule)


def _check_column(table: DecisionTable, column: Column) -> None:
    _check_name(table, column.name)
    for expression in (column.asks, column.default):
        if expression:
            table.checked(_("column %s") % column.name, parse, expression)


def _check_name(table: DecisionTable, name: str) -> None:
    if not name.isidentifier() or len(name) > LONGEST_NAME:
        raise table.bad(_("columns"), _("“%s” is no name of a field: letters, digits and _ only.") % name[:40])


def _check_values(table: DecisionTable) -> None:
    if table.policy in BY_PREFERENCE and not any(column.values for column in table.outputs):
        why = _("say in which order the answers are preferred, under the answer's field.")
        raise table.bad(_("hit policy"), why)
    for column in table.outputs:
        table.checked(_("column %s") % column.name, preferred, column)


def _check_first(table: DecisionTable) -> None:
    if len(table.first) > MOST_LINES:
        raise table.bad(_("what is worked out first"), _("there are more than 30 lines."))
    for line in table.first:
        _check_name(table, line.name)
        for name, _expression in line.given:
            _check_name(table, name)
        expressions = [expression for _name, expression in line.given] if line.table else [line.value]
        for expression in expressions:
            table.checked(_("what is worked out first, %s") % line.name, parse, expression)


def _check_rule(table: DecisionTable, number: int, rule: Rule) -> None:
    for column, cell in zip(table.inputs, rule.when, strict=True):
        table.checked(cell_at(number, column), check_cell, cell, _example(column), column.type)
    for column, cell in zip(table.outputs, rule.then, strict=True):
        table.checked(cell_at(number, column), parse, cell)


def _is_too_large(table: DecisionTable) -> bool:
    letters = sum(len(cell) for rule in table.rules for cell in (*rule.when, *rule.then, rule.note))
    return len(table.rules) * len(table.columns) > MOST_CELLS or letters > MOST_LETTERS


def _example(column: Column) -> Any:
    """What a cell is tried with. None goes with every day and length of time."""
    return None if column.type in READ else {"number": 1, "boolean": True}.get(column.type, "x")


def faults_among(tables: Mapping[str, DecisionTable]) -> Iterator[tuple[str, str]]:
    """Codes of tables that ask one that is not there, or that ask themselves in a ring, with what is wrong."""
    where = _("what is worked out first")
    for table in tables.values():
        missing = next((line.table for line in table.first if line.table and line.table not in tables), None)
        if missing is not None:
            yield table.code, str(table.bad(where, _("there is no table “%s” to be asked.") % missing))
        elif table.code in _asked_by(table, tables):
            yield table.code, str(table.bad(where, _("it asks itself in a ring.")))


def _asked_by(table: DecisionTable, tables: Mapping[str, DecisionTable]) -> set[str]:
    """All that it asks, and that those ask."""
    seen, waiting = set[str](), [table]
    while waiting:
        asked = {line.table for line in waiting.pop().first if line.table in tables} - seen
        seen |= asked
        waiting += [tables[code] for code in asked]
    return seen
