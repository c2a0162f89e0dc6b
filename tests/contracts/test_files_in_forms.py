"""A view that takes files says so: all others refuse a body that only files can fill."""

import ast
from pathlib import Path

import pytest

from ruoshui.cases.actions._saying import MAX_BODY
from ruoshui.cases.files import MAX_BYTES, MAX_FILES
from ruoshui.web.edge.sizes import FROM_PROVIDERS, PLAIN_FORM, largest_body

WEB = Path(__file__).parents[2] / "src/ruoshui/web"
LOOKS_AT_ALL = {"plain_input.py", "done_once.py", "errors.py", "unread.py"}  # at every form, whichever its view
MODULES = [path for path in sorted(WEB.rglob("*.py")) if ".FILES" in path.read_text() and path.name not in LOOKS_AT_ALL]
FILES = MAX_FILES * MAX_BYTES


def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_whoever_reads_files_of_a_form_is_marked(path: Path):
    functions = _functions(path)
    marked = {name for name, node in functions.items() if "takes_files" in map(ast.unparse, node.decorator_list)}
    reading = {name for name, node in functions.items() if ".FILES" in ast.unparse(node)}
    called = {
        name
        for name in reading
        for by in marked
        if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(functions[by]))
    }
    assert reading - marked - called == set()


def test_all_that_take_files_are_found_by_their_address():
    for path in (
        "/new/enquiry",
        "/work/cases/new",
        "/work/cases/1/messages",
        "/case/RS00000001/messages",
        "/chat/web/say",
    ):
        assert largest_body(path, None) > FILES, path


def test_others_take_what_a_form_without_files_may_be(settings):
    common = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert [largest_body(path, None) for path in ("/track", "/nowhere", "/api/v1/cases", "/work/sign-in")] == [
        common
    ] * 4
    assert largest_body("/in/lines/sms", None) == FROM_PROVIDERS


def test_a_form_that_says_it_brings_no_files_is_no_larger_than_its_words(settings):
    """Whatever its path, for a megabyte of such a form costs a thread a second; drawings are the one that may be long."""
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert [largest_body(path, None, kind) for path in ("/new/outage", "/track", "/work/cases/1/messages")] == [
        PLAIN_FORM
    ] * 3
    assert PLAIN_FORM > 9 * MAX_BODY
    assert largest_body("/settings/templates/outage/draft", None, kind) == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
