"""Whole decision models of other tools: what a decision needs is worked out first; what cannot be is named."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.decisions import BadDecision, DecisionTable, NoRuleFits
from ruoshui.processes.engine.dmn import DmnContent, read_dmn, write_dmn
from ruoshui.processes.engine.table_checks import faults_among
from ruoshui.processes.engine.table_shapes import plain_table, table_from
from ruoshui.processes.engine.xml import BadFile
from tests.processing.models import MODEL, call, decision, entry, formula, function, model, table


def answer(read: DmnContent, code: str, **facts: Any) -> Any:
    """The single answer of a table of a file."""
    tables = {one.code: one for one in read.tables}
    (found,) = decide(tables[code], facts, tables).values()
    return found


def water(bill: float, reminders: int, days: int, kind: str) -> Any:
    facts = {"bill": bill, "reminders": reminders, "Customer_days_late": days, "Customer_kind": kind}
    return answer(read_dmn(MODEL), "total", **facts)


@given(st.integers(0, 10_000), st.integers(0, 9), st.integers(0, 99), st.sampled_from(["household", "business"]))
def test_a_model_answers_as_its_formulas_say(bill: int, reminders: int, days: int, kind: str) -> None:
    rate = (0.01 if days < 30 else 0.05) * (1 if kind == "household" else 3)
    fee = 0 if reminders == 0 else 5 if reminders <= 3 else 10
    assert water(bill, reminders, days, kind) == pytest.approx(round(bill * (1 + rate), 2) + fee, abs=0.005)


def test_a_model_is_the_same_after_a_travel_through_json_and_through_a_file_of_ours() -> None:
    tables = read_dmn(MODEL).tables
    assert [table_from(plain_table(one)) for one in tables] == tables
    assert read_dmn(write_dmn(tables)) == DmnContent(tables, {})


def test_each_decision_and_function_is_a_table_under_its_own_id() -> None:
    found = read_dmn(MODEL)
    assert sorted(one.code for one in found.tables) == [
        "rate", "rate-step", "reminder", "reminder-fee", "surcharge", "times", "total",
    ]  # fmt: skip
    assert found.left_out == {}
    assert list(faults_among({one.code: one for one in found.tables})) == []


def test_a_context_without_an_answer_of_its_own_answers_with_all_its_entries() -> None:
    inside = "<context>" + entry("net", formula("amount")) + entry("gross pay", formula("net * 1.13")) + "</context>"
    user = decision("user", "User", table("Pay.gross pay", ("&gt; 100", "Pay.net"), ("-", "0")), "pay")
    found = read_dmn(model(decision("pay", "Pay", inside), user, inputs=("amount",)))
    tables = {one.code: one for one in found.tables}
    assert decide(tables["pay"], {"amount": 100}, tables) == {"net": 100, "gross_pay": pytest.approx(113)}
    assert [answer(found, "user", amount=amount) for amount in (100, 10)] == [100, 0]


def test_a_function_is_told_the_parts_of_what_it_is_given() -> None:
    inside = table("Person.age", ("&lt; 18", '"young " + Person.name'), ("-", "Person.name"))
    found = read_dmn(
        model(
            function("greet", "greet", inside, "Person"),
            decision("letter", "Letter", formula('"Dear " + greet(Account holder)')),
            inputs=("Account holder", "Person"),
        )
    )
    facts = {"Account_holder_age": 9, "Account_holder_name": "Li"}
    assert answer(found, "letter", **facts) == "Dear young Li"
    assert answer(found, "letter", **facts | {"Account_holder_age": 30}) == "Dear Li"


def test_a_call_stands_inside_another_and_not_inside_a_text() -> None:
    found = read_dmn(
        model(
            function("plus", "add up", formula("a + b"), "a", "b"),
            decision("sum", "Sum", formula('string(add up(add up(1, x), 2)) + "add up(9, 9)"')),
            decision("t", "T", table("x", ("-", "1"))),
            inputs=("x",),
        )
    )
    assert answer(found, "sum", x=4) == "7add up(9, 9)"


def test_what_is_not_needed_is_not_worked_out() -> None:
    needed = decision("grade", "Grade", table("score", ("&gt; 50", "1")))
    found = read_dmn(model(needed, decision("fee", "Fee", table("kind", ('"free"', "0"), ("-", "Grade")), "grade")))
    assert answer(found, "fee", kind="free", score=1) == 0
    with pytest.raises(NoRuleFits, match="score = 1"):
        answer(found, "fee", kind="other", score=1)


def test_a_table_keeps_the_lines_that_it_looks_at_and_no_others_in_whatever_order() -> None:
    first = [{"name": "b", "value": "c + 1"}, {"name": "c", "value": "2"}, {"name": "d", "value": "3"}]
    (found,) = read_dmn(
        write_dmn([table_from({**PLAIN, "first": first, "rules": [{"when": [], "then": ["b"]}]})])
    ).tables
    assert [line.name for line in found.first] == ["b", "c"]
    assert decide(found, {}) == {"x": 3}


def test_a_function_sees_what_it_is_told_and_none_of_the_lines_of_its_caller() -> None:
    inside = table("x", ("&gt; 5", '"many"'), ("-", "base"))
    context = "<context>" + entry("base", formula("1")) + entry("", call("size of", x="amount + base")) + "</context>"
    found = read_dmn(
        model(function("size", "size of", inside, "x"), decision("s", "S", context), inputs=("amount", "base"))
    )
    assert [answer(found, "s", amount=amount, base="fact") for amount in (5, 1)] == ["many", "fact"]


LEFT_OUT = [
    (formula("flatten([x, 1])"), "only these may be called"),
    (formula("for i in 1..3 return i"), "write it like"),
    ("<relation/>", "“relation” is a kind of logic that is not understood"),
    (call("elsewhere", x="1"), "it calls “elsewhere”, which was left out"),
    (formula("twice(1, 2)"), "“twice” is called with other values than it asks for"),
    (formula("twice(1"), "a bracket is not closed"),
    (formula("+".join(["twice(1)"] * 21)), "more than 20 calls in one formula"),
    (formula("again(1)"), "it calls “again”, which was left out"),
    ("<context/>", "its context says nothing that could be an answer"),
    (formula("x + " * 200 + "x"), "it is too long"),
]


@pytest.mark.parametrize(("inside", "why"), LEFT_OUT)
def test_what_cannot_be_a_table_is_left_out_and_named_and_its_tables_are_taken(inside: str, why: str) -> None:
    functions = function("twice", "twice", formula("2 * x"), "x") + function("again", "again", formula("again(x)"), "x")
    user = decision("user", "User", table("Odd", ("&gt; 5", "Odd"), ("-", "0")), "odd")
    found = read_dmn(model(functions, decision("odd", "Odd", inside), user, inputs=("x",)))
    assert why in found.left_out["Odd"]
    assert "again" in found.left_out
    assert answer(found, "user", Odd=7) == 7


def test_decisions_that_need_each_other_are_taken_without_the_ring() -> None:
    first = decision("a", "A", table("B", ("-", "B")), "b")
    found = read_dmn(model(first, decision("b", "B", formula("A + 1"), "a")))
    assert [answer(found, code, A=4) for code in "ab"] == [5, 5]


def test_an_entry_that_cannot_be_read_leaves_its_name_to_the_process() -> None:
    inside = (
        "<context>"
        + entry("greeting", formula("other.hello(x)"))
        + entry("", table("x", ("-", "greeting")))
        + "</context>"
    )
    found = read_dmn(model(decision("d", "D", inside), inputs=("x",)))
    assert answer(found, "d", greeting="hi") == "hi"
    assert list(found.left_out) == ["D, greeting"]


def test_a_table_inside_what_is_left_out_is_still_a_table() -> None:
    inside = f"<list><functionDefinition>{table('x', ('1', '2'), ('-', '3'))}</functionDefinition></list>"
    found = read_dmn(model(decision("d", "D", inside), inputs=("x",)))
    assert answer(found, "d", x=1) == 2
    assert list(found.left_out) == ["D"]


def test_a_chain_of_a_thousand_decisions_and_a_context_of_a_thousand_entries_cost_little() -> None:
    chain = "".join(
        decision(f"d{place}", f"D {place}", formula(f"D {place + 1}"), f"d{place + 1}") for place in range(999)
    )
    entries = "".join(entry(f"e {place}", table(f"e {place - 1}", ("-", "1"))) for place in range(1000))
    begin = time.process_time()
    found = read_dmn(model(chain, decision("c", "C", f"<context>{entries}</context>")))
    assert time.process_time() - begin < 5
    assert "more than 30 entries" in found.left_out["C"]
    assert {one.code for one in found.tables} >= {f"d{place}" for place in range(998)}
    assert "more than 30 decisions" in found.left_out["D 30"]


def test_a_file_without_a_table_is_no_file_of_tables() -> None:
    with pytest.raises(BadFile, match="no decision table in it"):
        read_dmn(model(decision("d", "D", formula("1"))))


PLAIN = {"code": "a", "name": "A", "inputs": [], "outputs": [{"name": "x"}], "rules": [{"when": [], "then": ["y"]}]}


def asking(code: str, *first: dict[str, Any]) -> DecisionTable:
    return table_from({**PLAIN, "code": code, "first": list(first)})


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ({"name": "y", "table": "gone"}, "there is no table “gone” to be asked"),
        ({"name": "y", "table": "a"}, "it asks itself in a ring"),
        ({"name": "y", "table": "b"}, "it asks itself in a ring"),
    ],
)
def test_tables_that_cannot_ask_each_other_are_named_before_they_are_needed(first: dict[str, Any], why: str) -> None:
    tables = {"a": asking("a", first), "b": asking("b", {"name": "y", "table": "a"})}
    said = dict(faults_among(tables))
    assert why in said["a"]
    with pytest.raises(BadDecision, match=r"no table “gone”|too many tables ask each other"):
        decide(tables["a"], {}, tables)


def test_tables_that_ask_far_too_many_others_end_soon() -> None:
    lines = [{"name": f"y{place}", "table": "b"} for place in range(20)]
    row = {"rules": [{"when": [], "then": [" + ".join(f"y{place}" for place in range(20))]}]}
    tables = {code: table_from({**PLAIN, **row, "code": code, "first": lines}) for code in ("a", "b")}
    with pytest.raises(BadDecision, match="too many tables ask each other"):
        decide(tables["a"], {}, tables)


def test_deep_formulas_in_tables_that_ask_each_other_are_refused_and_no_error() -> None:
    deep = "-(" * 23 + "y" + ")" * 23
    tables = {}
    for place in range(15):
        first = [{"name": "y", "table": f"t{place + 1}"}]
        rules = [{"when": [], "then": [deep]}]
        tables[f"t{place}"] = table_from({**PLAIN, "code": f"t{place}", "first": first, "rules": rules})
    with pytest.raises(BadDecision, match=r"no table “t15”|too many tables ask each other"):
        decide(tables["t0"], {}, tables)


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ([{"name": "y", "value": "y + 1"}], "it needs itself"),
        ([{"name": "two words", "value": "1"}], "no name of a field"),
        ([{"name": "y", "value": "open('x')"}], "only these may be called"),
        ([{"name": "y", "table": "b", "given": {"z": "1 +"}}], "write it like"),
        ([{"name": "y", "table": "b", "given": {"a b": "1"}}], "no name of a field"),
        ([{"name": f"y{place}", "value": "1"} for place in range(31)], "more than 30 lines"),
        ([{"name": "y", "value": 3}], "it is no decision table"),
        (["y"], "it is no decision table"),
        ([{"name": "y", "table": "b", "given": ["z"]}], "it is no decision table"),
    ],
)
def test_a_line_that_is_wrong_is_refused_in_words(first: list[Any], why: str) -> None:
    with pytest.raises(BadDecision, match=why):
        decide(table_from({**PLAIN, "first": first}), {})
