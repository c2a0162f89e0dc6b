"""`ruoshui run`: started twice, killed, started again. It never hurts what runs, and always comes back."""

import os
import socket
import subprocess

import pytest

from tests.running import until
from tests.whole import GREETING, Whole, whole

pytestmark = pytest.mark.stack
# What is said here must hold on a busy machine too; how fast it is, is measured by the slow tests.
SECONDS = 60


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with whole(tmp_path_factory.mktemp("data")) as found:
        found.start()
        yield found


def test_a_second_run_on_the_same_folder_is_refused_and_told_by_whom(run: Whole):
    before = (run.pids(), run.sql("SELECT count(*) FROM pg_stat_activity WHERE state IS NOT NULL") != [], run.holder())
    code, told = run.command("run", "--port", str(run.port + 10))
    assert code == 1
    assert f"process {run.process.pid}, at http://localhost:{run.port}" in told
    assert f"进程 {run.process.pid}，地址 http://localhost:{run.port}" in told
    assert GREETING not in told
    assert "tables" not in told
    assert (run.pids(), True, run.holder()) == before
    assert run.works()


def test_a_command_beside_a_run_leaves_its_database_running(run: Whole):
    before = run.postmaster()
    assert run.command("migrate")[0] == 0
    run.command("doctor")
    assert run.postmaster() == before
    assert run.works()


@pytest.mark.parametrize("who", ["web", "live", "worker", "database"])
def test_what_is_killed_beside_a_living_run_comes_back(run: Whole, who: str):
    (before, *_others) = run.pids()[who]
    run.kill(who)
    until(lambda: run.pids()[who] and before not in run.pids()[who], SECONDS)
    run.back_within(SECONDS)
    assert run.process.poll() is None


@pytest.mark.parametrize("others", [(), ("database",), ("web", "live", "worker", "database")])
def test_after_a_kill_of_the_run_nothing_of_it_is_left_and_the_next_one_works(run: Whole, others: tuple[str, ...]):
    before = {pid for name, pids in run.pids().items() if name != "database" for pid in pids}
    run.kill("run", *others)
    run.start()  # at once
    run.back_within(SECONDS)
    after = {pid for pids in run.pids().values() for pid in pids}
    assert not before & after
    assert not [pid for pid in before if _runs(pid)]
    # And it looks after the database, whoever had started that before.
    database = run.postmaster()
    run.kill("database")
    until(lambda: run.postmaster() not in (None, database), SECONDS)
    run.back_within(SECONDS)


def _runs(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and "Z" not in told


@pytest.mark.parametrize("stage", ["database", "tables"])
def test_a_run_killed_while_it_starts_does_not_stand_in_the_way(run: Whole, stage: str):
    run.kill("run")
    run.begin()
    until(lambda: f"✓ {stage}" in run.told(), SECONDS)
    run.kill("run")
    run.start()
    run.back_within(SECONDS)


def test_a_run_whose_database_is_killed_while_it_starts_goes_on(run: Whole):
    run.kill("run")
    run.begin()
    until(lambda: "✓ database" in run.told(), SECONDS)
    before = run.postmaster()
    run.kill("database")  # while the tables are made
    until(lambda: GREETING in run.told() or run.process.poll() is not None, SECONDS)
    assert run.process.poll() is None, run.told()
    assert run.works()
    assert run.postmaster() != before


def test_a_run_that_is_stopped_takes_everything_with_it(run: Whole):
    pids = [pid for pids in run.pids().values() for pid in pids]
    assert run.stop() == 0
    assert [pid for pid in pids if _runs(pid)] == []


def test_a_port_that_is_taken_is_said_before_anything_is_changed(tmp_path):
    for which in (0, 1):  # the web's, the live updates'
        with whole(tmp_path / str(which)) as other, socket.create_server(("127.0.0.1", other.port + which)):
            code, told = other.command("run", "--port", str(other.port))
            assert code == 1
            assert f"port {other.port + which}" in told
            assert f"端口 {other.port + which}" in told
            assert f"process {os.getpid()} (" in told
            assert GREETING not in told
            # The key that signs is made when the settings are read; nothing else is there.
            assert sorted(path.name for path in other.folder.iterdir()) == ["run.lock", "secret-key"]
            assert not other.at("database").exists()


@pytest.mark.parametrize("port", ["0", "65535", "70000"])
def test_a_port_that_cannot_be_is_refused(tmp_path, port: str):
    with whole(tmp_path) as other:
        code, told = other.command("run", "--port", port)
        assert code == 1
        assert "must be from 1 to 65534" in told
        assert not other.at("database").exists()
