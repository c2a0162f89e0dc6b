"""Nobody is sent where a form or a browser says, except through `web/going_back.py`."""

import ast
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "src/ruoshui/web"
OWN = {"reverse", "link_of"}  # make addresses of ours


def is_ours(node: ast.expr) -> bool:
    """A name of a view, an address made by us, or one that begins with ours."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and not node.value.startswith(("//", "http"))
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).split(".")[-1] in OWN
    if isinstance(node, ast.BoolOp):
        return all(is_ours(value) for value in node.values)
    if isinstance(node, ast.IfExp):
        return is_ours(node.body) and is_ours(node.orelse)
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        return is_ours(first.value) if isinstance(first, ast.FormattedValue) else ast.unparse(first).startswith("'/") and not ast.unparse(first).startswith("'//")  # fmt: skip
    return isinstance(node, ast.Attribute) and node.attr == "url"


def test_nobody_is_sent_where_a_form_says():
    strange = []
    for path in sorted(WEB.rglob("*.py")):
        name = path.relative_to(WEB).as_posix()
        if name == "going_back.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if called in ("redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect") and not is_ours(node.args[0]):  # fmt: skip
                strange.append(f"{name}:{node.lineno}")
    assert strange == []
