"""Programs that live and end together."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ruoshui.operations.postmaster import alive
from tests.running import until

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "tests.operations.programs"


@pytest.fixture
def supervisor():
    started = []

    def start(*programs: tuple[str, ...]) -> subprocess.Popen[str]:
        made = ", ".join(f"Program({program[0]!r}, {[PROGRAM, *program]!r})" for program in programs)
        code = f"import sys; from ruoshui.operations.processes import *; sys.exit(Company([{made}]).run())"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def lines(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_what_cannot_be_kept_alive_ends_the_whole_with_its_last_words(supervisor, tmp_path):
    path = tmp_path / "pids"
    process = supervisor(("fail", "the reason"), ("count", str(path)))
    _out, told = process.communicate(timeout=120)
    assert process.returncode == 1
    end = told[told.index("✗") :]
    assert "fail was started 5 times and ended soon each time; everything is stopped" in end
    assert "fail 连续启动 5 次均很快退出" in end
    assert "no good: the reason" in end
    assert not alive(lines(path)[0])


def test_what_is_killed_from_outside_comes_back_as_often_as_it_takes(supervisor, tmp_path):
    path = tmp_path / "pids"
    process = supervisor(("count", str(path)))
    for times in range(1, 8):
        until(lambda: len(lines(path)) == times, 60)  # noqa: B023 asked before it changes
        os.kill(lines(path)[-1], signal.SIGKILL)
    until(lambda: len(lines(path)) == 8, 60)
    process.terminate()
    assert process.wait(60) == 0
    assert not any(alive(pid) for pid in lines(path))


def test_programs_end_with_a_supervisor_that_is_killed(supervisor, tmp_path):
    path = tmp_path / "pids"
    process = supervisor(("count", str(path)))
    until(lambda: lines(path), 60)
    process.kill()
    until(lambda: not alive(lines(path)[0]), 60)


def test_what_a_killed_program_had_started_ends_too(supervisor, tmp_path):
    path = tmp_path / "pids"
    process = supervisor(("family", str(path)))
    until(lambda: len(lines(path)) == 2, 60)
    parent, child = lines(path)
    os.kill(parent, signal.SIGKILL)
    until(lambda: not alive(child), 60)
    process.terminate()
    assert process.wait(60) == 0
