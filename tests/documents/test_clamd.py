"""With a real virus scanner: what it finds stays out of cases, by upload and by mail; when it dies nothing is called clean."""

import io
import zipfile

import pytest

from ruoshui.cases.actions import release_letter, take_new_letters
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case
from ruoshui.channels.actions import receive_letter
from ruoshui.channels.models import LetterIn
from ruoshui.core.scanning import Infected, scan
from ruoshui.documents.actions import receive_document
from ruoshui.documents.models import Document, DocumentVersion
from ruoshui.documents.refusals import FileInfected
from tests.channels.conftest import mail, mailbox  # noqa: F401 the fixture
from tests.clamd import CLAMD, EVIL, DidNotStart, running_clamd
from tests.conftest import NOW, refused

pytestmark = pytest.mark.skipif(not CLAMD, reason="no ClamAV on this machine")


@pytest.fixture(scope="module")
def place():
    daemon = running_clamd()
    try:
        socket = daemon.__enter__()
    except DidNotStart as wrong:
        pytest.skip(f"ClamAV does not run here: {wrong}")
    yield socket
    daemon.__exit__(None, None, None)


@pytest.fixture
def scanner(place, monkeypatch):
    monkeypatch.setenv("RUOSHUI_CLAMAV", place)


def zipped(content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", content)
    return packed.getvalue()


def test_what_is_clean_is_called_so_and_what_is_not_is_named(scanner):
    assert scan(b"nothing in here", strict=True) is True
    for content in (b"before " + EVIL + b" after", zipped(EVIL), b"x" * 5_000_000 + EVIL):
        with pytest.raises(Infected, match=r"Ruoshui\.Test"):
            scan(content)


def test_an_infected_document_is_refused_and_leaves_nothing(scanner, opened, demo):
    case, chen = opened(), demo.staff["chen"].actor
    with refused(FileInfected) as info:
        receive_document(case, Upload("a.txt", EVIL), by=chen, at=NOW)
    assert "Ruoshui.Test" in str(info.value)
    assert not Document.objects.filter(case=case).exists()
    receive_document(case, Upload("b.txt", b"fine"), by=chen, at=NOW)
    assert DocumentVersion.objects.get().checked == "clean"


def test_without_an_answer_nothing_is_called_clean(opened, demo, monkeypatch):
    monkeypatch.setenv("RUOSHUI_CLAMAV", "/nowhere/clamd.sock")
    receive_document(opened(), Upload("b.txt", b"fine"), by=demo.staff["chen"].actor, at=NOW)
    assert DocumentVersion.objects.get().checked == "not"
    with pytest.raises(OSError, match="No such file"):
        scan(b"x", strict=True)


def test_a_virus_in_a_mail_stays_out_even_when_the_mail_is_let_in(scanner, mailbox, customer, demo):  # noqa: F811
    raw = mail(files=[("a.txt", "text/plain", EVIL), ("b.txt", "text/plain", b"fine")])
    receive_letter(mailbox, raw, at=NOW)
    take_new_letters(NOW)
    letter = LetterIn.objects.get()
    assert (letter.state, letter.reasons[0].startswith("virus:Ruoshui.Test")) == ("quarantined", True)
    case = Case.objects.get(pk=release_letter(letter, by=demo.staff["lead"], at=NOW).case_id)
    assert [one.name for one in case.messages.get(kind="customer").attachments.all()] == ["b.txt"]
    assert "Ruoshui.Test" in case.messages.get(kind="note").body
