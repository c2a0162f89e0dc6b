"""Files by content: what is acknowledged lies whole on the disk, whatever the disk does."""

import ast
import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import models, transaction

from ruoshui.cases.actions import reply_case
from ruoshui.cases.files import Upload
from ruoshui.channels.actions import receive_letter, receive_text
from ruoshui.channels.adapters import Came
from ruoshui.channels.models import Line, Mailbox
from ruoshui.core.content import UNFINISHED, digest_of, put
from ruoshui.documents.actions import receive_document
from tests.conftest import NOW
from tests.disks import full_after, small_disk

SOURCE = Path(__file__).resolve().parents[2] / "src"
CONTENT = b"%PDF-1.4\n" + bytes(range(256)) * 2000
SHORT = 100_000


@pytest.fixture
def storage(tmp_path, settings):
    """A store of this test's own: what others left must not help."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return default_storage


@pytest.fixture
def doors(opened, demo, storage):
    """Each way by which a file comes in: named by the table that keeps it, called with the content."""
    case, city = opened(), demo.units["city"]
    mailbox = Mailbox.objects.create(code="kept", address="kept@example.com", unit=city, type=demo.types["billing"])
    line = Line.objects.create(code="kept", kind="chat", unit=city, type=demo.types["billing"])

    def texted(content: bytes):
        fetch = lambda: ("meter.pdf", content)  # noqa: E731
        return receive_text(line, Came(key=uuid.uuid4().hex, sender="visitor", text="", fetch=fetch), at=NOW)

    upload = lambda content: Upload(name="meter.pdf", content=content)  # noqa: E731
    chen = demo.staff["chen"].actor
    return {
        "cases.Attachment": lambda content: reply_case(
            case, body="看附件", files=[upload(content)], by=chen, at=NOW
        ).attachments.get(),
        "documents.DocumentVersion": lambda content: receive_document(case, upload(content), by=chen, at=NOW),
        "channels.LetterIn": lambda content: receive_letter(mailbox, content, at=NOW),
        "channels.TextIn": texted,
    }


def with_files() -> set[str]:
    return {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, models.FileField) for field in model._meta.fields)
    }


def left_on(storage: FileSystemStorage) -> list[Path]:
    return [path for path in Path(storage.location).rglob("*") if path.is_file()]


def test_every_table_with_files_has_its_door_in_these_tests_and_keeps_the_digest(doors):
    assert set(doors) == with_files()
    assert [label for label in with_files() if not hasattr(apps.get_model(label), "digest")] == []


@pytest.mark.parametrize("door", sorted(with_files()))
def test_a_full_disk_refuses_and_what_comes_again_is_kept_whole(doors, storage, door):
    with full_after(SHORT), pytest.raises(OSError, match="File too large"), transaction.atomic():
        doors[door](CONTENT)
    assert left_on(storage) == []

    row = doors[door](CONTENT)

    assert (row.digest, row.file.read()) == (digest_of(CONTENT), CONTENT)
    assert getattr(row, "size", len(CONTENT)) == len(CONTENT)


@pytest.mark.parametrize("door", sorted(with_files()))
@pytest.mark.parametrize("damage", [CONTENT[:SHORT], b"", CONTENT[:-1] + b"!"], ids=["half", "empty", "altered"])
def test_what_an_earlier_fault_left_under_the_name_never_stands_for_the_whole(doors, storage, door, damage):
    whole = Path(doors[door](CONTENT).file.path)
    whole.write_bytes(damage)

    row = doors[door](CONTENT)

    assert Path(row.file.path) == whole
    assert whole.read_bytes() == CONTENT
    assert left_on(storage) == [whole]


def test_a_file_system_without_room_keeps_nothing_and_all_of_it_once_there_is_room(tmp_path):
    with small_disk(tmp_path / "small", 1) as folder:
        storage, filler = FileSystemStorage(location=folder), folder / "filler"
        filler.write_bytes(b"x" * 700_000)
        digest = digest_of(CONTENT)
        with pytest.raises(OSError, match="No space left"):
            put(storage, f"a/{digest}", CONTENT, digest)
        assert left_on(storage) == [filler]

        filler.unlink()
        put(storage, f"a/{digest}", CONTENT, digest)

        assert (folder / "a" / digest).read_bytes() == CONTENT


def test_many_who_bring_the_same_at_once_leave_one_whole_file(tmp_path):
    storage, digest, begin, wrong = FileSystemStorage(location=tmp_path), digest_of(CONTENT), threading.Barrier(8), []

    def bring() -> None:
        begin.wait()
        try:
            put(storage, f"a/{digest[:2]}/{digest}", CONTENT, digest)
            assert (tmp_path / "a" / digest[:2] / digest).read_bytes() == CONTENT
        except BaseException as happened:
            wrong.append(happened)

    threads = [threading.Thread(target=bring) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [path.name for path in left_on(storage)] == [digest]


WRITER = """
import sys
from django.conf import settings
settings.configure()
from django.core.files.storage import FileSystemStorage
from ruoshui.core.content import digest_of, put
store = FileSystemStorage(location=sys.argv[1])
for n in range(10_000):
    content = b"%d " % n * 100_000
    put(store, "a/" + digest_of(content), content, digest_of(content))
    print(digest_of(content), flush=True)
"""


def test_kill_minus_nine_while_writing_leaves_no_half_under_a_name(tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _each in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.communicate()[0].split("\n")[:-1]
    kept = {path.name: path for path in (tmp_path / "a").iterdir() if not path.name.endswith(UNFINISHED)}
    assert [name for name in acknowledged if name not in kept] == []
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in kept.values()} == set(kept)


def test_files_and_folders_have_the_rights_the_settings_give(tmp_path):
    storage = FileSystemStorage(tmp_path, file_permissions_mode=0o640, directory_permissions_mode=0o750)
    put(storage, "a/b/c", b"x", digest_of(b"x"))
    rights = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/c")]
    assert rights == [0o750, 0o750, 0o640]


def test_nothing_else_writes_into_the_store():
    """`keep_content` is the only way: no ContentFile, no `save` of a file or a storage, no opening for writing."""
    found = []
    for path in (SOURCE / "ruoshui").rglob("*.py"):
        if path.name == "content.py" and path.parent.name == "core":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.core.files.base":
                found.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called.endswith((".file.save", "storage.save", "field.save", "storage._save", "storage.delete")):
                    found.append(f"{path.name}:{node.lineno} {called}")
                if called.endswith("storage.open") and len(node.args) + len(node.keywords) > 1:
                    found.append(f"{path.name}:{node.lineno} {called}")
    assert found == []
