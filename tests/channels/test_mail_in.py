"""`ruoshui mail-in`, as a mail server runs it: 0 when the mail is kept, 67 for nobody's address, 75 for everything else."""

import os
import resource
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

import ruoshui.entry
from ruoshui.core.content import digest_of
from tests.channels.committed import ADDRESS
from tests.channels.conftest import mail
from tests.disks import small_disk
from tests.running import free_port

RAW = mail("电费比平时高一倍。" * 20_000)


def url_of_the_tests_database():
    given = connection.settings_dict
    return f"postgres://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?host={quote(str(given['HOST']))}"


def handed_over(folder, *words, raw=RAW, largest_file=None, **environment):
    """The answer to a mail server that hands a mail over."""
    known = {"PATH": os.environ["PATH"], "RUOSHUI_DATA": str(folder), "LANG": "C.UTF-8"} | environment
    known.setdefault("DATABASE_URL", url_of_the_tests_database())

    def limited():
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    command = [sys.executable, "-m", "ruoshui.cli", "mail-in", *words]
    done = subprocess.run(command, input=raw, env=known, capture_output=True, check=False, preexec_fn=limited)
    return done.returncode


def kept(line, folder):
    """Of each row: does the file hold what was sent?"""
    rows = line.execute(
        "SELECT l.file, l.size, l.digest FROM channels_letterin l JOIN channels_mailbox m ON m.id = mailbox_id"
        " WHERE m.code = 'pipe'"
    ).fetchall()
    files = [(folder / "files" / name).read_bytes() for name, _size, _digest in rows]
    return [
        (len(raw), digest_of(raw)) == (size, digest) for raw, (_name, size, digest) in zip(files, rows, strict=True)
    ]


def test_a_mail_is_kept_once_however_often_it_is_handed_over(committed, tmp_path):
    assert [handed_over(tmp_path, ADDRESS), handed_over(tmp_path, "Pipe+x@bank.example")] == [0, 0]
    assert kept(committed, tmp_path) == [True]


def test_only_an_address_that_is_nobodys_is_refused_for_good(committed, tmp_path):
    assert [handed_over(tmp_path, "nobody@bank.example"), handed_over(tmp_path, "no address")] == [67, 67]
    assert kept(committed, tmp_path) == []


def test_a_mail_of_odd_bytes_is_kept_like_any_other(committed, tmp_path):
    odd = b"Subject: a\x00b\nMessage-ID: <\x00>\n\n" + b"Content-Type: message/rfc822\n\n" * 3000
    assert handed_over(tmp_path, ADDRESS, raw=odd) == 0
    assert kept(committed, tmp_path) == [True]


def test_a_full_disk_is_told_as_try_again_and_the_second_try_keeps_all_of_it(committed, tmp_path):
    assert handed_over(tmp_path, ADDRESS, largest_file=100_000) == 75
    assert kept(committed, tmp_path) == []
    assert handed_over(tmp_path, ADDRESS) == 0
    assert kept(committed, tmp_path) == [True]


def test_a_small_file_system_that_is_full_is_told_as_try_again(committed, tmp_path):
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "others").write_bytes(bytes(900_000))
        assert handed_over(disk, ADDRESS) == 75
        (disk / "others").unlink()
        assert handed_over(disk, ADDRESS) == 0
        assert kept(committed, disk) == [True]


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "postgres://nobody@127.0.0.1:{port}/none"},
        {"DATABASE_URL": "postgres://nobody@/none?host=/no/such/folder"},
        {"DATABASE_URL": "postgres://[broken"},
        {"DATABASE_URL": "postgres://x@127.0.0.1:notaport/none"},
        {"DATABASE_URL": "nothing at all"},
        {"DJANGO_SETTINGS_MODULE": "no.such.settings"},
        {"RUOSHUI_PUBLIC_URL": "https://bank.example"},
        {"PYTHONPATH": "{folder}"},
    ],
    ids=["stopped", "no socket", "broken url", "no port", "no url", "no settings", "refused settings", "no django"],
)
def test_whatever_is_wrong_with_the_installation_is_told_as_try_again(environment, tmp_path, demo):
    (tmp_path / "django").mkdir()
    (tmp_path / "django/__init__.py").write_text("raise ImportError('half an upgrade')")
    given = {name: value.format(port=free_port(), folder=tmp_path) for name, value in environment.items()}
    assert handed_over(tmp_path / "data", ADDRESS, **given) == 75


def test_a_database_without_tables_and_one_that_is_asked_wrongly_are_told_as_try_again(tmp_path, demo):
    url = url_of_the_tests_database().replace(f"/{connection.settings_dict['NAME']}?", "/postgres?")
    assert handed_over(tmp_path, ADDRESS, DATABASE_URL=url) == 75
    assert [handed_over(tmp_path), handed_over(tmp_path, ADDRESS, "--unknown")] == [75, 75]


def test_a_data_folder_that_cannot_be_made_is_told_as_try_again(tmp_path, committed):
    (tmp_path / "file").write_text("")
    assert handed_over(tmp_path / "file", ADDRESS) == 75
    assert Path(settings.MEDIA_ROOT) != tmp_path


@pytest.mark.parametrize("broken", ["raise ImportError('half an upgrade')", "def main(:", None], ids=str)
def test_our_own_package_half_upgraded_is_told_as_try_again_and_to_others_as_it_is(broken, tmp_path):
    """Through the entry that the installed command has."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    module, name = project["project"]["scripts"]["ruoshui"].split(":")
    package = tmp_path / "ruoshui"
    package.mkdir()
    (package / "__init__.py").write_text("__version__ = '0'")
    shutil.copy(ruoshui.entry.__file__, package)
    if broken:
        (package / "cli.py").write_text(broken)

    def answered(*words):
        code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from {module} import {name}; sys.exit({name}())"
        return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False).returncode

    assert [answered("mail-in", ADDRESS), answered("mail-in"), answered("doctor")] == [75, 75, 1]
