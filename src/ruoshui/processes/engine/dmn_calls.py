"""Calls of a DMN file's own functions, as lines that ask the function's table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.processes.engine.cells import closing, outside_quotes, parts_of
from ruoshui.processes.engine.decisions import First
from ruoshui.processes.engine.dmn_names import DmnNames
from ruoshui.processes.engine.dmn_parts import text_of
from ruoshui.processes.engine.expressions import BadExpression, parse

MOST_CALLS = 20


class NotTaken(Exception):
    """Why something in a file cannot be a table or a line of one."""


@dataclass
class DmnCalls:
    """`functions` by our names of them; `code_of` reads one and says the code of its table, empty when it has none."""

    names: DmnNames
    functions: Mapping[str, etree._Element]
    code_of: Callable[[etree._Element], str]

    def invocation(self, element: etree._Element, name: str) -> list[First]:
        """A boxed call: a function, and what each of its parameters is told."""
        called = self.names.asked(text_of(element.find("{*}literalExpression")))
        lines: list[First] = []
        told: dict[str, str] = {}
        for binding in element.iterfind("{*}binding"):
            parameter = binding.find("{*}parameter")
            first, cell = self.worked_out(text_of(binding.find("{*}literalExpression")))
            lines += first
            told[parameter.get("name") or "" if parameter is not None else ""] = cell
        return [*lines, self._line(name, called, told)]

    def worked_out(self, text: str) -> tuple[list[First], str]:
        """An expression of the file in our words, and the lines for the functions that it calls."""
        lines, cell = self._without_calls(self.names.in_words(text))
        try:
            parse(cell)
        except BadExpression as wrong:
            raise NotTaken(str(wrong)) from wrong
        return lines, cell

    def _without_calls(self, cell: str) -> tuple[list[First], str]:
        lines: list[First] = []
        while (found := self._call_in(cell)) is not None:
            end = closing(cell, found.end() - 1)
            if end < 0 or len(lines) >= MOST_CALLS:
                raise NotTaken(_("a bracket is not closed, or there are more than 20 calls in one formula."))
            parameters = [one.get("name") or "" for one in self.functions[found[1]].iter("{*}formalParameter")]
            arguments = [one.strip() for one in parts_of(cell[found.end() : end]) if one.strip()]
            if len(arguments) != len(parameters):
                raise NotTaken(_("“%s” is called with other values than it asks for.") % found[1])
            told: dict[str, str] = {}
            for parameter, argument in zip(parameters, arguments, strict=True):
                first, told[parameter] = self._without_calls(argument)
                lines += first
            name = self.names.made_up(found[1])
            lines.append(self._line(name, found[1], told))
            cell = f"{cell[: found.start()]}{name}{cell[end + 1 :]}"
        return lines, cell

    def _call_in(self, cell: str) -> re.Match[str] | None:
        free = {place for place, _letter in outside_quotes(cell)}
        for found in re.finditer(r"\b(\w+)\s*\(", cell):
            if found[1] in self.functions and found.start() in free:
                return found
        return None

    def _line(self, name: str, called: str, told: Mapping[str, str]) -> First:
        function = self.functions.get(called)
        if function is None or not (code := self.code_of(function)):
            raise NotTaken(_("it calls “%s”, which was left out.") % called)
        given = [one for parameter, cell in told.items() for one in self._given(parameter, cell)]
        return First(name, table=code, given=tuple(dict(given).items()))

    def _given(self, parameter: str, cell: str) -> list[tuple[str, str]]:
        """A parameter with parts is told each part that anybody looks at: Person.Age by A_Person_Age."""
        whole, source = (self.names.field(parameter), cell), self.names.named(cell)
        parts = self.names.under(parameter) if source else ()
        return [
            whole,
            *((self.names.field(f"{parameter}.{part}"), self.names.field(f"{source}.{part}")) for part in parts),
        ]
