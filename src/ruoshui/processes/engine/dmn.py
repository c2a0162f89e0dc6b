"""Decision tables as DMN 1.3 files, in and out, so that other tools can read and draw them."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.processes.engine.decisions import (
    POLICIES,
    BadDecision,
    Column,
    DecisionTable,
    HitPolicy,
    Rule,
    check_table,
)
from ruoshui.processes.engine.dmn_names import DmnNames
from ruoshui.processes.engine.xml import BadFile, read_xml

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = "https://ruoshui.example/schema/dmn/1"
TYPES = {"number": "number", "integer": "number", "long": "number", "double": "number", "boolean": "boolean"}
COLLECTED: dict[str | None, HitPolicy] = {None: "COLLECT", "SUM": "SUM", "MIN": "MIN", "MAX": "MAX", "COUNT": "COUNT"}
WRITTEN: dict[str, HitPolicy] = {name: name for name in POLICIES if name not in ("COLLECT", *COLLECTED.values())}
# A condition about a number holds digits and signs only; one about yes or no, these words.
NUMERIC = re.compile(r"(?:not|[\s\d.,<>=()\[\]+*/-])+")
BOOLEAN = re.compile(r"(?:true|false|not|[\s(),])+", re.IGNORECASE)
LENGTHS_OF_TIME = ("days and time duration", "years and months duration", "dayTimeDuration", "yearMonthDuration")
OWNERS = ("decision", "businessKnowledgeModel", "contextEntry")


def read_dmn(content: bytes | str) -> list[DecisionTable]:
    """The tables of a file. Refuses what is no DMN, and expressions that are not ours, naming table and place."""
    root = read_xml(content)
    if etree.QName(root).localname != "definitions":
        raise BadFile(why=_("it is no DMN file."))
    names, codes = DmnNames(root), set[str]()
    found = [_table(plain, names, codes) for plain in root.iter("{*}decisionTable")]
    if not found:
        raise BadFile(why=_("there is no decision table in it."))
    return found


def _owner(plain: etree._Element, codes: set[str]) -> tuple[str, str]:
    """(code, name) of what the table decides: its decision, or the entry of a context or function it stands in."""
    above = [one for one in plain.iterancestors() if etree.QName(one).localname in OWNERS]
    named = next((name for one in above if (name := _name(one))), "")
    wanted = next((one.get("id") for one in above if one.get("id")), "") or named or "table"
    code, number = wanted, 2
    while code in codes:
        code, number = f"{wanted}-{number}", number + 1
    codes.add(code)
    return code, named or code


def _name(element: etree._Element) -> str:
    variable = element.find("{*}variable")
    return element.get("name") or (variable.get("name") or "" if variable is not None else "")


def _table(plain: etree._Element, names: DmnNames, codes: set[str]) -> DecisionTable:
    code, name = _owner(plain, codes)
    policy = _policy(plain, name)
    cells = [[_text(cell) for cell in rule.findall("{*}inputEntry")] for rule in plain.findall("{*}rule")]
    inputs = tuple(
        _input(one, names, [row[place] for row in cells if place < len(row)])
        for place, one in enumerate(plain.findall("{*}input"))
    )
    answers = plain.findall("{*}output")
    # A single answer needs no name (DMN 1.3, 8.3): it is called as its decision.
    alone = name if len(answers) == 1 else ""
    outputs = tuple(_output(one, alone, names) for one in answers)
    rules = tuple(
        Rule(
            tuple(names.in_words(_text(cell)) or "-" for cell in rule.findall("{*}inputEntry")),
            tuple(names.in_words(_text(cell)) for cell in rule.findall("{*}outputEntry")),
            "".join(one.text or "" for one in rule.findall("{*}description")),
        )
        for rule in plain.findall("{*}rule")
    )
    table = DecisionTable(code, name, inputs, outputs, rules, policy)
    check_table(table)
    return table


def _policy(plain: etree._Element, name: str) -> HitPolicy:
    given = (plain.get("hitPolicy") or "UNIQUE").upper()
    if given == "COLLECT":
        return COLLECTED.get(plain.get("aggregation"), "COLLECT")
    if given in WRITTEN:
        return WRITTEN[given]
    raise BadDecision(table=name, where=_("hit policy"), why=_("“%s” is not understood.") % given)


def _input(element: etree._Element, names: DmnNames, cells: list[str]) -> Column:
    """Of a type that the file defines itself, or leaves out, the cells tell the kind."""
    expression = element.find("{*}inputExpression")
    asked = _text(expression) if expression is not None else ""
    given = expression.get("typeRef") if expression is not None else None
    if given not in TYPES and given != "string":
        asks = [cell for cell in cells if cell not in ("", "-")]
        is_number = asks and all(NUMERIC.fullmatch(cell) for cell in asks)
        given = (
            "number" if is_number else "boolean" if asks and all(BOOLEAN.fullmatch(cell) for cell in asks) else given
        )
    return _column(element, names.asked(asked), given, asked)


def _output(element: etree._Element, alone: str, names: DmnNames) -> Column:
    given = element.get("name") or alone
    values = element.find("{*}outputValues")
    column = _column(element, names.field(given) if given else "", element.get("typeRef"), given)
    return replace(column, values=_text(element, "outputValues") if values is not None else "")


def _column(element: etree._Element, name: str, type_ref: str | None, given: str) -> Column:
    """A name that had to be written otherwise stays to be read as the label."""
    if type_ref in LENGTHS_OF_TIME:  # as texts they would be compared letter by letter
        raise BadDecision(table=given, where=_("columns"), why=_("lengths of time are not understood; use numbers."))
    label = element.get("label") or ("" if name == given else given)
    return Column(name, TYPES.get(type_ref or "", "text"), label, element.get(f"{{{OURS}}}label-en") or "")


def _text(element: etree._Element, part: str = "") -> str:
    inside = element.find(f"{{*}}{part}/{{*}}text" if part else "{*}text")
    return (inside.text or "").strip() if inside is not None else ""


def write_dmn(tables: list[DecisionTable]) -> str:
    """One file for all tables."""
    root = etree.Element(f"{{{DMN}}}definitions", nsmap={None: DMN, "ruoshui": OURS}, id="decisions", name="decisions")
    root.set("namespace", OURS)
    for table in tables:
        decision = etree.SubElement(root, f"{{{DMN}}}decision", id=table.code, name=table.name)
        plain = etree.SubElement(decision, f"{{{DMN}}}decisionTable", id=f"{table.code}_table")
        plain.set("hitPolicy", table.policy if table.policy in WRITTEN else "COLLECT")
        if table.policy not in (*WRITTEN, "COLLECT"):
            plain.set("aggregation", table.policy)
        _write_columns(plain, table)
        for number, rule in enumerate(table.rules, 1):
            row = etree.SubElement(plain, f"{{{DMN}}}rule", id=f"{table.code}_rule{number}")
            if rule.note:
                etree.SubElement(row, f"{{{DMN}}}description").text = rule.note
            for cell in rule.when:
                _write_text(row, "inputEntry", "" if cell == "-" else cell)
            for cell in rule.then:
                _write_text(row, "outputEntry", cell)
    text: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return text


def _write_columns(plain: etree._Element, table: DecisionTable) -> None:
    for number, column in enumerate(table.inputs, 1):
        one = etree.SubElement(plain, f"{{{DMN}}}input", id=f"{table.code}_in{number}", label=column.label_zh)
        one.set(f"{{{OURS}}}label-en", column.label_en)
        expression = etree.SubElement(one, f"{{{DMN}}}inputExpression", typeRef=_type(column))
        etree.SubElement(expression, f"{{{DMN}}}text").text = column.name
    for number, column in enumerate(table.outputs, 1):
        one = etree.SubElement(
            plain, f"{{{DMN}}}output", id=f"{table.code}_out{number}", label=column.label_zh, name=column.name
        )
        one.set("typeRef", _type(column))
        one.set(f"{{{OURS}}}label-en", column.label_en)
        if column.values:
            _write_text(one, "outputValues", column.values)


def _type(column: Column) -> str:
    return {"number": "number", "boolean": "boolean"}.get(column.type, "string")


def _write_text(row: etree._Element, name: str, text: str) -> None:
    entry = etree.SubElement(row, f"{{{DMN}}}{name}")
    etree.SubElement(entry, f"{{{DMN}}}text").text = text
