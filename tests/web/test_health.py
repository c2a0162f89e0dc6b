"""/healthz says that the process lives, /readyz that it can do its work; neither tells a stranger more."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from ruoshui.core import readiness
from ruoshui.core.models import Pulse
from ruoshui.core.readiness import CHECKS, PULSE, ROUND_LATE, WORKER_LATE
from ruoshui.operations.doctor import _readiness
from ruoshui.operations.findings import BAD
from ruoshui.web import health
from ruoshui.web.health import KEPT_SECONDS, kept
from tests.disks import full_after

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def well(db, settings, tmp_path):
    """A worker has gone through its rounds, a periodic job was put down."""
    settings.MEDIA_ROOT = tmp_path / "files"
    now = timezone.now()
    Pulse.objects.bulk_create([Pulse(name=PULSE, every=5, at=now), Pulse(name="mail", every=2, at=now)])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id) "
            "VALUES ('core.rescue', extract(epoch FROM now()) - 3, '')"
        )
    kept.forget()
    yield
    kept.forget()


def asked(client, only: str = "", **headers):
    kept.forget()
    response = client.get("/readyz", {"only": only} if only else {}, **headers)
    return response.status_code, response.json()


def faulty(client) -> list[str]:
    status, told = asked(client)
    wrong = [name for name, found in told["checks"].items() if not found["well"]]
    assert (status, told["ready"]) == ((503, False) if wrong else (200, True))
    # The doctor says the same.
    assert sum(mark == BAD for mark, *_rest in _readiness()) == len(wrong)
    return wrong


def test_all_is_well(client, well):
    assert faulty(client) == []
    assert client.get("/healthz").content == b"ok"


def test_a_database_that_only_reads_is_not_ready_though_the_process_lives(client, well):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    assert faulty(client) == ["database"]
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_away_is_told_without_its_address(client, well):
    def refuse(*_statement):
        raise DatabaseError("connection to server at 10.1.2.3 failed: password authentication failed for user x")

    with connection.execute_wrapper(refuse):
        status, told = asked(client)
    assert (status, [name for name, found in told["checks"].items() if not found["well"]]) == (
        503,
        ["database", "sweeps", "jobs"],
    )
    assert "10.1.2.3" not in str(told)
    assert "password" not in str(told)


def test_a_disk_that_takes_no_byte_is_not_ready(client, well):
    with full_after(100):
        assert faulty(client) == ["disk"]
    assert faulty(client) == []


def test_a_disk_that_is_nearly_full_is_not_ready(client, well, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 1024**2))
    assert faulty(client) == ["disk"]


def test_a_look_leaves_nothing_behind(client, well, settings):
    before = Pulse.objects.count()
    asked(client)
    assert (list(Path(settings.MEDIA_ROOT).iterdir()), Pulse.objects.count()) == ([], before)


def test_a_worker_that_is_gone_is_seen(client, well):
    Pulse.objects.filter(name=PULSE).update(at=timezone.now() - WORKER_LATE - timedelta(seconds=1))
    assert faulty(client) == ["sweeps"]


def test_one_round_that_stands_still_is_named(client, well):
    Pulse.objects.filter(name="mail").update(at=timezone.now() - ROUND_LATE - timedelta(seconds=1))
    assert faulty(client) == ["sweeps"]
    assert asked(client)[1]["checks"]["sweeps"]["found"] == "late: mail"


def test_a_round_that_is_seldom_has_its_time(client, well):
    Pulse.objects.filter(name="mail").update(every=600, at=timezone.now() - timedelta(minutes=25))
    assert faulty(client) == []


def test_periodic_jobs_that_stand_still_are_seen(client, well):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_periodic_defers SET defer_timestamp = defer_timestamp - 61")
    assert faulty(client) == ["jobs"]


def test_a_job_that_waits_for_long_is_seen(client, well):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'x', '{}') RETURNING id"
        )
        job = cursor.fetchone()[0]
        assert faulty(client) == []
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '11 minutes' WHERE job_id = %s", [job])
    assert faulty(client) == ["jobs"]


def test_a_balancer_asks_only_for_what_concerns_one_process(client, well):
    Pulse.objects.all().delete()
    status, told = asked(client, "database,disk")
    assert (status, list(told["checks"])) == (200, ["database", "disk"])
    assert asked(client, "sweeps")[0] == 503
    assert asked(client, "database,passwords") == (400, {"unknown": ["passwords"], "known": list(CHECKS)})


def test_a_stranger_is_told_yes_or_no(client, well):
    assert asked(client, REMOTE_ADDR="8.8.8.8") == (200, {"ready": True})


def test_however_many_ask_the_database_is_asked_once_in_two_seconds(client, well, monkeypatch):
    looks = []
    monkeypatch.setattr(health, "checks", lambda: looks.append(1) or readiness.checks())
    now = [5000.0]
    monkeypatch.setattr(health.time, "monotonic", lambda: now[0])
    for _each in range(20):
        assert client.get("/readyz").status_code == 200
    assert len(looks) == 1
    now[0] += KEPT_SECONDS
    client.get("/readyz")
    assert len(looks) == 2
