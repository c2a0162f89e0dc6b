"""Everything that people set up says where it belongs, and every verb about it asks."""

import ast
from pathlib import Path

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from ruoshui.organization.models import SETTING_UP, Unit
from ruoshui.organization.models.belonging import BELONGING, ITSELF
from ruoshui.web.studio.menu import PAGES
from ruoshui.web.studio.sections import SECTIONS

SOURCE = Path(__file__).resolve().parents[2] / "src/ruoshui"
# Verbs that change what a settings page shows. Whoever calls `configure` or one of these has asked.
ASKS = {"configure", "must_set_up", "must_give", "must_take_away", "must_move", "must_issue", "must_hold"}


def test_every_model_of_the_settings_says_where_it_belongs():
    shown = {section.model for section in SECTIONS.values()} | {model for _title, _icon, model in PAGES.values()}
    assert {model.__name__ for model in shown if model not in BELONGING} == set()
    assert {str(one.right) for one in BELONGING.values()} == set(SETTING_UP)


def test_every_way_to_a_unit_ends_at_one():
    wrong = []
    for model, belonging in BELONGING.items():
        end = model
        try:
            for step in belonging.path.split("__") if belonging.path not in ("", ITSELF) else ():
                end = end._meta.get_field(step).related_model
        except FieldDoesNotExist:
            end = None
        if belonging.path and end is not Unit:
            wrong.append(f"{model.__name__}: {belonging.path}")
    assert wrong == []


def _functions() -> dict[str, tuple[Path, ast.FunctionDef]]:
    found = {}
    for path in SOURCE.rglob("actions/*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = (path, node)
    return found


def _called(node: ast.AST) -> set[str]:
    return {one.func.id for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}


def test_every_verb_that_records_a_change_of_the_settings_asks_first():
    """`Configured` is the event of the settings: who records it has asked, itself or by what it calls."""
    functions = _functions()

    def asks(name: str, seen: frozenset[str] = frozenset()) -> bool:
        called = _called(functions[name][1])
        if called & ASKS:
            return True
        return any(one in functions and one not in seen and asks(one, seen | {one}) for one in called)

    telling = [name for name, (_path, node) in functions.items() if "Configured" in _called(node)]
    assert "set_memberships" in telling
    assert sorted(name for name in telling if not asks(name)) == []


def test_every_model_that_is_configured_anywhere_says_where_it_belongs():
    """By name, in the source: configure(Thing(), …)."""
    models = {model.__name__: model for model in apps.get_models() if model.__module__.startswith("ruoshui")}
    without = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "configure":
                made = node.args[0] if node.args else None
                if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id in models:
                    without |= {made.func.id} if models[made.func.id] not in BELONGING else set()
    assert without == set()
