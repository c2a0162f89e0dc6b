"""The library without its extras: slower, and the same to the last bit."""

import subprocess
import sys
from pathlib import Path

import pytest

from service_science import accelerate

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = ["numba", "ortools", "lightgbm"]


def told_by_a_process(*blocked: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.service_science.without", *blocked],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_everything_works_without_the_extras_and_gives_the_same():
    plain = told_by_a_process(*EXTRAS)
    assert int(plain.split()[0]) > 40
    if accelerate.FAST:
        assert told_by_a_process() == plain


def test_pages_that_show_shares_need_no_numpy():
    code = "import sys, service_science.shares; sys.exit('numpy' in sys.modules or 'numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def a_library(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("a = 1\n")
    (tmp_path / "two.py").write_text("b = 1\n")
    monkeypatch.setattr(accelerate, "LIBRARY", tmp_path)
    accelerate.kept_at.cache_clear()
    yield tmp_path
    accelerate.kept_at.cache_clear()


def test_machine_code_is_kept_apart_for_every_state_of_the_sources(a_library):
    """Numba alone would look at one file only and run old code against new tables."""
    first = accelerate.kept_at()
    (a_library / "two.py").write_text("b = 2\n")
    accelerate.kept_at.cache_clear()
    second = accelerate.kept_at()
    assert None not in {first, second}
    assert first != second


def test_where_nothing_can_be_written_nothing_is_kept(a_library, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert accelerate.kept_at() is None
