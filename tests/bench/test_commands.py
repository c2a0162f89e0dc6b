"""`bin/bench`: each measurement that a page names can be asked for, and is given what it takes."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import BENCHES, parser
from bench.science import PARTS
from ruoshui import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")]


@pytest.mark.parametrize("name", BENCHES)
def test_each_takes_what_its_command_is_given(name):
    asked = vars(parser().parse_args([name]))
    measure = import_module(f"bench.{asked.pop('what')}").measure
    inspect.signature(measure).bind(**asked)


def test_pages_name_those_that_there_are():
    named = {name for page in PAGES for name in re.findall(r"\bbin/bench (\w+)", page.read_text())}
    assert named <= set(BENCHES)
    assert len(named) > 8


def test_each_part_of_the_science_tells():
    assert [name for name in PARTS if not callable(import_module(f"bench.science.{name}").tell)] == []


def test_what_is_installed_has_no_bench(capsys):
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["bench", "cases"])
    assert "invalid choice: 'bench'" in capsys.readouterr().err


def test_an_unknown_part_is_named_with_those_that_there_are():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "science", "--only", "erlang, alchemy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, f"  alchemy: unknown; there are {', '.join(PARTS)}\n")
