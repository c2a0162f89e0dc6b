"""Decision tables as a DMN 1.3 file, for other tools to read and draw. What DMN has no place for has our names."""

from lxml import etree

from ruoshui.processes.engine.decisions import Column, DecisionTable
from ruoshui.processes.engine.dmn_names import in_feel
from ruoshui.processes.engine.dmn_parts import DMN, OURS, WRITTEN

TYPES = {
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
    "duration": "days and time duration",
}


def write_dmn(tables: list[DecisionTable]) -> str:
    """One file for all tables."""
    root = etree.Element(f"{{{DMN}}}definitions", nsmap={None: DMN, "ruoshui": OURS}, id="decisions", name="decisions")
    root.set("namespace", OURS)
    for table in tables:
        decision = etree.SubElement(root, f"{{{DMN}}}decision", id=table.code, name=table.name)
        _write_first(decision, table)
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
                _write_text(row, "inputEntry", "" if cell == "-" else in_feel(cell))
            for cell in rule.then:
                _write_text(row, "outputEntry", in_feel(cell))
    text: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return text


def _write_first(decision: etree._Element, table: DecisionTable) -> None:
    """Lines that other tools pass over: to them the names are fields like others."""
    if not table.first:
        return
    place = etree.SubElement(decision, f"{{{DMN}}}extensionElements")
    for line in table.first:
        one = etree.SubElement(place, f"{{{OURS}}}first", name=line.name, value=line.value, table=line.table)
        for name, value in line.given:
            etree.SubElement(one, f"{{{OURS}}}given", name=name, value=value)


def _write_columns(plain: etree._Element, table: DecisionTable) -> None:
    for number, column in enumerate(table.inputs, 1):
        one = etree.SubElement(plain, f"{{{DMN}}}input", id=f"{table.code}_in{number}", label=column.label_zh)
        one.set(f"{{{OURS}}}label-en", column.label_en)
        expression = etree.SubElement(one, f"{{{DMN}}}inputExpression", typeRef=_type(column))
        etree.SubElement(expression, f"{{{DMN}}}text").text = in_feel(column.asks) or column.name
        if column.asks:
            one.set(f"{{{OURS}}}name", column.name)
    for number, column in enumerate(table.outputs, 1):
        one = etree.SubElement(
            plain, f"{{{DMN}}}output", id=f"{table.code}_out{number}", label=column.label_zh, name=column.name
        )
        one.set("typeRef", _type(column))
        one.set(f"{{{OURS}}}label-en", column.label_en)
        if column.values:
            _write_text(one, "outputValues", column.values)
        if column.default:
            _write_text(one, "defaultOutputEntry", in_feel(column.default))


def _type(column: Column) -> str:
    return TYPES.get(column.type, "string")


def _write_text(row: etree._Element, name: str, text: str) -> None:
    entry = etree.SubElement(row, f"{{{DMN}}}{name}")
    etree.SubElement(entry, f"{{{DMN}}}text").text = text
