"""Work done apart: whatever becomes of the process, whoever asked hears of it, and the next question is answered."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from ruoshui.core.apart import Apart, Broken, TooCostly

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def apart(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    one = Apart("tests.core.work_apart", seconds=1, memory=1 << 30)
    yield one
    one.close()


def test_one_process_answers_many_questions(apart):
    assert [apart.ask(b"abc"), apart.ask(b""), apart.ask(bytes(3_000_000))] == [b"cba", b"", bytes(3_000_000)]
    assert apart.ask(b"who") == apart.ask(b"who")


@pytest.mark.parametrize(
    ("told", "raised"), [(b"hang", TooCostly), (b"swell", TooCostly), (b"die", TooCostly), (b"fail", Broken)]
)
def test_the_next_question_is_answered_whatever_became_of_the_last(apart, told, raised):
    with pytest.raises(raised):
        apart.ask(told)
    assert apart.ask(b"ab") == b"ba"


def test_what_calls_itself_without_end_is_told_as_a_fault_of_the_work(apart):
    with pytest.raises(Broken, match="RecursionError"):
        apart.ask(b"recurse")


def test_time_is_counted_for_each_question_and_not_for_all_together(apart):
    for _each in range(3):
        with pytest.raises(TooCostly):
            apart.ask(b"hang")
    assert apart.ask(b"ab") == b"ba"


def test_a_process_that_somebody_ended_between_two_questions_is_replaced_without_a_word(apart):
    first = int(apart.ask(b"who"))
    os.kill(first, signal.SIGKILL)
    assert int(apart.ask(b"who")) != first


def test_the_process_knows_no_password_and_no_database(apart, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    monkeypatch.setenv("RUOSHUI_MAIL_SERVICE_PASSWORD", "a secret")
    known = set(apart.ask(b"environment").decode().split(","))
    assert known & {"DATABASE_URL", "RUOSHUI_MAIL_SERVICE_PASSWORD", "DJANGO_SETTINGS_MODULE"} == set()


def test_threads_that_ask_at_once_each_get_their_own_answer(apart):
    found = {}

    def ask(number):
        found[number] = apart.ask(str(number).encode() * 50_000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: str(number).encode() * 50_000 for number in range(1, 10)}


def test_it_ends_when_whoever_asked_is_gone(apart):
    number = int(apart.ask(b"who"))
    process = apart._process
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    until = time.monotonic() + 30
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()


def test_after_so_many_answers_it_is_a_fresh_one(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    once = Apart("tests.core.work_apart", seconds=1, memory=1 << 30, answers=1)
    assert once.ask(b"who") != once.ask(b"who")


def test_one_that_cannot_even_start_is_a_fault_of_this_machine(monkeypatch):
    with pytest.raises(OSError, match="did not start"):
        Apart("tests.core.no_such_program", seconds=1, memory=1 << 30).ask(b"ab")


@pytest.mark.parametrize("told", [b"garbage", b"flood", b"silent"])
def test_one_that_somebody_else_has_taken_over_neither_holds_nor_fills_whoever_asks(apart, monkeypatch, told):
    monkeypatch.setattr("ruoshui.core.apart.END_SECONDS", 0.1)
    with pytest.raises(TooCostly):
        apart.ask(told)
    assert apart.ask(b"ab") == b"ba"


def test_one_that_takes_no_question_is_given_up_and_replaced(apart, monkeypatch):
    first = int(apart.ask(b"who"))
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr(apart, "_patience", 0.5)
    with pytest.raises(TimeoutError):
        apart.ask(bytes(3_000_000))
    monkeypatch.setattr(apart, "_patience", 60.0)
    assert apart.ask(b"ab") == b"ba"
