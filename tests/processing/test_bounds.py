"""Whatever is drawn or written in a table: refused at its place or done in bounded time, measured in CPU seconds."""

import time
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.cells import fits
from ruoshui.processes.engine.checking import Known, must_be_sound
from ruoshui.processes.engine.decisions import BadDecision
from ruoshui.processes.engine.dmn import read_dmn
from ruoshui.processes.engine.drawing import read_drawing, working_span
from ruoshui.processes.engine.expressions import BadExpression, evaluate, parse
from ruoshui.processes.engine.machine import Handlers, Machine, ProcessLoops, specs_of
from ruoshui.processes.engine.table_shapes import table_from
from ruoshui.processes.engine.xml import BadFile
from tests.processing.drawings import HEAD, drawing

KNOWN = Known(verbs={"note": ("text",)}, roles=("clerk",))
NOTHING = Handlers(lambda node, facts: {}, lambda node, facts: {})


@contextmanager
def within(seconds: float):
    begin = time.process_time()
    yield
    assert time.process_time() - begin < seconds


def told(ask: Callable[[], object]) -> str:
    """The words of a refusal; empty when there was none."""
    try:
        ask()
    except Refusal as refusal:
        return str(refusal)
    return ""


def run(source: str) -> Machine:
    """As publishing and a first case would."""
    found = read_drawing(source)
    must_be_sound(found, KNOWN)
    specs_of(found)
    machine = Machine(found, None, {"a": 1}, NOTHING)
    machine.go_on()
    return machine


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("'%200000000d' % 1", "do not go together"),
        ("'%s' % a", "do not go together"),
        ("[1] * 999999999", "do not go together"),
        ("true * 3", "do not go together"),
        ("'a' - 1", "do not go together"),
        ("round(7, -3000000)", "between -15 and 15"),
        ("round(7.5, 16)", "between -15 and 15"),
        ("round('a', 1)", "do not go together"),
        ("round(1, 'x')", "do not go together"),
        ("9" * 400, "too large"),
        ("1e400", "too large"),
        ("1e30 * 10", "too large"),
        ("*".join(["a"] * 40), "too large"),
        ("-" * 300 + "1", "nested too deeply"),
        ("not " * 100 + "a", "nested too deeply"),
        ("(" * 100 + "a" + ")" * 100, ""),
        ("[" * 60 + "]" * 60, "nested too deeply"),
        ("long + long + 'x'", "too long"),
        ("list + list", "too long"),
        ("min(list, list)", ""),
        ("a" * 501, "too long"),
        ("'\\ud800' + 'a'", "cannot be kept"),
        ("'\\x00'", "cannot be kept"),
        ("\ud800 > 1", "write it like"),
    ],
)
def test_an_expression_is_refused_before_it_costs_anything(text: str, why: str) -> None:
    facts = {"a": 999_999, "long": "x" * 9_000, "list": list(range(900))}
    with within(0.5):
        said = told(lambda: evaluate(text, facts))
    assert (said == "") == (why == "")
    assert why in said


def test_a_result_fed_back_again_and_again_stays_small() -> None:
    """A field that a process sets in a ring: a = a * a."""
    facts = {"a": 3}
    with within(0.5), pytest.raises(BadExpression, match="too large"):
        for _round in range(1000):
            facts["a"] = evaluate("a * a", facts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("amount > 50,000", "write 50000; a comma separates answers"),
        ("amount > 1,250,000", "write 1250000; a comma separates answers"),
        ("amount >= 50,123", "write 50123; a comma separates answers"),
        ("min(amount, 50,000) > 3", "write 50000; a comma separates answers"),
        ("amount in (50,000, 60,000)", "write 50000; a comma separates answers"),
        ("amount > 50,050", "write 50050; a comma separates answers"),
        ("amount > 5, member", "a condition is one question"),
    ],
)
def test_a_thousands_comma_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(BadExpression, match=told):
        parse(text)


@pytest.mark.parametrize("text", ["amount in (1, 200)", "min(5, 100) = 5", "amount in [100, 200]", "city = '50,000'"])
def test_commas_that_separate_are_let_in(text: str) -> None:
    evaluate(text, {"amount": 100, "city": "50,000"})


@pytest.mark.parametrize("cell", ["> 50,000", ">50,000", "<= 1,250", "= 50,000", "50,000", "[1..50,000]", "not(> 50,000)", "1,050"])  # fmt: skip
def test_so_is_one_in_a_cell(cell: str) -> None:
    with pytest.raises(BadExpression, match="a comma separates answers"):
        fits(cell, 60, {})


@pytest.mark.parametrize(
    ("cell", "value", "is_fitting"),
    [("100,200", 200, True), ("> 50, 7", 7, True), ('"gold","silver"', "silver", True), ("[1..5],[200..300]", 250, True), ("> 1000", 1001, True), ("(0..1]", 0, False), ("[ 1 .. 10 ]", 10, True), ("]1..2[", 2, False), (">= a", 5, True)],
)  # fmt: skip
def test_cells_say_what_they_said(cell: str, value: object, is_fitting: bool) -> None:
    assert fits(cell, value, {"a": 5}) == is_fitting


@pytest.mark.parametrize(
    "cell",
    ["not(" * 3000 + ")" * 3000, "not(" * 120 + ")" * 120, "[" + " " * 20_000 + "..1]", "[" + " " * 490 + "..", "," * 500, '"' * 500, "9" * 500, "> " + "(" * 490],
)  # fmt: skip
def test_a_cell_is_refused_or_done_in_no_time(cell: str) -> None:
    with within(0.5):
        assert len(told(lambda: fits(cell, 1, {}))) < 1000


def table(**changed):
    plain = {
        "code": "limit",
        "name": "Limit",
        "inputs": [{"name": "amount", "type": "number"}],
        "outputs": [{"name": "who"}],
        "rules": [{"when": ["> 5"], "then": ["'boss'"]}, {"when": ["-"], "then": ["'clerk'"]}],
    }
    return plain | changed


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"code": 7}, "code"),
        ({"code": "../../x"}, "code"),
        ({"name": {"a": 1}}, "name"),
        ({"inputs": 3}, "columns"),
        ({"inputs": [3]}, "columns"),
        ({"inputs": [{"name": 3}]}, "columns"),
        ({"inputs": [{"name": "a", "type": []}]}, "columns"),
        ({"inputs": [{"nome": "a"}]}, "columns"),
        ({"outputs": []}, "columns"),
        ({"outputs": [{"name": "a b"}]}, "columns"),
        ({"rules": {}}, "rows"),
        ({"rules": [7]}, "row 1"),
        ({"rules": [{"when": "ab", "then": []}]}, "row 1"),
        ({"rules": [{"when": [{}], "then": ["1"]}]}, "row 1"),
        ({"rules": [{"when": ["-"], "then": [None]}]}, "row 1"),
        ({"rules": [{"when": ["-"], "then": ["1"], "note": 4}]}, "row 1"),
        ({"rules": [{"when": ["\ud800"], "then": ["1"]}]}, "row 1"),
        ({"rules": [{"when": ["-", "-"], "then": ["1"]}]}, "row 1"),
        ({"rules": [{"when": [10**5000], "then": ["1"]}]}, "row 1"),
        ({"rules": [{"when": ["> 50,000"], "then": ["1"]}]}, "row 1, column amount"),
        ({"rules": [{"when": ["-"], "then": ["50,000"]}]}, "row 1, column who"),
        ({"policy": "SOME"}, "hit policy"),
        ({"policy": []}, "hit policy"),
        ({"rules": [{"when": ["-"], "then": ["1"]}] * 1001}, "rows"),
        ({"rules": [{"when": ["'" + "x" * 480 + "'"], "then": ["1"]}] * 900}, "rows"),
    ],
)
def test_a_table_of_wrong_types_is_refused_at_the_place(changed, place: str) -> None:
    with within(2), pytest.raises(BadDecision) as info:
        table_from(table(**changed))
    assert f", {place}: " in str(info.value)


@pytest.mark.parametrize("data", [None, 3, [], "x", {}])
def test_what_is_no_table_is_refused(data) -> None:
    with pytest.raises(BadDecision):
        table_from(data)


def test_the_largest_table_is_decided_in_bounded_time() -> None:
    columns = [{"name": f"c{i}", "type": "number"} for i in range(9)]
    rows = [{"when": [f"> {i}"] * 9, "then": [str(i)]} for i in range(1000)]
    with within(20):
        made = table_from(table(inputs=columns, rules=rows, policy="COLLECT"))
        assert len(decide(made, {f"c{i}": 10**6 for i in range(9)})["who"]) == 1000


DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<decision id="responsible" name="responsible"><decisionTable id="t" hitPolicy="FIRST">'
    '<input id="i"><inputExpression id="e" typeRef="number"><text>loss</text></inputExpression></input>'
    '<output id="o"{name} typeRef="string"/>'
    '<rule id="r1"><inputEntry id="c1"><text>{cell}</text></inputEntry><outputEntry id="a"><text>"head"</text></outputEntry></rule>'
    '<rule id="r2"><inputEntry id="c2"><text>-</text></inputEntry><outputEntry id="b"><text>"desk"</text></outputEntry></rule>'
    "</decisionTable></decision></definitions>"
)


def test_a_dmn_file_with_a_thousands_comma_is_refused_at_its_cell() -> None:
    with pytest.raises(BadDecision) as info:
        read_dmn(DMN.format(name=' name="who"', cell="&gt; 20,000"))
    assert ", row 1, column loss: " in str(info.value)
    assert "write 20000; a comma separates answers" in str(info.value)


def test_a_single_answer_of_a_dmn_file_needs_no_name() -> None:
    (made,) = read_dmn(DMN.format(name="", cell="&gt; 20000")).tables
    assert [decide(made, {"loss": loss}) for loss in (60, 20_001)] == [{"responsible": "desk"}, {"responsible": "head"}]


@pytest.mark.parametrize(
    "text", ["P" + "9" * 5000 + "D", "PT" + "9" * 9 + "S", "P1001D", "PT8785H", "P1D\n\n1", "PT٣H"]
)
def test_no_timer_is_longer_than_a_calendar_reaches(text: str) -> None:
    assert working_span(text) is None


def test_a_drawing_with_half_a_letter_is_refused() -> None:
    for odd in ("\ud800", "\x00", "\x07"):
        with pytest.raises(BadFile):
            read_drawing(drawing("start s", f"task a {odd} role=clerk", "end e", "s > a", "a > e"))


def chain(count: int, kind: str = "service n{} x verb=note text=a") -> str:
    nodes = [kind.format(i) for i in range(count)]
    return drawing(
        "start s", *nodes, "end e", "s > n0", *(f"n{i} > n{i + 1}" for i in range(count - 1)), f"n{count - 1} > e"
    )


def doubling(count: int, kind: str) -> str:
    """Each leads to the next by two arrows."""
    lines = ["start s", "end e", "s > g0", "task z x role=clerk", "z > e"]
    for i in range(count):
        after = f"g{i + 1}" if i < count - 1 else "z"
        ways = (" if a = 1", " otherwise") if kind == "choice" else ("", "")
        lines += [f"{kind} g{i}", *(f"g{i} > {after}{way}" for way in ways)]
    return drawing(*lines)


def blocks(count: int, width: int) -> str:
    lines = ["start s", "end e", "s > f0"]
    for i in range(count):
        after = f"f{i + 1}" if i < count - 1 else "e"
        lines += [f"fork f{i}", f"fork j{i}", f"j{i} > {after}"]
        for k in range(width):
            lines += [f"task t{i}_{k} x role=clerk", f"f{i} > t{i}_{k}", f"t{i}_{k} > j{i}"]
    return drawing(*lines)


def calling(count: int, width: int, further: int) -> str:
    """`count` processes, each calling `width` of those after it, up to `further` on."""
    made = []
    for k in range(count):
        inside = f'<bpmn:startEvent id="s{k}"/><bpmn:parallelGateway id="g{k}"/><bpmn:endEvent id="e{k}"/>'
        inside += f'<bpmn:sequenceFlow id="fs{k}" sourceRef="s{k}" targetRef="g{k}"/>'
        for w in range(width):
            target = k + 1 + w % further
            if target < count:
                inside += f'<bpmn:callActivity id="c{k}_{w}" name="x" calledElement="p{target}"/>'
            else:
                inside += f'<bpmn:userTask id="c{k}_{w}" name="x" ruoshui:role="clerk"/>'
            inside += f'<bpmn:sequenceFlow id="f{k}_{w}" sourceRef="g{k}" targetRef="c{k}_{w}"/>'
            inside += f'<bpmn:sequenceFlow id="h{k}_{w}" sourceRef="c{k}_{w}" targetRef="e{k}"/>'
        made.append(f'<bpmn:process id="p{k}" isExecutable="true">{inside}</bpmn:process>')
    return HEAD + "".join(made) + "</bpmn:definitions>"


REFUSED = {
    "a chain of 490": chain(490),
    "a chain of tasks": chain(490, "task n{} x role=clerk"),
    "forks that double": doubling(30, "fork"),
    "a hundred forks": doubling(100, "fork"),
    "thirty blocks": blocks(30, 2),
    "a ring nothing leaves": drawing(
        "start s", "task a x role=clerk", "task b y role=clerk", "edge t z on=a timer=PT2H", "end e", "s > a", "a > b", "b > a", "t > e"
    ),
    "a fork that leads back to itself": drawing(
        "start s", "fork f", "task a x role=clerk", "task b y role=clerk", "end e", "s > f", "f > a", "f > b", "a > e", "b > f"
    ),
    "calls eight deep": calling(8, 1, 1),
    "calls that multiply": calling(100, 2, 2),
    "9,500 tasks": drawing("start s", "end e", *(f"task n{i} x role=clerk" for i in range(9_500))),
    "9,500 arrows": drawing("start s", "end e", *("s > e" for _ in range(9_500))),
    "20,000 unknown elements": HEAD + '<bpmn:process id="p">' + "<bpmn:odd/>" * 19_000 + "</bpmn:process></bpmn:definitions>",
    "a part in a part 200 deep": HEAD
    + '<bpmn:process id="p">'
    + "".join(f'<bpmn:subProcess id="u{i}">' for i in range(200))
    + "</bpmn:subProcess>" * 200
    + "</bpmn:process></bpmn:definitions>",
    "a task done 1,000,000,000 times": drawing("start s", "task a x role=clerk", "end e", "s > a", "a > e").replace(
        "</bpmn:userTask>", "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>1000000000</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_drawing_that_could_not_be_walked_is_refused_at_once(name: str) -> None:
    with within(3):
        said = told(lambda: run(REFUSED[name]))
    assert 0 < len(said) < 2000


RUNS = {
    "a chain of 140": chain(140, "task n{} x role=clerk"),
    "a hundred choices": doubling(100, "choice"),
    "six blocks": blocks(6, 2),
    "490 at once": drawing(
        "start s", "fork f", "end e", "s > f", *(f"task n{i} x role=clerk" for i in range(490)), *(f"f > n{i}" for i in range(490)), *(f"n{i} > e" for i in range(490))
    ),
    "calls four deep": calling(4, 3, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_a_large_one_that_is_sound_runs_in_bounded_time(name: str) -> None:
    with within(10):
        machine = run(RUNS[name])
        assert len(machine.waiting()) >= 1


def test_a_ring_of_choices_ends_in_bounded_time() -> None:
    lines = ["start s", "end e", "s > g0", *(f"choice g{i}" for i in range(20)), "g0 > e if a = 3"]
    for i in range(20):
        lines += [f"g{i} > g{j}" + (" otherwise" if j == (i + 1) % 20 else " if a = 2") for j in range(20) if i != j]
    with within(15), pytest.raises(ProcessLoops):
        run(drawing(*lines))


def test_calls_wide_and_deep_stop_in_bounded_time() -> None:
    with within(30), pytest.raises(ProcessLoops):
        run(calling(5, 20, 1))
