"""Text and JSON from outside: what is let in, what is refused, and where it is said to stand."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.core.plain_json import NotPlain, check_plain, read_json
from ruoshui.core.plain_text import shown, storable, unkept_at

SOURCE = Path(__file__).resolve().parents[2] / "src/ruoshui"
# Each reads what we wrote ourselves.
# What these read we have written, sealed or built ourselves.
OURS = {
    "core/plain_json.py",
    "channels/mail/reading.py",
    "web/live.py",
    "processes/engine/state.py",
    "web/done_once.py",
    "web/portal/licences.py",
}


@given(st.text(st.characters(exclude_categories=())))
def test_what_was_made_readable_can_be_kept(text: str):
    assert unkept_at(storable(text)) == -1
    storable(text).encode()


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_can_be_shown(text: str):
    shown(text).encode()
    assert unkept_at(shown(text)) == -1


@pytest.mark.parametrize("text", ["", "若水 ☺ 𠮷", "a\tb\r\nc", "a\x0bb\x0cc", "\x7f\x85\u202e"])
def test_what_people_type_is_let_in(text: str):
    assert unkept_at(text) == -1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('"a\\u0000"', "body"),
        ('{"a": [1, {"b": "\\u0007"}]}', "a.1.b"),
        ('{"a": {"\\ud800": 1}}', "a"),
        ('{"a": 1e400}', "a"),
        ("[1, 2, -1e999]", "2"),
        ('{"a": 1000000000000000000}', "a"),
    ],
)
def test_the_place_of_what_cannot_be_kept_is_named(text: str, place: str):
    with pytest.raises(NotPlain) as info:
        read_json(text)
    assert info.value.field == place


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", '{"a": Infinity}', "[" * 200_000, "1" * 5000, b"\xff\xfe", "[" * 61 + "]" * 61]
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(NotPlain):
        read_json(text)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.text("abc☺\t\n"), lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner), max_leaves=20))  # fmt: skip
def test_everything_else_is_let_in(found):
    check_plain(found)


def test_json_of_others_is_read_in_one_place():
    """`json.loads` takes NaN, 1e400 and half a letter."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith(("operations/", "demo/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("json.loads", "json.load"):
                found.add(name)
            if isinstance(node, ast.Attribute) and node.attr == "model_validate_json":
                found.add(name)
    assert found <= OURS
