"""Each figure of docs/reference/measured.md says by which command it comes out and of which code it speaks."""

import os
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.__main__ import parser as bench_parser
from bench.science import PARTS
from ruoshui.cli import parser

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "bin/_measured.py"
measured = SimpleNamespace(**runpy.run_path(str(SCRIPT)))
PAGE = (ROOT / measured.PAGE).read_text()
MARKS = list(measured.marks_of(PAGE))
SOMEBODY = {"NAME": "Somebody", "EMAIL": "somebody@example.com", "DATE": "2026-01-02T12:00:00Z"}


def git(root: Path, *words: str) -> str:
    who = {f"GIT_{one}_{name}": value for one in ("AUTHOR", "COMMITTER") for name, value in SOMEBODY.items()}
    done = subprocess.run(["git", *words], cwd=root, env=os.environ | who, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def why_unknown(command: str) -> str:
    """What is wrong with a command of the page; empty when anyone can run it."""
    program, *words = shlex.split(command)
    if not (ROOT / program).is_file():
        return f"there is no {program}"
    if program == "bin/test":
        return next(
            (f"there is no {word}" for word in words if word.startswith("tests/") and not (ROOT / word).exists()), ""
        )
    try:
        asked = (bench_parser() if program == "bin/bench" else parser()).parse_args(words)
    except SystemExit:
        return "its words are refused"
    parts = set(filter(None, getattr(asked, "only", "").split(",")))
    return "" if parts <= set(PARTS) else f"there are no parts {parts - set(PARTS)}"


def test_each_figure_is_marked():
    assert measured.without_mark(PAGE) == []
    assert len(MARKS) > 20


def test_each_command_can_be_run():
    assert {mark.command: why for mark in MARKS if (why := why_unknown(mark.command))} == {}


def test_each_code_exists():
    assert sorted({path for mark in MARKS for path in mark.paths if not (ROOT / path).exists()}) == []


def test_each_commit_is_in_this_history():
    if git(ROOT, "rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("only a part of the history is here")
    for commit in {mark.commit for mark in MARKS}:
        git(ROOT, "merge-base", "--is-ancestor", commit, "HEAD")


@pytest.mark.parametrize(
    "command",
    [
        "bin/nothing",
        "bin/bench nothing",
        "bin/bench science --only nothing",
        "bin/test tests/nothing.py",
        "bin/bench waits --x",
    ],
)
def test_a_command_that_nobody_can_run_is_found(command):
    assert why_unknown(command) != ""


def test_a_figure_without_a_mark_is_found():
    page = "# Page of 2026\n\n## One\n\n12 ms\n\n<!-- bin/test · 0123abc · tests -->\n\nand 13 ms\n\n## Two\n\nno figure\n\n| 14 ms |\n"
    assert measured.without_mark(page) == [f"{measured.PAGE}:9: and 13 ms", f"{measured.PAGE}:15: | 14 ms |"]


@pytest.fixture
def checkout(tmp_path):
    """A history of its own with the script: `code/a` and `code/b`, and a page that speaks of both."""
    for folder in ("bin", "docs/reference", "code"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "bin")
    for name in ("a", "b"):
        (tmp_path / "code" / name).write_text("1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Begin")
    commit = git(tmp_path, "rev-parse", "--short", "HEAD")
    marks = [f"{n} ms\n\n<!-- bin/bench {name} · {commit} · code/{name} -->\n" for n, name in enumerate("ab", 1)]
    (tmp_path / measured.PAGE).write_text("# Page\n\n## Speed\n\n" + "\n".join(marks))
    return tmp_path


def told(checkout: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "bin/_measured.py"], cwd=checkout, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_figures_of_unchanged_code_are_not_listed(checkout):
    (checkout / "other").write_text("2")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "Change something else")
    assert told(checkout) == ["  0 of 2 figures are older than the code they speak of."]


def test_a_figure_older_than_its_code_is_listed_with_the_command_that_renews_it(checkout):
    (checkout / "code/b").write_text("2")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "Make b faster")
    first, newest = (git(checkout, "rev-parse", "--short", commit) for commit in ("HEAD~", "HEAD"))
    assert told(checkout) == [
        "docs/reference/measured.md:9–9  Speed",
        f"    written down on 2026-01-02 ({first}); code/b",
        f"    changed 1 time since, last by {newest} of 2026-01-02, Make b faster",
        "    renew by: bin/bench b",
        "  1 of 2 figures are older than the code they speak of.",
    ]


def test_what_is_changed_and_not_committed_counts_and_what_was_taken_back_does_not(checkout):
    (checkout / "code/a").write_text("2")
    assert told(checkout)[2] == "    changed here, not committed yet"
    (checkout / "code/a").write_text("1")
    assert told(checkout) == ["  0 of 2 figures are older than the code they speak of."]


def test_a_history_without_the_commit_says_how_to_get_it(checkout):
    page = checkout / measured.PAGE
    page.write_text("## Speed\n\n1 ms\n\n<!-- bin/bench a · 0123abc · code/a -->\n")
    done = subprocess.run(
        [sys.executable, "bin/_measured.py"], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "git fetch --unshallow" in done.stderr) == (1, True)
