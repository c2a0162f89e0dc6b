"""The rules of the house that a machine can check."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
DOMAINS = ("organization", "customers", "cases", "sla", "routing", "queues", "feedback")


def test_every_verb_takes_who_and_when_by_name():
    """Actions say `by` and `at`; those that only the system does say `at`. What is done for several at once, each with
    their own `by` and `at`, is private.
    """
    without = []
    for domain in DOMAINS:
        for path in (SOURCE / "ruoshui" / domain / "actions").glob("[a-z]*.py"):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and any(ast.unparse(d) == "verb" for d in node.decorator_list):
                    named = {argument.arg for argument in node.args.kwonlyargs}
                    if node.name.startswith("_"):
                        continue
                    if "at" not in named and node.name not in ("save_view", "forget_view"):
                        without.append(f"{path.name}:{node.name}")
    assert without == []


def test_screens_write_nothing_themselves():
    """Web code calls verbs."""
    found: dict[str, int] = {}
    for path in (SOURCE / "ruoshui/web").rglob("*.py"):
        writes = re.findall(
            r"(?<!router)\.(?:save|create|bulk_create|delete|update_or_create|get_or_create)\(", path.read_text()
        )
        writes = [w for w in writes if "cache" not in w]
        if writes and path.name != "session.py":
            found[path.name] = len(writes)
    assert found == {}


def test_files_stay_small():
    long = {
        str(p.relative_to(SOURCE)): n
        for p in SOURCE.rglob("*.py")
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 300
    }
    assert set(long) <= {"ruoshui/demo/setup.py"}


def test_nothing_names_this_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    lost = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in (".lock", ".svg", ".po") or not path.is_file() or name == "tests/contracts/test_house.py":
            continue
        if re.search(r"/(work|tmp/w|root)/[a-z]", path.read_text(errors="ignore")):
            lost.append(name)
    # /work/ is also where our own workspace lives.
    assert [
        name for name in lost if not name.startswith(("src/ruoshui/web", "tests/", "src/ruoshui/operations/run"))
    ] == []


def test_no_change_of_a_model_lacks_its_migration(db):
    from io import StringIO

    from django.core.management import call_command

    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, verbosity=1)
    except SystemExit:
        raise AssertionError(told.getvalue()) from None


# What `bin/house` says, and may not fall back behind; better figures are written here as they are reached.
REACHED = {
    "test lines for each line of source": 0.6,
    "… of the least tested domain": 0.28,
    "template lines: median width": 27,
    "template lines: 90 of 100 are at most": 80,
    "template lines: widest": 120,
    "templates over 100 lines": 0,
    "class names used twice or more": 1,
    "functions over 40 lines": 3,
    "longest file": 300,
    "lines in AGENTS.md that are not empty": 50,
}


def test_the_house_does_not_fall_back():
    spec = importlib.util.spec_from_file_location("house", ROOT / "bin/_house.py")
    house = importlib.util.module_from_spec(spec)
    sys.modules["house"] = house
    spec.loader.exec_module(house)
    figures = house.figures()
    assert {figure.name for figure in figures} == set(REACHED)
    worse = [
        figure
        for figure in figures
        if (figure.value < REACHED[figure.name] if figure.more_is_better else figure.value > REACHED[figure.name])
    ]
    assert worse == []


def test_no_line_of_a_template_sets_a_blank_before_punctuation():
    """The end of a line is a blank on the page: what belongs to the word before stands in its line."""
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in (SOURCE / "ruoshui").rglob("*.html")
        for number, line in enumerate(
            re.sub(r"<(style|script)\b.*?</\1>", _same_lines, path.read_text(), flags=re.S).splitlines(), 1
        )
        if re.match(r"\s*[.,:;)，。：；）]", line) or re.search(r"[%}]\} [.,:;)，。：；）](\s|$|\{)", line)
    ]
    assert found == []


def _same_lines(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def test_people_are_they():
    """In code, docs and screens: whoever calls, holds or waits may be anybody."""
    he = re.compile(r"\b(he|him|his|himself|He|Him|His)\b")
    places = [
        *SOURCE.rglob("*.py"),
        *(ROOT / "bench").rglob("*.py"),
        *SOURCE.rglob("*.html"),
        *(ROOT / "frontend/src").rglob("*.ts"),
    ]
    places += [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    found = {
        str(path.relative_to(ROOT)): lines
        for path in places
        if path.name != "setup.py"  # of the demo, where somebody is named 何
        and (lines := [line.strip() for line in path.read_text().splitlines() if he.search(line)])
    }
    assert found == {}
