"""Files without a row: swept when a day old, never while somebody may need them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from ruoshui.channels.actions import receive_letter
from ruoshui.channels.models import Mailbox
from ruoshui.core import leftovers as leftovers_module
from ruoshui.core.content import UNFINISHED, digest_of, put
from ruoshui.core.leftovers import OLD_AFTER, leftovers, sweep_leftovers
from ruoshui.core.tasks import sweep_files

A_DAY_AND_AN_HOUR = OLD_AFTER + timedelta(hours=1)


@pytest.fixture
def store(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def letter(demo, store):
    box = Mailbox.objects.create(
        code="kept", address="kept@example.com", unit=demo.units["city"], type=demo.types["billing"]
    )
    return receive_letter(box, b"From: a@example.com\r\n\r\nhello", at=timezone.now())


def lost(content: bytes) -> Path:
    """As a transaction leaves it that was rolled back."""
    digest = digest_of(content)
    name = f"attachments/{digest[:2]}/{digest}"
    put(FileSystemStorage(), name, content, digest)
    return Path(default_storage.path(name))


def make_old(*paths: Path) -> None:
    then = (timezone.now() - A_DAY_AND_AN_HOUR).timestamp()
    for path in paths:
        os.utime(path, (then, then))


def test_only_what_is_old_and_belongs_to_nothing_is_swept(letter, store):
    kept, old, young = Path(letter.file.path), lost(b"old"), lost(b"young")
    half = old.with_name(f".{old.name}.17.ab{UNFINISHED}")
    half.write_bytes(b"o")
    not_ours = store / "attachments" / "README"
    not_ours.write_text("put here by the operator")
    beside = old.with_name("notes.txt")
    beside.write_text("too")
    make_old(kept, old, half, not_ours, beside)

    assert set(leftovers(timezone.now())) == {old, half}
    assert sweep_leftovers(timezone.now()) == 2
    assert [path.exists() for path in (kept, young, not_ours, beside, old, half)] == [True] * 4 + [False] * 2
    assert sweep_leftovers(timezone.now()) == 0


def test_what_a_transaction_takes_into_use_while_it_is_swept_stays(db, store, monkeypatch):
    """The file was found old and without a row; before it is removed, somebody brings the same content."""
    old = lost(b"a form that many send")
    make_old(old)
    found = list(leftovers(timezone.now()))
    monkeypatch.setattr(leftovers_module, "leftovers", lambda _at: found)

    again = lost(b"a form that many send")

    assert (sweep_leftovers(timezone.now()), again) == (0, old)
    assert [path.name for path in old.parent.iterdir()] == [old.name]
    assert old.read_bytes() == b"a form that many send"


def test_two_workers_sweep_at_once(db, store, monkeypatch):
    old = lost(b"old")
    make_old(old)
    found = list(leftovers(timezone.now()))
    assert sweep_leftovers(timezone.now()) == 1
    monkeypatch.setattr(leftovers_module, "leftovers", lambda _at: found)
    assert sweep_leftovers(timezone.now()) == 0


def test_the_nightly_job_sweeps(db, store):
    old = lost(b"old")
    make_old(old)
    sweep_files(timestamp=0)
    assert not old.exists()


def test_a_store_that_is_not_there_yet_has_none(db, store):
    assert (list(leftovers(timezone.now())), store.exists()) == ([], False)
