"""Decision tables as JSON keeps them: read with every part's type looked at, written as they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import unkept_at
from ruoshui.processes.engine.cells import LONGEST_CELL
from ruoshui.processes.engine.decisions import LONGEST_NAME, BadDecision, Column, DecisionTable, First, Rule
from ruoshui.processes.engine.table_checks import MOST_RULES, check_table

_CODE = re.compile(r"\w[\w.-]{0,99}")


def table_from(data: Any) -> DecisionTable:
    """From stored or posted JSON. Refuses a shape that is no table, naming the place."""
    given = data if isinstance(data, dict) else {}
    code = given.get("code")
    shape = _Shape(code[:LONGEST_NAME] if isinstance(code, str) else "?")
    table = DecisionTable(
        code=shape.code(code),
        name=shape.text(given.get("name") or code, _("name")),
        inputs=tuple(shape.column(one) for one in shape.list(given.get("inputs"), _("columns"))),
        outputs=tuple(shape.column(one) for one in shape.list(given.get("outputs"), _("columns"))),
        rules=tuple(shape.rule(one, number) for number, one in enumerate(shape.list(given.get("rules"), _("rows")), 1)),
        policy=given.get("policy", "FIRST"),
        first=tuple(shape.line(one) for one in shape.list(given.get("first") or [], _("what is worked out first"))),
    )
    check_table(table)
    return table


@dataclass(frozen=True, slots=True)
class _Shape:
    """Reads what should be a table, part by part; each part that is none is refused by its place."""

    table: str

    def bad(self, where: Any) -> BadDecision:
        return BadDecision(table=self.table, where=where, why=_("it is no decision table."))

    def text(self, value: Any, where: Any, longest: int = LONGEST_NAME) -> str:
        if not isinstance(value, str) or len(value) > longest or unkept_at(value) >= 0:
            raise self.bad(where)
        return value

    def code(self, value: Any) -> str:
        """It names a file when the template is taken elsewhere."""
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            raise self.bad(_("code"))
        return value

    def list(self, value: Any, where: Any) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) > MOST_RULES:
            raise self.bad(where)
        return list(value)

    def column(self, value: Any) -> Column:
        where = _("columns")
        if not isinstance(value, dict) or not {"name"} <= value.keys() <= set(Column.__slots__):
            raise self.bad(where)
        longest = dict.fromkeys(("values", "asks", "default"), LONGEST_CELL)
        return Column(**{name: self.text(text, where, longest.get(name, LONGEST_NAME)) for name, text in value.items()})

    def line(self, value: Any) -> First:
        where = _("what is worked out first")
        if not isinstance(value, dict) or not isinstance(given := value.get("given", {}), dict):
            raise self.bad(where)
        name, table = (self.text(value.get(part, ""), where) for part in ("name", "table"))
        said = tuple((self.text(key, where), self.text(one, where, LONGEST_CELL)) for key, one in given.items())
        expression = self.text(value.get("value", ""), where, LONGEST_CELL)
        return First(name, table=table, given=said) if table else First(name, expression)

    def rule(self, value: Any, number: int) -> Rule:
        where = _("row %s") % number
        if not isinstance(value, dict):
            raise self.bad(where)
        when, then = (tuple(self.cells(value.get(name), where)) for name in ("when", "then"))
        return Rule(when, then, self.text(value.get("note", ""), where, LONGEST_CELL))

    def cells(self, value: Any, where: Any) -> Iterator[str]:
        for cell in self.list(value, where):
            plain = str(cell) if isinstance(cell, bool | float) or (type(cell) is int and abs(cell) < 10**18) else cell
            yield self.text(plain, where, LONGEST_CELL)


def plain_table(table: DecisionTable) -> dict[str, Any]:
    """What JSON keeps of a table."""

    def plain(column: Column) -> dict[str, str]:
        return {
            "name": column.name,
            "type": column.type,
            "label_zh": column.label_zh,
            "label_en": column.label_en,
            **{name: said for name in ("values", "asks", "default") if (said := getattr(column, name))},
        }

    return {
        "code": table.code,
        "name": table.name,
        "inputs": [plain(column) for column in table.inputs],
        "outputs": [plain(column) for column in table.outputs],
        "rules": [{"when": list(rule.when), "then": list(rule.then), "note": rule.note} for rule in table.rules],
        "policy": table.policy,
        **({"first": [_plain_line(line) for line in table.first]} if table.first else {}),
    }


def _plain_line(line: First) -> dict[str, Any]:
    if line.table:
        return {"name": line.name, "table": line.table, "given": dict(line.given)}
    return {"name": line.name, "value": line.value}
