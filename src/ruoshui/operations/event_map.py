"""`ruoshui events`: which verb records an event, and who reacts to it, in the order in which they run."""

import ast
from collections import defaultdict
from pathlib import Path

import ruoshui
from ruoshui.core.events import KINDS, Event
from ruoshui.core.reactions import reactions_to

SOURCE = Path(ruoshui.__file__).parent
HEAD = """# Events

Written by `bin/ruoshui events`; a contract test compares it. “Recorded by” names the functions that make the event.
*At once* is in the same transaction, in this order; *afterwards* is a job that the same transaction enqueues.

| event | recorded by | at once | afterwards |
|---|---|---|---|
"""


def event_map() -> str:
    """The page, as Markdown: a row for each kind of event, by its name."""
    known = makers()
    rows = [_row(kind, event, known[event.__name__]) for kind, event in sorted(KINDS.items())]
    return HEAD + "\n".join(rows) + "\n"


def _row(kind: str, event: type[Event], made_by: list[str]) -> str:
    at_once, afterwards = reactions_to(event)
    cells = [f"`{kind}`", *(_listed(names) for names in (made_by, at_once, afterwards))]
    return f"| {' | '.join(cells)} |"


def _listed(names: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names) or "–"


def makers() -> dict[str, list[str]]:
    """By name of the event's class, the functions of the source in which one is made: `cases.close_case`."""
    names = {event.__name__ for event in KINDS.values()}
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        domain = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                for name in sorted(_made_in(function) & names):
                    found[name].append(f"{domain}.{function.name}")
    return found


def _made_in(function: ast.FunctionDef) -> set[str]:
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {name.id for call in called for name in ast.walk(call) if isinstance(name, ast.Name)}


def write_event_map() -> int:
    """Beside the project's other reference pages; without a project (an installed package) it is printed."""
    from ruoshui.settings.places import project_root

    root = project_root()
    if root is None:
        print(event_map())
        return 0
    page = root / "docs/reference/events.md"
    page.write_text(event_map())
    print(f"  {len(KINDS)} events: {page.relative_to(root)}")
    return 0
