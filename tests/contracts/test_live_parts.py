"""Each part of a page that keeps itself fresh says of what, and asks again for nothing else."""

import re
from pathlib import Path

import ruoshui.web

TEMPLATES = Path(ruoshui.web.__file__).parent / "templates"
PART = re.compile(r"<[^<>]*\sdata-live(?=[\s>])(?:{%.*?%}|{{.*?}}|[^<>])*>", re.S)


def parts() -> list[tuple[str, str]]:
    return [
        (path.relative_to(TEMPLATES).as_posix(), tag)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for tag in PART.findall(path.read_text())
    ]


def test_every_live_part_names_its_topics():
    found = parts()
    assert len(found) == sum(
        len(re.findall(r"\sdata-live(?=[\s>])", path.read_text())) for path in TEMPLATES.rglob("*.html")
    )
    assert [
        where for where, tag in found if not re.search(r'\sdata-topics="(\{\{ topics \}\}|\w+:\{\{ .+? \}\})"', tag)
    ] == []


def test_a_live_part_can_ask_for_itself_when_something_changed():
    assert [
        where for where, tag in parts() if "hx-get=" not in tag or not re.search(r'hx-trigger="[^"]*\bchanged\b', tag)
    ] == []
