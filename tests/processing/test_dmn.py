"""DMN files of other tools: their names, hit policies and places of tables; what is not understood is said."""

from typing import Any

import pytest

from ruoshui.processes.engine.cells import fits
from ruoshui.processes.engine.decisions import BadDecision, NoRuleFits
from ruoshui.processes.engine.dmn import read_dmn, write_dmn
from ruoshui.processes.engine.expressions import BadExpression, evaluate
from ruoshui.processes.engine.table_shapes import plain_table, table_from

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="x">'
POLICIES = {
    "FIRST": "silver",
    "PRIORITY": "gold",
    "RULE ORDER": ["silver", "gold", "silver"],
    "OUTPUT ORDER": ["gold", "silver", "silver"],
    "COLLECT": ["silver", "gold", "silver"],
}


def column(tag: str, text: str, type_ref: str = "", inside: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    if tag == "input":
        return f"<input><inputExpression{typed}><text>{text}</text></inputExpression></input>"
    named = f' name="{text}"' if text else ""
    return f"<output{named}{typed}>{inside}</output>"


def table(columns: str, *rules: tuple[list[str], list[str]], policy: str = "FIRST") -> str:
    def cells(tag: str, texts: list[str]) -> str:
        return "".join(f"<{tag}><text>{text.replace('<', '&lt;')}</text></{tag}>" for text in texts)

    rows = "".join(f"<rule>{cells('inputEntry', when)}{cells('outputEntry', then)}</rule>" for when, then in rules)
    return f'<decisionTable hitPolicy="{policy}">{columns}{rows}</decisionTable>'


def decision(inside: str, name: str = "Card", more: str = "") -> str:
    return f'{HEAD}{more}<decision id="card" name="{name}"><variable name="{name}"/>{inside}</decision></definitions>'


VALUES = '<outputValues><text>"gold", "silver"</text></outputValues>'
RULES = ((["> 10"], ['"silver"']), (["> 20"], ['"gold"']), (["> 30"], ['"silver"']), (["> 99"], ['"none"']))


@pytest.mark.parametrize(("policy", "answer"), POLICIES.items())
def test_a_hit_policy_of_the_standard_answers_as_the_standard_says(policy: str, answer: Any) -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string", VALUES)
    (found,) = read_dmn(decision(table(columns, *RULES, policy=policy)))
    assert found.decide({"income": 50}) == {"tier": answer}
    assert table_from(plain_table(found)) == found
    assert read_dmn(write_dmn([found])) == [found]


def test_of_several_answers_the_first_columns_preference_counts_most() -> None:
    values = '<outputValues><text>"low", "high"</text></outputValues>'
    columns = column("input", "age", "number") + column("output", "risk", "", values) + column("output", "fee", "", "")
    columns = columns.replace('name="fee">', 'name="fee"><outputValues><text>1, 2</text></outputValues>')
    rules = ((["-"], ['"high"', "1"]), (["-"], ['"low"', "2"]), (["-"], ['"low"', "1"]))
    (found,) = read_dmn(decision(table(columns, *rules, policy="PRIORITY")))
    assert found.decide({"age": 1}) == {"risk": "low", "fee": 1}


def test_an_answer_that_is_not_among_those_there_are_comes_last() -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string", VALUES)
    (found,) = read_dmn(decision(table(columns, (["-"], ['"bronze"']), (["-"], ['"silver"']), policy="PRIORITY")))
    assert found.decide({"income": 1}) == {"tier": "silver"}


@pytest.mark.parametrize(("policy", "answer"), [("RULE ORDER", []), ("OUTPUT ORDER", []), ("PRIORITY", None)])
def test_when_no_row_fits_a_list_is_empty_and_a_single_answer_is_asked_for(policy: str, answer: Any) -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string", VALUES)
    (found,) = read_dmn(decision(table(columns, *RULES, policy=policy)))
    if answer is None:
        with pytest.raises(NoRuleFits):
            found.decide({"income": 1})
    else:
        assert found.decide({"income": 1}) == {"tier": answer}


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_a_preference_that_nobody_stated_is_asked_for(policy: str) -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string")
    with pytest.raises(BadDecision, match="in which order the answers are preferred"):
        read_dmn(decision(table(columns, *RULES, policy=policy)))


def test_a_preference_that_cannot_be_read_is_refused_at_its_column() -> None:
    columns = column("input", "income", "number") + column(
        "output", "tier", "string", "<outputValues><text>1j</text></outputValues>"
    )
    with pytest.raises(BadDecision, match="column tier"):
        read_dmn(decision(table(columns, *RULES)))


def test_a_single_answer_without_a_name_is_called_as_its_decision() -> None:
    columns = column("input", "income", "number") + column("output", "", "string")
    (found,) = read_dmn(decision(table(columns, (["-"], ['"yes"'])), name="Credit limit"))
    assert [(one.name, one.label_zh) for one in found.outputs] == [("Credit_limit", "Credit limit")]
    assert found.decide({}) == {"Credit_limit": "yes"}


def test_names_with_blanks_signs_and_paths_are_fields_everywhere() -> None:
    more = "".join(f'<inputData name="{name}"/>' for name in ("Years of Service", "Applicant", "class"))
    more += '<itemDefinition name="t"><itemComponent name="base pay"/></itemDefinition>'
    columns = column("input", "Years  of Service", "number") + column("input", "Applicant.base pay", "number")
    columns += column("input", "class", "string") + column("output", "Days/Off", "number")
    rule = (["> 3", "-", "-"], ["Years of Service * 2 + Applicant . base pay"])
    (found,) = read_dmn(decision(table(columns, rule, (["-", "-", '"Years of Service"'], ["0"])), more=more))
    assert [one.name for one in found.columns] == ["Years_of_Service", "Applicant_base_pay", "_class", "Days_Off"]
    assert [one.label_zh for one in found.columns] == ["Years  of Service", "Applicant.base pay", "class", "Days/Off"]
    assert found.decide({"Years_of_Service": 5, "Applicant_base_pay": 7}) == {"Days_Off": 17}
    assert found.rules[1].when[2] == '"Years of Service"'


def test_two_names_that_would_be_one_field_stay_two() -> None:
    columns = column("input", "tax-rate", "number") + column("input", "tax rate", "number")
    more = '<inputData name="tax-rate"/><inputData name="tax rate"/>'
    (found,) = read_dmn(decision(table(columns + column("output", "x"), (["> 1", "< 1"], ["1"])), more=more))
    assert [one.name for one in found.inputs] == ["tax_rate", "tax_rate_2"]


def test_an_input_that_is_no_name_is_refused_and_not_taken_for_one() -> None:
    columns = column("input", "income * 12", "number") + column("output", "x")
    with pytest.raises(BadDecision, match=r"“income \* 12” is no name of a field"):
        read_dmn(decision(table(columns, (["-"], ["1"])), more='<inputData name="income"/>'))


def test_a_table_inside_a_function_or_a_context_is_taken_too() -> None:
    inner = table(column("input", "income", "number") + column("output", ""), (["> 5"], ["1"]))
    function = f'<businessKnowledgeModel id="f" name="fee"><encapsulatedLogic>{inner}</encapsulatedLogic></businessKnowledgeModel>'
    entry = f'<contextEntry><variable name="base fee"/>{inner}</contextEntry>'
    found = read_dmn(decision(f"<context>{entry}{entry}</context>", more=function))
    assert [(one.code, one.name) for one in found] == [("f", "fee"), ("card", "base fee"), ("card-2", "base fee")]


@pytest.mark.parametrize(
    ("cell", "kind"), [("[1..5]", "number"), ("not(3)", "number"), ("true", "boolean"), ('"a"', "text"), ("-", "text")]
)
def test_the_kind_of_an_input_without_a_type_is_told_by_its_cells(cell: str, kind: str) -> None:
    columns = column("input", "x", "tOwn") + column("output", "y")
    (found,) = read_dmn(decision(table(columns, ([cell], ["1"]))))
    assert found.inputs[0].type == kind


@pytest.mark.parametrize("kind", ["days and time duration", "yearMonthDuration"])
def test_lengths_of_time_are_refused_and_never_compared_letter_by_letter(kind: str) -> None:
    columns = column("input", "x", kind) + column("output", "y")
    with pytest.raises(BadDecision, match="lengths of time are not understood"):
        read_dmn(decision(table(columns, (["> y"], ["1"]))))


def test_a_cell_that_names_a_list_fits_what_is_in_it() -> None:
    assert fits("symptoms", "cough", {"symptoms": ["fever", "cough"]}) is True
    assert fits("symptoms", "rash", {"symptoms": ["fever", "cough"]}) is False
    assert fits('"a", symptoms', "cough", {"symptoms": ["cough"]}) is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('day > date("2026-03-01")', True),
        ('date("2026-03-04") = day', True),
        ('date("2026-3-4") = day', BadExpression),
        ('date("tomorrow") = day', BadExpression),
        ("date(missing) = null", True),
        ('string(5.0) + " years"', "5 years"),
        ('string(true) + "/" + string(missing)', "true/"),
        ("string(2.5)", "2.5"),
    ],
)
def test_days_and_texts_are_made_as_dmn_makes_them(text: str, value: Any) -> None:
    facts = {"day": "2026-03-04"}
    if value is BadExpression:
        with pytest.raises(BadExpression):
            evaluate(text, facts)
    else:
        assert evaluate(text, facts) == value
