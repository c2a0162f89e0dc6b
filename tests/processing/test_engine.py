"""The engine by itself: what a drawing may hold, what a condition may say, how tokens move."""

import pytest

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.cells import fits
from ruoshui.processes.engine.checking import DrawingHasFaults, DrawingProblem, Known, gathered, must_be_sound, problems
from ruoshui.processes.engine.decisions import BadDecision, NoRuleFits, RulesDisagree
from ruoshui.processes.engine.drawing import read_drawing, working_span
from ruoshui.processes.engine.expressions import BadExpression, evaluate, names_in
from ruoshui.processes.engine.machine import Handlers, Machine, NotWaitingThere, ProcessLoops, ProcessStuck
from ruoshui.processes.engine.table_shapes import plain_table, table_from
from ruoshui.processes.engine.xml import BadFile
from tests.processing.drawings import CARD, HEAD, LIMIT, drawing, part, with_part

NOTHING = Handlers(lambda node, facts: {}, lambda node, facts: {})
KNOWN = Known(verbs={"tell_customer": ("text",)}, roles=("clerk", "supervisor"), decisions=("limit",), forms=("check",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("amount > 5 and not member", True),
        ("amount = 10", True),
        ("city in ['A', 'B']", True),
        ("missing > 3", False),
        ("missing = null", True),
        ("(amount + 2) * 3 - 1", 35),
        ("min(amount, 4)", 4),
        ("given(city) and length(city) == 1", True),
        ("'a=b' == 'a=b'", True),
        ("1 < amount <= 10", True),
    ],
)
def test_a_condition_says_what_it_reads_like(text: str, value: object) -> None:
    assert evaluate(text, {"amount": 10, "member": False, "city": "A"}) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__",
        "amount.__class__",
        "[x for x in (1, 2)]",
        "lambda: 1",
        "open('/etc/passwd')",
        "2 ** 99999",
        "'a' * 99999999",
        "f'{amount}'",
        "amount[0]",
        "(a := 3)",
        "amount if amount else 3",
        "amount @ 3",
        "b'x'",
        "1j",
        "min(key=1)",
        "",
        "amount >",
        "x" * 501,
        "(" * 400,
    ],
)
def test_nothing_but_fields_values_and_comparisons_is_understood(text: str) -> None:
    with pytest.raises(BadExpression):
        evaluate(text, {"amount": 10})


def test_dividing_by_nothing_is_refused_in_words() -> None:
    with pytest.raises(BadExpression) as bad:
        evaluate("amount / zero", {"amount": 1, "zero": 0})
    assert "amount / zero" in str(bad.value)


def test_a_condition_knows_its_fields() -> None:
    assert names_in("min(amount, 3) > limit and true") == {"amount", "limit"}


@pytest.mark.parametrize(
    ("cell", "value", "answer"),
    [
        ("-", None, True),
        ("> 5", 6, True),
        ("> 5", 5, False),
        ("[1..10]", 10, True),
        ("[1..10)", 10, False),
        ("(1..10]", 1, False),
        ('"gold", "silver"', "silver", True),
        ('not("gold")', "gold", False),
        ("true", True, True),
        ("<= limit", 7, True),
        ('"a,b"', "a,b", True),
        ("> 5", None, False),
    ],
)
def test_a_cell_fits_as_in_dmn(cell: str, value: object, answer: bool) -> None:
    assert fits(cell, value, {"limit": 7}) is answer


def test_the_first_row_that_fits_decides() -> None:
    table = table_from(LIMIT)
    assert [decide(table, {"income": income})["limit"] for income in (100, 5000, 19999.99, 20000)] == [
        5000, 30000, 30000, 80000,
    ]  # fmt: skip


@pytest.mark.parametrize(("policy", "answer"), [("COLLECT", [1, 2]), ("SUM", 3), ("MIN", 1), ("MAX", 2), ("COUNT", 2)])
def test_several_rows_are_gathered_as_the_policy_says(policy: str, answer: object) -> None:
    rules = [{"when": ["> 0"], "then": ["1"]}, {"when": ["> 5"], "then": ["2"]}, {"when": ["> 50"], "then": ["3"]}]
    table = table_from({**LIMIT, "rules": rules, "policy": policy})
    assert decide(table, {"income": 10}) == {"limit": answer}


def test_rows_that_disagree_are_named() -> None:
    rules = [{"when": ["> 0"], "then": ["1"]}, {"when": ["> 5"], "then": ["2"]}]
    with pytest.raises(RulesDisagree) as wrong:
        decide(table_from({**LIMIT, "rules": rules, "policy": "UNIQUE"}), {"income": 10})
    assert "1, 2" in str(wrong.value)


def test_a_table_without_a_fitting_row_says_what_it_was_asked() -> None:
    with pytest.raises(NoRuleFits) as wrong:
        decide(table_from({**LIMIT, "rules": [{"when": ["> 99"], "then": ["1"]}]}), {"income": 10})
    assert "income = 10" in str(wrong.value)


@pytest.mark.parametrize(
    "change",
    [
        {"rules": []},
        {"rules": [{"when": [], "then": ["1"]}]},
        {"rules": [{"when": ["> "], "then": ["1"]}]},
        {"rules": [{"when": ["-"], "then": ["open('x')"]}]},
        {"outputs": []},
        {"inputs": [{"name": "in come"}]},
        {"policy": "SOMETIMES"},
        {"inputs": 3},
    ],
)
def test_a_wrong_table_is_refused_before_it_is_needed(change: dict[str, object]) -> None:
    with pytest.raises(BadDecision):
        table_from({**LIMIT, **change})


def test_a_table_survives_its_plain_form() -> None:
    table = table_from(LIMIT)
    assert table_from(plain_table(table)) == table


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode("utf-16"),
        b"<a>" + b"x" * (50 * 1024 * 1024) + b"</a>",
        b"<a>" + b"<b/>" * 20_001 + b"</a>",
        b"<a>" * 5000,
        b"no xml at all",
        b"",
    ],
    ids=["external entity", "billion laughs", "utf-16", "50 MB", "many elements", "deep", "text", "empty"],
)
def test_a_hostile_file_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(BadFile) as bad:
        read_drawing(content)
    assert len(str(bad.value)) > 30


def said(source: str) -> list[tuple[str, str]]:
    return [(one.node, str(one.text)) for one in problems(read_drawing(source), KNOWN)]


def test_a_sound_drawing_has_no_faults() -> None:
    assert said(CARD) == []


@pytest.mark.parametrize(
    ("source", "node", "words"),
    [
        (drawing("start s", "script x", "end e", "s > x", "x > e"), "x", "Scripts do not run here"),
        (drawing("start s", "task a 做", "end e", "s > a", "a > e"), "a", "which role"),
        (drawing("start s", "task a 做 role=pope", "end e", "s > a", "a > e"), "a", "no role “pope”"),
        (drawing("start s", "task a 做 role=clerk form=x", "end e", "s > a", "a > e"), "a", "no form “x”"),
        (drawing("start s", "service a 做 verb=rm", "end e", "s > a", "a > e"), "a", "tell_customer"),
        (drawing("start s", "service a 做 verb=tell_customer", "end e", "s > a", "a > e"), "a", "“text”"),
        (drawing("start s", "decision a 定 decision=x", "end e", "s > a", "a > e"), "a", "no decision table “x”"),
        (drawing("start s", "catch a 等 timer=tomorrow", "end e", "s > a", "a > e"), "a", "working time"),
        (drawing("start s", "catch a 等", "end e", "s > a", "a > e"), "a", "what it waits for"),
        (drawing("start s", "choice g", "end e", "end f", "s > g", "g > e if x >", "g > f otherwise"), "g", "x >"),
        (drawing("start s", "choice g", "end e", "end f", "s > g", "g > e if x > 1", "g > f if x > 2"), "g", "otherwise"),
        (drawing("start s", "task a 做 role=clerk", "end e", "s > a"), "a", "Nothing follows"),
        (drawing("start s", "task a 做 role=clerk", "end e", "s > e", "a > e"), "a", "Nothing leads here"),
        (drawing("start s", "start t", "end e", "s > e", "t > e"), "p", "exactly one start"),
        (drawing("start s", "call c 叫 calls=p", "end e", "s > c", "c > e"), "p", "calls itself"),
        (drawing("start s", "call c 叫 calls=q", "end e", "s > c", "c > e"), "c", "not in the file"),
        (HEAD + "</bpmn:definitions>", "", "no process"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is_in_plain_words(source: str, node: str, words: str) -> None:
    assert [one for one in said(source) if one[0] == node and words in one[1]] != []


def test_processes_that_call_each_other_in_a_circle_are_refused() -> None:
    other = (
        '<bpmn:process id="q"><bpmn:startEvent id="qs"/><bpmn:callActivity id="qc" calledElement="p"/>'
        '<bpmn:endEvent id="qe"/><bpmn:sequenceFlow id="q1" sourceRef="qs" targetRef="qc"/>'
        '<bpmn:sequenceFlow id="q2" sourceRef="qc" targetRef="qe"/></bpmn:process>'
    )
    with pytest.raises(DrawingHasFaults) as bad:
        source = drawing("start s", "call c 叫 calls=q", "end e", "s > c", "c > e", more=other)
        must_be_sound(read_drawing(source), KNOWN)
    assert "calls itself" in str(bad.value)


def begun(source: str, do: Handlers = NOTHING, **facts: object) -> Machine:
    machine = Machine(read_drawing(source), None, facts, do)
    machine.go_on()
    return machine


def again(machine: Machine, do: Handlers = NOTHING) -> Machine:
    """As another process finds it later."""
    return Machine(machine.drawing, machine.state(), {}, do)


def where(machine: Machine) -> list[tuple[str, str]]:
    return sorted((one.kind, one.node.id) for one in machine.waiting())


def done(machine: Machine, node: str, **answers: object) -> Machine:
    machine = again(machine)
    machine.complete(next(one.token for one in machine.waiting() if one.node.id == node), answers)
    return machine


def test_branches_run_beside_each_other_and_meet_again() -> None:
    machine = begun(
        drawing(
            "start s", "fork f", "task a 甲 role=clerk", "task b 乙 role=clerk", "fork j", "task c 丙 role=clerk", "end e",
            "s > f", "f > a", "f > b", "a > j", "b > j", "j > c", "c > e",
        )
    )  # fmt: skip
    assert where(machine) == [("task", "a"), ("task", "b")]
    machine = done(machine, "b", second=2)
    assert where(machine) == [("task", "a")]
    machine = done(machine, "a", first=1)
    assert where(machine) == [("task", "c")]
    machine = done(machine, "c")
    assert (machine.is_finished, machine.facts) == (True, {"first": 1, "second": 2})


def test_a_part_of_a_process_is_gone_through_and_left() -> None:
    source = with_part(
        drawing("start s", "task z 后 role=clerk", "end e", "s > inner", "inner > z", "z > e"),
        part("inner", "start is", "task ia 里 role=clerk", "end ie", "is > ia", "ia > ie"),
    )
    machine = done(begun(source), "ia", inside=True)
    assert where(machine) == [("task", "z")]
    assert done(machine, "z").facts == {"inside": True}


def test_a_timer_at_the_edge_takes_the_task_away() -> None:
    machine = begun(
        drawing(
            "start s", "task a 做 role=clerk", "edge t 到时 on=a timer=PT4H", "task b 催 role=clerk", "end e",
            "s > a", "a > e", "t > b", "b > e",
        )
    )  # fmt: skip
    assert where(machine) == [("task", "a"), ("timer", "t")]
    machine = again(machine)
    timer = next(one for one in machine.waiting() if one.kind == "timer")
    machine.fire(timer.token, "t")
    assert where(machine) == [("task", "b")]
    with pytest.raises(NotWaitingThere):
        machine.fire(timer.token, "t")


def test_a_timer_that_does_not_interrupt_leaves_the_task() -> None:
    machine = begun(
        drawing(
            "start s", "task a 做 role=clerk", "edge t 到时 on=a timer=PT4H interrupts=no", "task b 催 role=clerk", "end e",
            "end f", "s > a", "a > e", "t > b", "b > f",
        )
    )  # fmt: skip
    machine = again(machine)
    timer = next(one for one in machine.waiting() if one.kind == "timer")
    machine.fire(timer.token, "t")
    assert where(machine) == [("task", "a"), ("task", "b")]


def test_whichever_comes_first_decides() -> None:
    source = drawing(
        "start s", "first g", "catch m 来信 message=customer_replied", "catch t 三天 timer=P3D", "task a 看信 role=clerk",
        "task b 提醒 role=clerk", "end e", "s > g", "g > m", "g > t", "m > a", "t > b", "a > e", "b > e",
    )  # fmt: skip
    machine = again(begun(source))
    assert where(machine) == [("message", "m"), ("timer", "t")]
    assert machine.send("request_done", {}) is False
    assert machine.send("customer_replied", {"letter": "yes"}) is True
    assert where(machine) == [("task", "a")]
    assert done(machine, "a").facts == {"letter": "yes"}
    machine = again(begun(source))
    timer = next(one for one in machine.waiting() if one.kind == "timer")
    machine.fire(timer.token, "t")
    assert where(machine) == [("task", "b")]


def test_a_process_that_goes_round_for_ever_is_stopped_by_name() -> None:
    source = drawing(
        "start s", "service a 转圈 verb=tell_customer text=x", "choice g", "end e", "s > a", "a > g", "g > e if never = 1",
        "g > a otherwise",
    )  # fmt: skip
    with pytest.raises(ProcessLoops) as loops:
        begun(source)
    assert "转圈" in str(loops.value) or "“g”" in str(loops.value)


def test_a_gateway_without_a_fitting_way_says_so() -> None:
    source = drawing("start s", "choice g 分流", "end e", "end f", "s > g", "g > e if x > 1", "g > f if x > 2")
    with pytest.raises(ProcessStuck) as stuck:
        begun(source, x=0)
    assert "分流" in str(stuck.value)


def test_a_join_that_nobody_can_reach_is_told_and_not_waited_at_for_ever() -> None:
    source = drawing(
        "start s", "fork f", "task a 甲 role=clerk", "choice g", "fork j 会合", "end e", "s > f", "f > a", "f > g",
        "a > j", "g > j if x > 1", "g > b otherwise", "task b 乙 role=clerk", "b > j", "j > e",
    )  # fmt: skip
    machine = done(begun(source, x=0), "a")
    with pytest.raises(ProcessStuck) as stuck:
        done(machine, "b")
    assert "会合" in str(stuck.value)


def test_a_bad_condition_met_on_the_way_is_a_refusal() -> None:
    source = drawing("start s", "choice g", "end e", "end f", "s > g", "g > e if x > 1", "g > f otherwise")
    with pytest.raises(Refusal):
        begun(source, x="many")


def test_services_and_decisions_give_new_facts() -> None:
    told: list[str] = []

    def service(node, facts):
        told.append(f"{node.get('text')} {facts['limit']}")
        return {"told": True}

    machine = begun(CARD, Handlers(service, lambda node, facts: {"limit": facts["income"] * 2}))
    machine.do = Handlers(service, lambda node, facts: {"limit": facts["income"] * 2})
    machine.complete(machine.waiting()[0].token, {"income": 4000})
    assert (machine.is_finished, told) == (True, ["额度 {limit} 8000"])
    assert machine.facts == {"income": 4000, "limit": 8000, "told": True}


def test_state_is_small_and_without_the_drawing() -> None:
    assert len(begun(CARD, amount=1).state()) < 1500


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT4H", (0, 14400)),
        ("P3D", (3, 0)),
        ("P1DT30M", (1, 1800)),
        ("pt1m", (0, 60)),
        ("PT0H", None),
        ("P", None),
        ("4 hours", None),
        ("", None),
    ],
)
def test_working_time_is_written_as_a_duration(text: str, span: tuple[int, int] | None) -> None:
    assert working_span(text) == span


def test_stages_come_in_the_order_of_the_flow() -> None:
    assert [node.get("stage") for node in read_drawing(CARD).stages] == ["check", "approve", "notify"]


def test_a_problem_of_thousands_of_places_is_told_at_five_of_them_and_counted() -> None:
    found = gathered(
        [DrawingProblem(f"n{number}", "Take it out.") for number in range(8317)] + [DrawingProblem("x", "Name it.")]
    )
    assert [one.node for one in found] == ["n0", "n1", "n2", "n3", "n4", "", "x"]
    assert str(found[5].text) == "Take it out. The same at 8312 more places."
