"""DMN files of other tools: their names, hit policies and places of tables; what is not understood is said."""

from typing import Any

import pytest

from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.cells import check_cell, fits
from ruoshui.processes.engine.decisions import BadDecision, Column, NoRuleFits
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
    (found,) = read_dmn(decision(table(columns, *RULES, policy=policy))).tables
    assert decide(found, {"income": 50}) == {"tier": answer}
    assert table_from(plain_table(found)) == found
    assert read_dmn(write_dmn([found])).tables == [found]


def test_of_several_answers_the_first_columns_preference_counts_most() -> None:
    values = '<outputValues><text>"low", "high"</text></outputValues>'
    columns = column("input", "age", "number") + column("output", "risk", "", values) + column("output", "fee", "", "")
    columns = columns.replace('name="fee">', 'name="fee"><outputValues><text>1, 2</text></outputValues>')
    rules = ((["-"], ['"high"', "1"]), (["-"], ['"low"', "2"]), (["-"], ['"low"', "1"]))
    (found,) = read_dmn(decision(table(columns, *rules, policy="PRIORITY"))).tables
    assert decide(found, {"age": 1}) == {"risk": "low", "fee": 1}


def test_an_answer_that_is_not_among_those_there_are_comes_last() -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string", VALUES)
    (found,) = read_dmn(
        decision(table(columns, (["-"], ['"bronze"']), (["-"], ['"silver"']), policy="PRIORITY"))
    ).tables
    assert decide(found, {"income": 1}) == {"tier": "silver"}


@pytest.mark.parametrize(("policy", "answer"), [("RULE ORDER", []), ("OUTPUT ORDER", []), ("PRIORITY", None)])
def test_when_no_row_fits_a_list_is_empty_and_a_single_answer_is_asked_for(policy: str, answer: Any) -> None:
    columns = column("input", "income", "number") + column("output", "tier", "string", VALUES)
    (found,) = read_dmn(decision(table(columns, *RULES, policy=policy))).tables
    if answer is None:
        with pytest.raises(NoRuleFits):
            decide(found, {"income": 1})
    else:
        assert decide(found, {"income": 1}) == {"tier": answer}


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
    (found,) = read_dmn(decision(table(columns, (["-"], ['"yes"'])), name="Credit limit")).tables
    assert [(one.name, one.label_zh) for one in found.outputs] == [("Credit_limit", "Credit limit")]
    assert decide(found, {}) == {"Credit_limit": "yes"}


def test_names_with_blanks_signs_and_paths_are_fields_everywhere() -> None:
    more = "".join(f'<inputData name="{name}"/>' for name in ("Years of Service", "Applicant", "class"))
    more += '<itemDefinition name="t"><itemComponent name="base pay"/></itemDefinition>'
    columns = column("input", "Years  of Service", "number") + column("input", "Applicant.base pay", "number")
    columns += column("input", "class", "string") + column("output", "Days/Off", "number")
    rule = (["> 3", "-", "-"], ["Years of Service * 2 + Applicant . base pay"])
    (found,) = read_dmn(decision(table(columns, rule, (["-", "-", '"Years of Service"'], ["0"])), more=more)).tables
    assert [one.name for one in found.columns] == ["Years_of_Service", "Applicant_base_pay", "_class", "Days_Off"]
    assert [one.label_zh for one in found.columns] == ["Years  of Service", "Applicant.base pay", "class", "Days/Off"]
    assert decide(found, {"Years_of_Service": 5, "Applicant_base_pay": 7}) == {"Days_Off": 17}
    assert found.rules[1].when[2] == '"Years of Service"'


def test_two_names_that_would_be_one_field_stay_two() -> None:
    columns = column("input", "tax-rate", "number") + column("input", "tax rate", "number")
    more = '<inputData name="tax-rate"/><inputData name="tax rate"/>'
    (found,) = read_dmn(decision(table(columns + column("output", "x"), (["> 1", "< 1"], ["1"])), more=more)).tables
    assert [one.name for one in found.inputs] == ["tax_rate", "tax_rate_2"]


def test_an_input_that_is_no_name_is_a_formula_and_never_taken_for_a_field() -> None:
    columns = column("input", "base income * 12", "number") + column("output", "x")
    (found,) = read_dmn(decision(table(columns, (["> 100"], ["1"])), more='<inputData name="base income"/>')).tables
    assert found.inputs == (Column("base_income_12", "number", "base income * 12", "", "", "base_income * 12"),)
    assert decide(found, {"base_income": 9}) == {"x": 1}
    assert read_dmn(write_dmn([found])).tables == [found]


def test_a_formula_that_cannot_be_worked_out_is_refused_at_its_column() -> None:
    columns = column("input", "for i in 1..3 return i", "number") + column("output", "x")
    with pytest.raises(
        BadDecision, match=r"column for_i_in_1_3_return_i: “for i in 1..3 return i” cannot be understood"
    ):
        read_dmn(decision(table(columns, (["-"], ["1"]))))


def test_a_table_inside_a_function_or_a_context_is_taken_too() -> None:
    inner = table(column("input", "income", "number") + column("output", ""), (["> 5"], ["1"]))
    function = f'<businessKnowledgeModel id="f" name="fee"><encapsulatedLogic>{inner}</encapsulatedLogic></businessKnowledgeModel>'
    entry = f'<contextEntry><variable name="base fee"/>{inner}</contextEntry>'
    found = read_dmn(decision(f"<context>{entry}{entry}</context>", more=function)).tables
    assert [(one.code, one.name) for one in found] == [
        ("f", "fee"), ("card-base_fee", "base fee"), ("card-base_fee-2", "base fee"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "kind"), [("[1..5]", "number"), ("not(3)", "number"), ("true", "boolean"), ('"a"', "text"), ("-", "text")]
)
def test_the_kind_of_an_input_without_a_type_is_told_by_its_cells(cell: str, kind: str) -> None:
    columns = column("input", "x", "tOwn") + column("output", "y")
    (found,) = read_dmn(decision(table(columns, ([cell], ["1"])))).tables
    assert found.inputs[0].type == kind


@pytest.mark.parametrize(
    ("kind", "fact", "less", "more"),
    [
        ("days and time duration", "PT36H", "PT9H", "P2D"),
        ("yearMonthDuration", "P18M", "P1Y", "P2Y"),
        ("dateTime", "2026-03-04T09:00:00Z", "2026-03-04T16:59:00+08:00", "2026-03-04T08:00:00-04:00"),
        ("time", "09:30", "09:29:59", "10:00:00"),
        ("date", "2026-03-04", "2026-02-28", "2026-12-01"),
    ],
)
def test_days_times_and_lengths_are_in_their_own_order_and_not_that_of_letters(
    kind: str, fact: str, less: str, more: str
) -> None:
    columns = column("input", "x", kind) + column("output", "y")
    rows = ((["< edge"], ['"less"']), (["edge"], ['"same"']), (["(edge..end]"], ['"more"']))
    (found,) = read_dmn(decision(table(columns, *rows))).tables
    answers = [decide(found, {"x": fact, "edge": edge, "end": more})["y"] for edge in (more, fact, less)]
    assert answers == ["less", "same", "more"]
    assert read_dmn(write_dmn([found])).tables == [found]


def test_what_is_no_length_of_time_is_refused_and_never_compared_letter_by_letter() -> None:
    columns = column("input", "x", "days and time duration") + column("output", "y")
    with pytest.raises(BadDecision, match=r"row 1, column x: .* a length of time is written as P3DT4H or P1Y6M"):
        read_dmn(decision(table(columns, (["> 5"], ["1"]))))
    (found,) = read_dmn(decision(table(columns, (["> limit"], ["1"])))).tables
    with pytest.raises(BadDecision, match="a length of time is written as"):
        decide(found, {"x": "tomorrow", "limit": "P1D"})


@pytest.mark.parametrize(
    ("given", "kind"), [("tAge", "number"), ("tSince", "duration"), ("tTier", "text"), ("tRing", "text")]
)
def test_a_type_of_the_file_comes_down_to_the_kind_it_is_made_of(given: str, kind: str) -> None:
    own = {"tAge": "tWhole", "tWhole": "feel:integer", "tSince": "dayTimeDuration", "tTier": "string", "tRing": "tRing"}
    more = "".join(
        f'<itemDefinition name="{name}"><typeRef>{base}</typeRef></itemDefinition>' for name, base in own.items()
    )
    columns = column("input", "x", given) + column("output", "y")
    (found,) = read_dmn(decision(table(columns, (["-"], ["1"])), more=more)).tables
    assert found.inputs[0].type == kind


def test_a_preference_may_stand_at_the_type_of_the_answer() -> None:
    values = '<allowedValues><text>"high", "low"</text></allowedValues>'
    more = f'<itemDefinition name="tRisk"><typeRef>string</typeRef>{values}</itemDefinition>'
    columns = column("input", "x", "number") + column("output", "risk", "tRisk")
    (found,) = read_dmn(
        decision(table(columns, (["-"], ['"low"']), (["-"], ['"high"']), policy="PRIORITY"), more=more)
    ).tables
    assert decide(found, {"x": 1}) == {"risk": "high"}


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT", "RULE ORDER"])
def test_when_no_row_fits_the_answer_for_that_case_is_given(policy: str) -> None:
    other = "<defaultOutputEntry><text>base fee * 2</text></defaultOutputEntry>"
    columns = column("input", "x", "number") + column("output", "fee", "number", other) + column("output", "who")
    (found,) = read_dmn(
        decision(table(columns, (["> 9"], ["1", '"desk"']), policy=policy), more='<inputData name="base fee"/>')
    ).tables
    assert decide(found, {"x": 1, "base_fee": 4}) == {"fee": 8, "who": None}
    assert read_dmn(write_dmn([found])).tables == [found]
    assert table_from(plain_table(found)) == found


def test_a_cell_that_names_a_list_fits_what_is_in_it() -> None:
    assert fits("symptoms", "cough", {"symptoms": ["fever", "cough"]}) is True
    assert fits("symptoms", "rash", {"symptoms": ["fever", "cough"]}) is False
    assert fits('"a", symptoms', "cough", {"symptoms": ["cough"]}) is True


@pytest.mark.parametrize(
    ("cell", "value", "answer"),
    [
        ("? > 5 and ? < 9", 7, True),
        ("? > 5 and ? < 9", 9, False),
        ('contains(?, "fraud")', "a fraud", True),
        ('starts_with(?, "400"), "95588"', "95588", True),
        ("length(?) = 11", "13800000000", True),
        ('"why?"', "why?", True),
        ("list_contains(?, limit)", [1, 7], True),
        ("not(not(7))", 7, True),
        ("not(1) and not(2)", 2, False),
        ("not(?)", True, False),
        ("-", None, True),
        ("1,", 1, BadExpression),
    ],
)
def test_a_cell_may_ask_about_the_value_itself(cell: str, value: Any, answer: Any) -> None:
    if answer is BadExpression:
        with pytest.raises(BadExpression):
            check_cell(cell, value)
    else:
        assert fits(cell, value, {"limit": 7}) is answer


@pytest.mark.parametrize("cell", ["> limit * 2", "[limit - 1..limit + 1]", "round(limit)", "contains(?, word)"])
def test_a_cell_that_works_with_fields_is_taken_before_anybody_knows_them(cell: str) -> None:
    check_cell(cell, 1)


def test_names_and_functions_with_blanks_stand_beside_ranges_and_texts() -> None:
    more = '<inputData name="first day"/><inputData name="last day"/><inputData name="note"/>'
    columns = column("input", "day", "date") + column("input", "note", "string") + column("output", "n", "number")
    rule = (
        ["[first day..last day]", 'starts with(lower case(?), "starts with(")'],
        ['string length("a") + string length(note)'],
    )
    (found,) = read_dmn(decision(table(columns, rule), more=more)).tables
    assert found.rules[0].when == ("[first_day..last_day]", 'starts_with(lower_case(?), "starts with(")')
    facts = {"day": "2026-03-04", "first_day": "2026-03-01", "last_day": "2026-03-31", "note": "STARTS WITH(x"}
    assert decide(found, facts) == {"n": 14}
    assert 'starts with(lower case(?), "starts with(")' in write_dmn([found])
    assert read_dmn(write_dmn([found])).tables == [found]


@pytest.mark.parametrize(
    ("written", "read", "kind"),
    [
        ('> @"P2D"', '> duration("P2D")', "duration"),
        ('@"2026-03-04"', 'date("2026-03-04")', "date"),
        ('< @"09:30"', '< time("09:30")', "time"),
        ('@"2026-03-04T09:30:00Z"', 'date_and_time("2026-03-04T09:30:00Z")', "datetime"),
    ],
)
def test_a_short_form_of_a_day_or_time_is_read_by_its_shape(written: str, read: str, kind: str) -> None:
    columns = column("input", "x") + column("output", "y")
    (found,) = read_dmn(decision(table(columns, ([written], ["1"])))).tables
    assert found.rules[0].when == (read,)
    assert found.inputs[0].type == kind


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
