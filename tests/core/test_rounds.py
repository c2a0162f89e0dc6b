"""A worker's rounds: nothing ends them, and what stands still is seen."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from ruoshui.core.models import Pulse
from ruoshui.core.pulses import Pulses
from ruoshui.operations import rounds
from ruoshui.operations.rounds import LONGEST_PAUSE, go_rounds, grown, keep_running
from ruoshui.operations.watchdog import STANDS_STILL_SECONDS, Watchdog
from ruoshui.operations.worker import SWEEPS

EARLY = datetime(2026, 3, 4, 2, 0, tzinfo=timezone.get_current_timezone())


class Stopping(threading.Event):
    """Remembers the pauses instead of waiting; stops after so many."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self.after = after

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0)
        if len(self.pauses) >= self.after:
            self.set()
        return self.is_set()


@pytest.fixture(autouse=True)
def keep_the_tests_connection(monkeypatch):
    monkeypatch.setattr(rounds, "close_old_connections", lambda: None)


@pytest.mark.parametrize("wrong", [DatabaseError("away"), OSError(28, "full"), ValueError("ours"), MemoryError()])
def test_no_error_ends_a_round_and_the_pauses_grow_to_a_few_seconds(wrong):
    stopping, pulses = Stopping(8), Pulses(["mail"])

    def fail(_at: datetime) -> None:
        raise wrong

    go_rounds("mail", 1.0, fail, stopping, pulses)
    assert stopping.pauses == [1.0, 2.0, 4.0, *[LONGEST_PAUSE] * 5]


def test_after_a_fault_the_old_pace_comes_back(db):
    stopping, left = Stopping(5), [True, True, False, False, False]

    def work(_at: datetime) -> None:
        if left.pop(0):
            raise DatabaseError("away")

    pulses = Pulses(["mail"])
    go_rounds("mail", 60.0, work, stopping, pulses)
    assert stopping.pauses == [1.0, 2.0, 60.0, 60.0, 60.0]
    pulses.write()
    assert list(Pulse.objects.values_list("name", "every")) == [("mail", 60.0)]


def test_a_connection_that_cannot_even_be_given_back_ends_nothing(monkeypatch):
    def fail() -> None:
        raise DatabaseError("the connection is lost")

    monkeypatch.setattr(rounds, "close_old_connections", fail)
    stopping = Stopping(3)
    go_rounds("mail", 2.0, lambda _at: None, stopping, Pulses(["mail"]))
    assert stopping.pauses == [2.0, 2.0, 2.0]


def test_what_runs_until_told_to_stop_is_begun_again():
    stopping, left = Stopping(9), [OSError("port"), DatabaseError("away"), None]

    def run() -> None:
        if (wrong := left.pop(0)) is not None:
            raise wrong

    keep_running("LMTP", run, stopping)
    assert (left, stopping.pauses) == ([], [grown(0.5), grown(grown(0.5))])


def test_pulses_only_move_forward_and_forget_what_is_no_round_any_more(db):
    Pulse.objects.create(name="an older version's round", every=1, at=EARLY)
    now = timezone.now()
    late, early = Pulses(["mail"]), Pulses(["mail"])
    late.beat("mail", 2.0, now)
    late.write()
    early.beat("mail", 2.0, now - timedelta(minutes=1))
    early.write()
    assert list(Pulse.objects.values_list("name", "at")) == [("mail", now)]


def test_pulses_that_could_not_be_written_are_written_the_next_time(db):
    now, pulses = timezone.now(), Pulses(["mail", "notices"])
    pulses.beat("mail", 2.0, now)

    def refuse(execute, sql, *rest):
        raise DatabaseError("read-only")

    with pytest.raises(DatabaseError), connection.execute_wrapper(refuse):
        pulses.write()
    pulses.beat("notices", 1.0, now)
    pulses.write()
    assert sorted(Pulse.objects.values_list("name", flat=True)) == ["mail", "notices"]


def test_every_round_of_the_worker_has_a_name_of_its_own():
    names = [name for name, _every, _sweep in SWEEPS]
    assert len(set(names)) == len(names)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watched(db):
    """A watchdog, its clock, what it ended, and how to say when a periodic job was last put down."""
    clock, ended = Clock(), []
    dog = Watchdog(Pulses(["worker"]), end=lambda: ended.append(clock.now), clock=clock)

    def defer(seconds_ago: float) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id) "
                "VALUES ('core.rescue', extract(epoch FROM now()) - %s, '')",
                [seconds_ago],
            )

    return dog, clock, ended, defer


def test_a_worker_whose_periodic_jobs_stand_still_ends_itself(watched):
    dog, clock, ended, defer = watched
    defer(100)
    dog.look(timezone.now())
    clock.now = STANDS_STILL_SECONDS
    dog.look(timezone.now())
    assert ended == []  # it has had no time to put one down
    clock.now += 1
    dog.look(timezone.now())
    assert ended == [STANDS_STILL_SECONDS + 1]


def test_a_worker_whose_periodic_jobs_run_lives(watched):
    dog, clock, ended, defer = watched
    defer(100)
    defer(3)
    for clock.now in (0, 100, 200):
        dog.look(timezone.now())
    assert ended == []


def test_while_the_database_is_not_well_no_worker_ends_and_afterwards_it_has_its_time(watched):
    dog, clock, ended, defer = watched
    defer(100)
    dog.look(timezone.now())

    def refuse(execute, sql, *rest):
        raise DatabaseError("read-only")

    clock.now = 100
    with pytest.raises(DatabaseError), connection.execute_wrapper(refuse):
        dog.look(timezone.now())
    clock.now = 101
    dog.look(timezone.now())
    assert ended == []
