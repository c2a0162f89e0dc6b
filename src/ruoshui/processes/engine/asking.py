"""A table is asked: what it looks at, what its lines work out first, and the other tables that it asks for that."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.processes.engine.decisions import DecisionTable, First
from ruoshui.processes.engine.expressions import evaluate

MOST_ASKED, DEEPEST = 100, 16
Tables = Mapping[str, DecisionTable]


def decide(table: DecisionTable, facts: Mapping[str, Any], others: Tables | None = None) -> dict[str, Any]:
    """The answers of a table by their names. `others` are the tables that it may ask, by their codes."""
    try:
        return table.answers(_Scope(table, facts, others or {}, _Bounds()))
    except RecursionError as wrong:  # deep formulas in tables that ask each other
        raise table.bad(_("what is worked out first"), _("too many tables ask each other.")) from wrong


@dataclass(slots=True)
class _Bounds:
    """Of one decision, however many tables it asks. Two tables that ask each other would never end."""

    left: int = MOST_ASKED
    depth: int = 0


class _Scope(Mapping[str, Any]):
    """The facts, and before them what the lines of a table work out, each when somebody first looks at it."""

    def __init__(self, table: DecisionTable, facts: Mapping[str, Any], others: Tables, bounds: _Bounds) -> None:
        self.table, self.facts, self.others, self.bounds = table, facts, others, bounds
        self.lines = {name: line for line in table.first for name in self._names(line)}
        self.found: dict[str, Any] = {}
        self.open: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self.lines:
            return self.facts[name]
        if name not in self.found:
            self._work_out(self.lines[name])
        return self.found[name]

    def __contains__(self, name: object) -> bool:
        return name in self.lines or name in self.facts

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.facts), **dict.fromkeys(self.lines)})

    def __len__(self) -> int:
        return len(set(self.facts) | set(self.lines))

    def _names(self, line: First) -> list[str]:
        asked = self.others.get(line.table)
        return [line.name, *(f"{line.name}_{column.name}" for column in asked.outputs)] if asked else [line.name]

    def _work_out(self, line: First) -> None:
        where = _("what is worked out first, %s") % line.name
        if line.name in self.open:
            raise self.table.bad(where, _("it needs itself."))
        self.open.add(line.name)
        if line.table:
            answers = self._asked(line, where)
            alone = len(answers) == 1
            self.found[line.name] = next(iter(answers.values())) if alone else answers
            self.found |= {f"{line.name}_{name}": answer for name, answer in answers.items()}
        else:
            self.found[line.name] = self.table.checked(where, evaluate, line.value, self)

    def _asked(self, line: First, where: str) -> dict[str, Any]:
        """The other table sees the facts that this one was given, and what the line says on top: none of its lines."""
        table = self.others.get(line.table)
        if table is None:
            raise self.table.bad(where, _("there is no table “%s” to be asked.") % line.table)
        bounds = self.bounds
        if bounds.left <= 0 or bounds.depth >= DEEPEST:
            raise self.table.bad(where, _("too many tables ask each other."))
        given = {name: self.table.checked(where, evaluate, expression, self) for name, expression in line.given}
        bounds.left, bounds.depth = bounds.left - 1, bounds.depth + 1
        facts: Mapping[str, Any] = ChainMap(given, self.facts)  # type: ignore[arg-type]
        try:
            return table.answers(_Scope(table, facts, self.others, bounds))
        finally:
            bounds.depth -= 1
