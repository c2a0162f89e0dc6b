"""Spoilt expressions, tables, drawings and templates: understood or refused in words, never an error, never long."""

import json
import random
import time

import pytest

from ruoshui.core.plain_text import unkept_at
from ruoshui.core.refusals import Refusal
from ruoshui.packs.shipped import shipped_packs
from ruoshui.processes.actions._shapes import SHAPES, shaped
from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.cells import READ, fits
from ruoshui.processes.engine.checking import Known, problems
from ruoshui.processes.engine.dmn import read_dmn, write_dmn
from ruoshui.processes.engine.drawing import read_drawing
from ruoshui.processes.engine.expressions import evaluate, names_in
from ruoshui.processes.engine.machine import Handlers, Machine, specs_of
from ruoshui.processes.engine.table_shapes import plain_table, table_from
from ruoshui.processes.verbs import SERVICES
from tests.mutating import ODD, VALUES, spoilt, spoilt_value
from tests.processing.models import MODEL
from tests.processing.test_properties import EVERYTHING

SECONDS = 5.0  # of CPU, for one of them: thousands of times what one needs
NOTHING = Handlers(lambda node, facts: {}, lambda node, facts: {})
KNOWN = Known(verbs={verb: service.needs for verb, service in SERVICES.items()})
EXPRESSIONS = [
    "name = '\\u00e9' or '\\ud83d' in name",
    "amount > 50000 and not is_member",
    "city in ['A', 'B'] or given(name) and length(name) == 1",
    "(amount + 2) * 3 - 1 < round(amount / 7, 2) % 5",
    "min(amount, 4) = max(1, 2, amount) and name + 'x' != ''",
    "1 < amount <= 10 and missing = null",
    "if amount > 5 then if is_member then 1 else 2 else (amount + 1) ** 3",
    'duration("P1DT2H") + duration("PT1H") > duration(name) or date("2026-03-04") - date(city) < duration("P9D")',
    'date_and_time("2026-03-04T09:30:00Z") - duration("P1Y2M") < date_and_time(name) and time("09:30") < time(name)',
    "sum([amount, 2]) / count([1]) + mean(1, amount) + abs(floor(amount)) - substring(name, -1, 1)",
]
CELLS = [
    "-",
    "> 5",
    "[1..10]",
    "(0..amount]",
    '"gold","silver"',
    'not("x")',
    "true",
    "1, 2, 3",
    ">= amount * 2",
    'contains(?, "x")',
    "? > 5 and ? < amount",
    '> duration("P1D")',
    '[date("2026-03-04")..date(name)]',
]
TABLE = {
    "code": "limit",
    "name": "额度",
    "inputs": [{"name": "amount", "type": "number", "label_zh": "金额"}, {"name": "tier"}],
    "outputs": [{"name": "who"}, {"name": "days", "type": "number"}],
    "rules": [
        {"when": ["> 50000", '"gold"'], "then": ["'boss'", "amount / 1000"], "note": "rare"},
        {"when": ["[100..50000]", "-"], "then": ["'clerk'", "3"]},
        {"when": ["-", "not('x','y')"], "then": ["'anyone'", "1"]},
    ],
    "policy": "FIRST",
}
ASKING = {
    "code": "asking",
    "name": "问",
    "inputs": [{"name": "double", "type": "number", "asks": "amount * 2"}, {"name": "age", "type": "duration"}],
    "outputs": [{"name": "fee", "type": "number", "default": "rate"}],
    "rules": [{"when": ["> rate", '> duration("P1D")'], "then": ["if double > 3 then limit_days else rate ** 2"]}],
    "policy": "UNIQUE",
    "first": [
        {"name": "rate", "value": "amount / 7"},
        {"name": "limit", "table": "limit", "given": {"amount": "rate + 1", "tier": "'gold'"}},
    ],
}
PARTS = {
    "forms": {"application": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": ["x"]}}}},
    "decisions": [TABLE],
    "documents": [{"code": "id", "name_zh": "证件", "name_en": "ID", "is_required": True, "when": "amount > 5"}],
    "drawing": EVERYTHING,
}  # fmt: skip


def facts(chance: random.Random) -> dict[str, object]:
    """As they come through the doors: numbers are finite, letters whole."""
    values = [value for value in VALUES if value == value and (not isinstance(value, str) or unkept_at(value) < 0)]
    return {name: chance.choice(values) for name in ("amount", "name", "city", "tier", "is_member")}


def one_expression(chance: random.Random) -> None:
    text = spoilt(chance.choice(EXPRESSIONS), chance)
    names_in(text)
    evaluate(text, facts(chance))


def one_cell(chance: random.Random) -> None:
    kind = chance.choice(["", *READ])
    fits(spoilt(chance.choice(CELLS), chance), chance.choice(VALUES), facts(chance), kind)


def one_table(chance: random.Random) -> None:
    table = table_from(spoilt_value(chance.choice([TABLE, ASKING]), chance))
    assert table_from(json.loads(json.dumps(plain_table(table)))) == table
    decide(table, facts(chance), {"limit": table_from(TABLE), table.code: table})


def one_dmn(chance: random.Random) -> None:
    source = chance.choice([write_dmn([table_from(TABLE), table_from(ASKING)]), MODEL])
    tables = {table.code: table for table in read_dmn(spoilt(source, chance)).tables}
    for table in tables.values():
        decide(table, facts(chance), tables)


def _drawings() -> list[str]:
    return [EVERYTHING, *(path.read_text() for path in sorted(shipped_packs().rglob("*.bpmn")))]


def one_drawing(chance: random.Random) -> None:
    drawing = read_drawing(spoilt(chance.choice(_drawings()), chance))
    list(drawing.stages)
    if problems(drawing, KNOWN):
        return
    specs_of(drawing)
    machine = Machine(drawing, None, facts(chance), NOTHING)
    machine.go_on()
    Machine(drawing, machine.state(), {}, NOTHING).waiting()


def one_part(chance: random.Random) -> None:
    name = chance.choice([*SHAPES, *ODD])
    given = PARTS.get(name)
    kept = shaped(name, spoilt(given, chance) if isinstance(given, str) else spoilt_value(given, chance))
    json.dumps(kept).encode()


EACH = [one_expression, one_cell, one_table, one_dmn, one_drawing, one_part]


def heard(one, seed: int) -> str:
    """The words of the refusal; empty when it was understood."""
    try:
        one(random.Random(seed))
    except Refusal as refusal:
        return str(refusal)
    except Exception as wrong:
        raise AssertionError(f"{one.__name__}, seed {seed}") from wrong
    return ""


def walk(one, seeds: range) -> int:
    """How many were understood."""
    understood = 0
    for seed in seeds:
        begin = time.process_time()
        said = heard(one, seed)
        assert time.process_time() - begin < SECONDS, f"{one.__name__}, seed {seed}"
        assert len(said.encode()) < 20_000, f"{one.__name__}, seed {seed}"
        understood += said == ""
    return understood


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.__name__)
def test_what_is_spoilt_is_understood_or_refused(one):
    count = 150 if one in (one_drawing, one_dmn) else 600
    assert 0 < walk(one, range(count)) < count


@pytest.mark.slow
@pytest.mark.parametrize("one", EACH, ids=lambda one: one.__name__)
def test_so_it_is_ten_thousand_times(one):
    assert walk(one, range(1000, 11_000)) > 0
