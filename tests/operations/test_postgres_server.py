"""Our own PostgreSQL with several users: who leaves last ends it, and what was killed is in nobody's way."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from ruoshui.operations.postgres import PrivateServer
from ruoshui.operations.postmaster import Postmaster, alive
from ruoshui.operations.short_log import MOST_BYTES, keep_short
from tests.running import until


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RUOSHUI_DATA", str(tmp_path))
    yield tmp_path
    server = PrivateServer(fsync=False)
    Postmaster(server.cluster).end()
    shutil.rmtree(server.folder, ignore_errors=True)


def test_a_server_lives_as_long_as_anybody_uses_it_and_is_looked_after_by_all(folder):
    first, second = PrivateServer(fsync=False), PrivateServer(fsync=False)
    first.start()
    second.start()
    before = Postmaster(first.cluster).pid()
    first.stop()
    assert Postmaster(first.cluster).pid() == before
    assert second.is_ready()
    # The one that did not start it starts it again.
    os.kill(before, signal.SIGKILL)
    until(lambda: Postmaster(first.cluster).pid() not in (before, None) and second.is_ready())
    after = Postmaster(first.cluster).pid()
    second.stop()
    assert not alive(after)


def test_a_server_left_by_a_killed_user_is_replaced(folder):
    code = (
        "import os, signal; from ruoshui.operations.postgres import PrivateServer; "
        "PrivateServer(fsync=False).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    server = PrivateServer(fsync=False)
    left = Postmaster(server.cluster).pid()
    assert alive(left)
    server.start()
    assert not alive(left)
    assert server.psql("SELECT 1", "ruoshui") == "1"
    server.stop()


def test_a_note_that_names_another_living_process_is_in_nobodys_way(folder):
    """After a container began again the number of the killed server may belong to anything: it is left alone."""
    server = PrivateServer(fsync=False)
    server.start()
    left = Postmaster(server.cluster).pid()
    server._stopping.set()
    server._watcher.join()
    os.kill(left, signal.SIGKILL)
    server.process.wait()
    server._used.leave()
    note = server.cluster / "postmaster.pid"
    # An account that may signal it: PostgreSQL itself takes care of those it may not.
    other = subprocess.Popen(["sleep", "600"], user=server.account, cwd="/")
    try:
        note.write_text("\n".join([str(other.pid), *note.read_text().split("\n")[1:]]))
        again = PrivateServer(fsync=False)
        again.start()
        assert again.psql("SELECT 1", "ruoshui") == "1"
        again.stop()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_its_log_stays_short_and_the_words_before_are_kept_once(folder):
    server = PrivateServer(fsync=False)
    server.start()
    older = server.log.with_name("postgres.log.1")
    for words in (b"first\n", b"second\n"):
        with server.log.open("ab") as log:
            log.write(words * (MOST_BYTES // len(words) + 1))
        until(lambda: server.log.stat().st_size < MOST_BYTES)
        assert older.read_bytes().endswith(words)
    assert b"first" not in older.read_bytes()
    # The server writes on, at the new beginning.
    os.kill(Postmaster(server.cluster).pid(), signal.SIGHUP)
    until(lambda: b"SIGHUP" in server.log.read_bytes())
    assert b"\0" not in server.log.read_bytes()
    server.stop()
    assert {file.name for file in server.folder.glob("postgres.log*")} == {"postgres.log", "postgres.log.1"}


def test_a_log_grown_while_nobody_watched_is_cut_by_the_next(folder):
    server = PrivateServer(fsync=False)
    server.start()
    server.stop()
    with server.log.open("ab") as log:
        log.truncate(MOST_BYTES + 1)
    after = PrivateServer(fsync=False)
    after.start()
    until(lambda: after.log.stat().st_size < MOST_BYTES)
    after.stop()


def test_without_room_for_the_older_words_a_log_is_emptied_all_the_same(tmp_path):
    log = tmp_path / "some.log"
    log.write_bytes(b"x" * 11)
    (tmp_path / "some.log.1").mkdir()  # nothing can be written there
    keep_short(log, 10)
    assert log.read_bytes() == b""
