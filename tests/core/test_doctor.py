"""The doctor: what it says of files and of the database's log is so."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from ruoshui.cases.actions import reply_case
from ruoshui.cases.files import Upload
from ruoshui.channels.actions import receive_letter, receive_text
from ruoshui.channels.adapters import Came
from ruoshui.channels.models import Line, Mailbox
from ruoshui.core.leftovers import tables_with_files
from ruoshui.documents.actions import receive_document
from ruoshui.operations.findings import BAD, LOOK, OK
from ruoshui.operations.kept_files import PLACES, examine_files
from ruoshui.operations.server_log import examine_server_log
from ruoshui.operations.wordless import NO_WORDS
from ruoshui.settings.places import database_folder
from tests.conftest import NOW

PDF = b"%PDF-1.4\n" + b"meter " * 1000


@pytest.fixture
def kept(opened, demo, tmp_path, settings):
    """A row of each table with files, and where the doctor says it is."""
    settings.MEDIA_ROOT = tmp_path / "files"
    case, unit, kind = opened(), demo.units["city"], demo.types["billing"]
    box = Mailbox.objects.create(code="kept", address="kept@example.com", unit=unit, type=kind)
    line = Line.objects.create(code="talk", kind="chat", unit=unit, type=kind)
    by = demo.staff["chen"].actor
    file = reply_case(case, body="看附件", files=[Upload("a.pdf", PDF)], by=by, at=NOW).attachments.get()
    paper = receive_document(case, Upload("b.pdf", PDF + b"b"), by=by, at=NOW)
    letter = receive_letter(box, b"From: a@example.com\r\n\r\n" + PDF, at=NOW)
    text = receive_text(line, Came("1", "visitor", fetch=lambda: ("c.pdf", PDF + b"c")), at=NOW)
    return {
        f"case {case.number}, file {file.pk}": file,
        f"case {case.number}, document {paper.document_id}, version 1": paper,
        f"mailbox kept, letter {letter.pk}": letter,
        f"line talk, message {text.pk}": text,
    }


def said(*, every_byte: bool = True) -> list[tuple[str, str]]:
    return [(mark, what) for mark, what, _mend in examine_files(every_byte=every_byte)]


def test_every_table_of_files_is_looked_at(kept):
    assert {row._meta.label for row in kept.values()} == set(PLACES) == {m._meta.label for m in tables_with_files()}


@pytest.mark.parametrize("every_byte", [False, True])
def test_whole_files_are_well(kept, every_byte):
    assert [mark for mark, _what in said(every_byte=every_byte)] == [OK]


@pytest.mark.parametrize("n", range(len(PLACES)))
def test_what_is_missing_short_or_altered_is_named_with_its_place(kept, n):
    where, row = list(kept.items())[n]
    path = Path(row.file.path)
    whole = path.read_bytes()

    path.write_bytes(whole[:-1] + b"!")
    assert said() == [(BAD, f"{where}: its file is altered")]

    path.write_bytes(whole[:-100])
    short = f"short ({len(whole) - 100:,} of {len(whole):,} bytes)" if hasattr(row, "size") else "altered"
    assert said() == [(BAD, f"{where}: its file is {short}")]

    path.unlink()
    assert said() == said(every_byte=False) == [(BAD, f"{where}: its file is missing")]


def test_without_reading_a_short_file_is_found_all_the_same(kept):
    where, row = next(iter(kept.items()))
    Path(row.file.path).write_bytes(b"")
    assert said(every_byte=False) == [(BAD, f"{where}: its file is short (0 of {len(PDF):,} bytes)")]


def test_files_that_belong_to_nothing_are_counted(kept):
    row = next(iter(kept.values()))
    path = Path(row.file.path)
    orphan = path.with_name("0" * 64)
    orphan = path.parents[1] / "00" / orphan.name
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    then = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(orphan, (then, then))
    assert said(every_byte=False)[-1] == (LOOK, "files older than a day that belong to nothing: 1")


WORDS = "我的电表被邻居换了"


def test_our_own_server_logs_no_words_of_a_failed_statement(demo):
    """Through one connection, so that whatever it logged is there when the last answer is."""
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the database is somebody else's")
    log = database_folder() / "postgres.log"
    before = log.stat().st_size
    with connection.cursor() as cursor:
        for statement in (
            f"SELEC '{WORDS}'",
            f"SELECT '{WORDS}'::bigint",
            f"INSERT INTO cases_message (body) VALUES ('{WORDS}')",
            f"INSERT INTO organization_unit (name_zh) VALUES ('{WORDS}')",
        ):
            cursor.execute("SAVEPOINT one")
            with pytest.raises(Exception, match=r".") as wrong:
                connection.connection.execute(statement)
            assert wrong.value.sqlstate
            cursor.execute("ROLLBACK TO one")
    with log.open("rb") as written:
        written.seek(before)
        assert WORDS.encode() not in written.read()
    assert [mark for mark, *_rest in examine_server_log()] == [OK]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "mod"),
        ("log_min_duration_statement", "100"),
        ("log_parameter_max_length_on_error", "-1"),
    ],
)
def test_the_doctor_says_what_to_set_on_somebody_elses_server(db, name, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {name} = '{value}'")
    ((mark, _what, mend),) = examine_server_log()
    assert (mark, f"ALTER SYSTEM SET {name} = {NO_WORDS[name]};" in mend) == (LOOK, True)


def test_a_server_as_it_comes_is_told_of(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_min_messages = 'warning'")
        cursor.execute("SET LOCAL log_min_error_statement = 'error'")
        cursor.execute("SET LOCAL log_error_verbosity = 'default'")
    ((mark, _what, mend),) = examine_server_log()
    assert mark == LOOK
    assert mend == (
        "as its administrator: ALTER SYSTEM SET log_min_error_statement = panic; "
        "ALTER SYSTEM SET log_error_verbosity = terse; SELECT pg_reload_conf();"
    )
