"""Every verb of every domain says on record who did it: its `by` reaches an event, by itself or by what it calls."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/ruoshui"
RECORDING = {"record", "record_all"}
# Called together with others (core/gathering.py), so that no call leads there by name: what they are done by.
TOGETHER = {"arrive": "_issue", "call_ticket": "_call_all", "mark_not_come": "record_all"}
# Nobody's doing but the machine's, or of nobody's concern but one's own.
NOBODY = {
    "let_opener_take_part": "who opened the case, whom it names",
    "bind_defect": "the case of a defect, by a reaction to who reported it",
    "_remind_batch": "the sweep of inspection rounds",
    "take_letter": "a mail that came in",
    "take_text": "a message that came in; the customer speaks by the verbs it calls",
    "save_view": "one's own list",
    "forget_view": "one's own list",
    "take_call_told": "what an exchange tells; recorded as the exchange's",
    "dial": "one's own telephone; the call itself is on record",
    "write_letter": "the paper of an answer or a notice that is on record",
    "identify_sender": "the sender of a mail that came in",
    "_keep": "kept by the verb that found it",
    "answer_survey": "the customer; recorded as theirs",
    "follow_up": "by a reaction to an answer",
    "invite": "by a reaction to a closing",
    "inform": "a notice to a customer, kept with what came of it",
    "read_notices": "one's own notices",
    "tell_staff": "a notice, itself the record",
    "see_session": "that one is still there",
    "rename_session": "the key of a session that goes on",
    "sweep_sessions": "the sweep of what is over",
    "sweep_tokens": "the sweep of what is over; recorded as the machine's",
    "claim_try": "a guess is counted",
    "forgive_try": "a guess is counted",
    "forget_failures": "a guess is counted",
    "tell_failure": "a guess, recorded without who it was",
    "sweep_failures": "the sweep of what is over",
    "remind": "the sweep of appointments; recorded as the machine's",
    "hold_place": "somebody on the portal, whom nobody knows before the code; recorded as the machine's",
    "confirm_place": "who knows the code; recorded as the customer's",
    "send_code": "the sweep of codes for places that are held",
    "mark_missed": "the sweep of appointments; recorded as the machine's",
    "_call_all": "of several called together, each by who asked",
    "_issue_all": "of several issued together, each by who asked",
    "_serve_all": "of several served together, each by who asked",
    "learn_branch": "what is learned at night; recorded as the machine's",
    "share_waits": "what is learned at night",
    "watch_promise": "the sweep of the hall's promises; recorded as the machine's",
    "promise_level": "by a reaction to an opening",
}


def _functions() -> dict[str, list[ast.FunctionDef]]:
    found: dict[str, list[ast.FunctionDef]] = {}
    for path in SOURCE.rglob("*.py"):
        if "actions" in path.parts or "core" in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(node.name, []).append(node)
    return found


def _verbs() -> Iterator[ast.FunctionDef]:
    for path in sorted(SOURCE.glob("*/actions/*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and "verb" in map(ast.unparse, node.decorator_list):
                yield node


def _has_by(node: ast.FunctionDef) -> bool:
    return "by" in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def _given_by(node: ast.FunctionDef) -> Iterator[str]:
    """What it calls with `by`, or with what it made of it."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            given = [ast.unparse(one) for one in (*call.args, *(key.value for key in call.keywords))]
            keys = {key.arg for key in call.keywords}
            if "by" in keys or any("by" in text.replace(".", " ").replace("(", " ").split() for text in given):
                yield call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
            if isinstance(call.func, ast.Name) and call.func.id in RECORDING:
                yield call.func.id


def _is_recorded(name: str, functions: dict[str, list[ast.FunctionDef]], seen: set[str]) -> bool:
    if name in RECORDING:
        return True
    if name in seen:
        return False
    seen.add(name)
    next_ones = {one for node in functions.get(name, ()) for one in _given_by(node)} | {TOGETHER.get(name, name)}
    return any(_is_recorded(one, functions, seen) for one in next_ones)


def test_who_does_something_stands_on_record():
    functions = _functions()
    verbs = [node for node in _verbs() if _has_by(node)]
    assert len(verbs) > 120
    assert [node.name for node in verbs if not _is_recorded(node.name, functions, set())] == []


def test_verbs_without_anybody_are_those_of_the_machine_and_each_is_named_with_its_reason():
    assert {node.name for node in _verbs() if not _has_by(node)} == set(NOBODY)


def test_a_verb_that_does_not_use_its_by_would_be_found():
    silent = ast.parse("def reject(letter, *, by, at):\n    return settle(letter)").body[0]
    heard = ast.parse("def reject(letter, *, by, at):\n    record(Rejected(), about=letter, by=by.actor, at=at)").body[
        0
    ]
    assert isinstance(silent, ast.FunctionDef)
    assert isinstance(heard, ast.FunctionDef)
    assert _is_recorded("reject", {"reject": [silent]}, set()) is False
    assert _is_recorded("reject", {"reject": [heard]}, set()) is True
