"""What a DMN file decides, as tables: its tables as they are, a formula as a table of one row, and what a decision
needs (other decisions, functions that it calls, entries of its context) as lines that are worked out first.

What is no table and cannot be said as one is left out and named: the process has to supply what it would have said.
"""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.processes.engine.decisions import BadDecision, Column, DecisionTable, First, Rule
from ruoshui.processes.engine.dmn_calls import DmnCalls, NotTaken
from ruoshui.processes.engine.dmn_names import DmnNames
from ruoshui.processes.engine.dmn_parts import (
    OURS,
    DmnTypes,
    input_of,
    kind_of,
    name_of,
    output_of,
    policy_of,
    text_of,
)
from ruoshui.processes.engine.table_checks import MOST_LINES, check_table

OWNERS = ("decision", "businessKnowledgeModel", "contextEntry")
NO_LOGIC = ("", "variable", "description", "extensionElements", "question", "allowedAnswers", "formalParameter")
DEEPEST = 30  # decisions that need one another, one after the other
Lines = tuple[First, ...]


class DmnLogic:
    """One file while it is read. `tables` by their codes; `left_out`: why, by the names of what was."""

    def __init__(self, root: etree._Element) -> None:
        self.root, self.names, self.types = root, DmnNames(root), DmnTypes(root)
        self.tables: dict[str, DecisionTable] = {}
        self.left_out: dict[str, str] = {}
        named = [one for one in root if kind_of(one) in ("decision", "businessKnowledgeModel")]
        self.by_id = {one.get("id") or name_of(one): one for one in named}
        self._codes: dict[str, str] = {}  # of what was read, by its id; empty when it was left out
        self._depth = 0
        self._taken: set[etree._Element] = set()
        functions = {self.names.field(name_of(one)): one for one in named if kind_of(one) != "decision"}
        self.calls = DmnCalls(self.names, functions, self.code_of)

    def take(self) -> None:
        """Functions before those that call them: the parts of what they are told that they look at are known then."""
        for one in (*self.calls.functions.values(), *self.by_id.values()):
            self.code_of(one)
        for plain in self.root.iter("{*}decisionTable"):
            if plain not in self._taken:  # inside something that was left out
                code, name = self._owner(plain)
                self._keep(self._table(plain, code, name, ()))

    def code_of(self, one: etree._Element) -> str:
        key = one.get("id") or name_of(one)
        if key not in self._codes and self._depth >= DEEPEST:
            self.left_out[name_of(one)] = _("more than 30 decisions need each other in a row.")
        elif key not in self._codes:
            self._codes[key] = ""  # who needs itself finds nothing
            self._depth += 1
            inside = one if kind_of(one) == "decision" else one.find("{*}encapsulatedLogic")
            name, logic = name_of(one) or key, _logic_in(inside)
            try:
                if logic is not None:
                    self._keep(self._decided(logic, key, name, tuple(self._required(one))))
                    self._codes[key] = key
            except NotTaken as why:
                self.left_out[name] = str(why)
            self._depth -= 1
        return self._codes.get(key, "")

    def _required(self, one: etree._Element) -> Iterator[First]:
        for own in one.iterfind(f"{{*}}extensionElements/{{{OURS}}}first"):
            given = tuple((each.get("name") or "", each.get("value") or "") for each in own)
            yield First(own.get("name") or "", own.get("value") or "", own.get("table") or "", given)
        for needed in one.iterfind("{*}informationRequirement/{*}requiredDecision"):
            other = self.by_id.get((needed.get("href") or "").rpartition("#")[2])
            if other is not None and (code := self.code_of(other)):
                yield First(self.names.field(name_of(other)), table=code)

    def _keep(self, table: DecisionTable) -> str:
        self.tables[table.code] = table
        return table.code

    def _decided(self, logic: etree._Element, code: str, name: str, lines: Lines) -> DecisionTable:
        match kind_of(logic):
            case "decisionTable":
                return self._table(logic, code, name, lines)
            case "context":
                return self._context(logic, code, name, lines)
        return self._formula(code, name, *self._line(logic, code, name, lines))

    def _line(self, logic: etree._Element, code: str, name: str, lines: Lines) -> tuple[Lines, list[str]]:
        """What was worked out before, and then this; the names to find it under."""
        field = self.names.field(name)
        match kind_of(logic):
            case "literalExpression":
                first, cell = self.calls.worked_out(text_of(logic))
                return (*lines, *first, First(field, cell)) if cell != field else (*lines, *first), [field]
            case "invocation":
                return (*lines, *self.calls.invocation(logic, field)), [field]
            case "decisionTable" | "context":
                table = self._keep(self._decided(logic, self._free(f"{code}-{field}"), name, lines))
                return (*lines, First(field, table=table)), [field]
        raise NotTaken(_("“%s” is a kind of logic that is not understood.") % kind_of(logic))

    def _context(self, logic: etree._Element, code: str, name: str, lines: Lines) -> DecisionTable:
        """Entry by entry; the one without a name is the answer, else all of them are."""
        answers: list[str] = []
        for number, entry in enumerate(logic.iterfind("{*}contextEntry")):
            if number > MOST_LINES:
                raise NotTaken(_("its context has more than 30 entries."))
            inside, called = _logic_in(entry), name_of(entry)
            if inside is None:
                continue
            if not called:
                return self._decided(inside, code, name, lines)
            try:
                lines, found = self._line(inside, code, called, lines)
                answers += found
            except NotTaken as why:
                self.left_out[f"{name}, {called}"] = str(why)
        if not answers or len(answers) != len(set(answers)):
            raise NotTaken(_("its context says nothing that could be an answer."))
        return self._formula(code, name, lines, answers)

    def _formula(self, code: str, name: str, lines: Lines, answers: list[str]) -> DecisionTable:
        """One row that says what was worked out."""
        columns = tuple(Column(one, label_zh=self._label(one)) for one in answers)
        cells = tuple(answers)
        if lines and len(answers) == 1 and lines[-1].name == answers[0] and not lines[-1].table:
            lines, cells = lines[:-1], (lines[-1].value,)
        table = DecisionTable(code, name, (), columns, (Rule((), cells),), "UNIQUE", _needed(lines, cells))
        try:
            check_table(table)
        except BadDecision as wrong:
            raise NotTaken(str(wrong)) from wrong
        return table

    def _label(self, field: str) -> str:
        given = self.names.named(field)
        return "" if given == field else given

    def _table(self, plain: etree._Element, code: str, name: str, lines: Lines) -> DecisionTable:
        self._taken.add(plain)
        policy, rules = policy_of(plain, name), plain.findall("{*}rule")
        cells = [[text_of(cell) for cell in rule.findall("{*}inputEntry")] for rule in rules]
        inputs = tuple(
            input_of(one, self.names, self.types, [row[place] for row in cells if place < len(row)])
            for place, one in enumerate(plain.findall("{*}input"))
        )
        answers = plain.findall("{*}output")
        alone = (name, _type_of(plain)) if len(answers) == 1 else ("", "")
        outputs = tuple(output_of(one, *alone, self.names, self.types, policy) for one in answers)
        read = tuple(
            Rule(
                tuple(self.names.in_words(cell) or "-" for cell in row),
                tuple(self.names.in_words(text_of(cell)) for cell in rule.findall("{*}outputEntry")),
                "".join(one.text or "" for one in rule.findall("{*}description")),
            )
            for rule, row in zip(rules, cells, strict=True)
        )
        looked_at = [one for column in (*inputs, *outputs) for one in (column.asks or column.name, column.default)]
        looked_at += [cell for rule in read for cell in (*rule.when, *rule.then)]
        table = DecisionTable(code, name, inputs, outputs, read, policy, _needed(lines, looked_at))
        check_table(table)
        return table

    def _free(self, wanted: str) -> str:
        code, number = wanted, 2
        while code in self.tables or code in self.by_id:
            code, number = f"{wanted}-{number}", number + 1
        return code

    def _owner(self, plain: etree._Element) -> tuple[str, str]:
        """(code, name) of what the table decides: its decision, or the entry of a context or function it stands in."""
        above = [one for one in plain.iterancestors() if kind_of(one) in OWNERS]
        named = next((name for one in above if (name := name_of(one))), "")
        code = next((one.get("id") or "" for one in above if one.get("id")), "") or named or "table"
        number, wanted = 2, code
        while code in self.tables:
            code, number = f"{wanted}-{number}", number + 1
        return code, named or code


def _needed(lines: Lines, texts: Iterable[str]) -> Lines:
    """Those that a table looks at, and that these look at: not all that stands around it in its file."""
    kept, waiting = set[First](), list(texts)
    while waiting:
        for word in re.findall(r"\w+", waiting.pop()):
            for line in lines:
                if line not in kept and (word == line.name or word.startswith(f"{line.name}_")):
                    kept.add(line)
                    waiting += [line.value, *(expression for _name, expression in line.given)]
    return tuple(line for line in lines if line in kept)


def _logic_in(place: etree._Element | None) -> etree._Element | None:
    """What decides there; whatever it is, it stands beside its name and what it needs."""
    found = place if place is not None else ()
    skipped = (*NO_LOGIC, "informationRequirement", "knowledgeRequirement", "authorityRequirement")
    return next((one for one in found if kind_of(one) not in skipped), None)


def _type_of(plain: etree._Element) -> str:
    """The type of a table's single answer may be said at the table, or at what it decides."""
    above = plain.getparent()
    variable = above.find("{*}variable") if above is not None else None
    return plain.get("typeRef") or (variable.get("typeRef") or "" if variable is not None else "")
