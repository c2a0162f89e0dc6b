"""Decision tables as DMN 1.3 files, in and out, so that other tools can read and draw them."""

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.processes.engine.decisions import BadDecision, Column, HitPolicy, Rule, Table, check_table
from ruoshui.processes.engine.xml import BadFile, read_xml

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = "https://ruoshui.example/schema/dmn/1"
TYPES = {"number": "number", "integer": "number", "long": "number", "double": "number", "boolean": "boolean"}
COLLECTED: dict[str | None, HitPolicy] = {None: "COLLECT", "SUM": "SUM", "MIN": "MIN", "MAX": "MAX", "COUNT": "COUNT"}


def read_dmn(content: bytes | str) -> list[Table]:
    """The tables of a file. Refuses what is no DMN, and expressions that are not ours, naming table and place."""
    root = read_xml(content)
    if etree.QName(root).localname != "definitions":
        raise BadFile(why=_("it is no DMN file."))
    found = [_table(one) for one in root.iter("{*}decision") if one.find("{*}decisionTable") is not None]
    if not found:
        raise BadFile(why=_("there is no decision table in it."))
    return found


def _table(decision: etree._Element) -> Table:
    plain = decision.find("{*}decisionTable")
    assert plain is not None
    code, name = decision.get("id", ""), decision.get("name") or decision.get("id", "")
    policy = _policy(plain, name)
    inputs = tuple(_input(one) for one in plain.findall("{*}input"))
    answers = plain.findall("{*}output")
    # A single answer needs no name (DMN 1.3, 8.3): it is called as its decision.
    alone = (name if name.isidentifier() else code) if len(answers) == 1 else ""
    outputs = tuple(_column(one, one.get("name") or alone, one.get("typeRef")) for one in answers)
    rules = tuple(
        Rule(
            tuple(_text(cell) or "-" for cell in rule.findall("{*}inputEntry")),
            tuple(_text(cell) for cell in rule.findall("{*}outputEntry")),
            "".join(one.text or "" for one in rule.findall("{*}description")),
        )
        for rule in plain.findall("{*}rule")
    )
    table = Table(code, name, inputs, outputs, rules, policy)
    check_table(table)
    return table


def _policy(plain: etree._Element, name: str) -> HitPolicy:
    given = (plain.get("hitPolicy") or "UNIQUE").upper()
    if given == "COLLECT":
        return COLLECTED.get(plain.get("aggregation"), "COLLECT")
    if given == "UNIQUE":
        return "UNIQUE"
    if given == "FIRST":
        return "FIRST"
    if given == "ANY":
        return "ANY"
    raise BadDecision(table=name, where=_("hit policy"), why=_("“%s” is not understood.") % given)


def _input(element: etree._Element) -> Column:
    expression = element.find("{*}inputExpression")
    name = _text(expression) if expression is not None else ""
    return _column(element, name, expression.get("typeRef") if expression is not None else None)


def _column(element: etree._Element, name: str, type_ref: str | None) -> Column:
    label = element.get("label") or ""
    return Column(name, TYPES.get(type_ref or "", "text"), label, element.get(f"{{{OURS}}}label-en") or "")


def _text(element: etree._Element) -> str:
    inside = element.find("{*}text")
    return (inside.text or "").strip() if inside is not None else ""


def write_dmn(tables: list[Table]) -> str:
    """One file for all tables."""
    root = etree.Element(f"{{{DMN}}}definitions", nsmap={None: DMN, "ruoshui": OURS}, id="decisions", name="decisions")
    root.set("namespace", OURS)
    for table in tables:
        decision = etree.SubElement(root, f"{{{DMN}}}decision", id=table.code, name=table.name)
        plain = etree.SubElement(decision, f"{{{DMN}}}decisionTable", id=f"{table.code}_table")
        single = table.policy in ("UNIQUE", "FIRST", "ANY")
        plain.set("hitPolicy", table.policy if single else "COLLECT")
        if not single and table.policy != "COLLECT":
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


def _write_columns(plain: etree._Element, table: Table) -> None:
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


def _type(column: Column) -> str:
    return {"number": "number", "boolean": "boolean"}.get(column.type, "string")


def _write_text(row: etree._Element, name: str, text: str) -> None:
    entry = etree.SubElement(row, f"{{{DMN}}}{name}")
    etree.SubElement(entry, f"{{{DMN}}}text").text = text
