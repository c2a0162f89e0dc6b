"""PDF in and out: the words of documents are found, dossiers are made, and no file takes the worker down."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ruoshui.cases.files import Upload
from ruoshui.cases.searching import search_cases
from ruoshui.core.apart import Apart
from ruoshui.core.models import RecordedEvent
from ruoshui.core.reactions import Happened
from ruoshui.documents.actions import find_pdf_words, receive_document
from ruoshui.documents.events import DocumentReceived
from ruoshui.documents.models import DocumentVersion
from ruoshui.documents.pdf_words import words_of_pdf
from ruoshui.documents.reactions import read_text_on_document_received
from ruoshui.web import printing
from tests.conftest import NOW

needs_pango = pytest.mark.skipif(not printing.can_print(), reason="no Pango on this machine")
EMPTY = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<" + more + b"/Length %d>>stream\n%s\nendstream" % (len(content), content)


def pdf_of_objects(*objects: bytes) -> bytes:
    """Objects 3 and on, after a catalogue and a tree with the page 3; with its table of places."""
    everything = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", *objects]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(everything, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    size = len(everything) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n" % (size, len(body)) + b"%%EOF"


def page(resources: bytes) -> bytes:
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<" + resources + b">>>>"


def pdf_with(content: bytes) -> bytes:
    """A page with this content, in Helvetica."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return pdf_of_objects(page(b"/Font<</F1 5 0 R>>"), stream(content), font)


LEASE = pdf_with(b"BT /F1 12 Tf 20 100 Td (Lease contract YZ8867) Tj ET")


def test_the_words_of_a_pdf_are_found_by_search_once_the_job_has_run(opened, demo, chen):
    case = opened()
    receive_document(case, Upload("租约.pdf", LEASE), by=chen, at=NOW)
    assert search_cases(demo.staff["admin"], "YZ8867", 5).cases == []
    recorded = RecordedEvent.objects.get(kind="documents.received", about_id=case.pk)
    event = DocumentReceived(document=recorded.data["document"], version=1, title="", complete=True)
    for _twice in range(2):
        read_text_on_document_received(event, Happened(recorded))
    assert search_cases(demo.staff["admin"], "YZ8867", 5).cases == [case]
    assert case.search_pieces.filter(body__contains="yz8867").count() == 1


def test_the_job_is_enqueued_with_the_document(opened, chen):
    from procrastinate.contrib.django.models import ProcrastinateJob

    receive_document(opened(), Upload("租约.pdf", LEASE), by=chen, at=NOW)
    names = [job.args.get("reaction") or job.args.get("name") for job in ProcrastinateJob.objects.all()]
    assert any("read_text_on_document_received" in str(name) for name in names)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4 nothing more",
        b"%PDF-1.4\n" + b"\x00\xff" * 5000,
        EMPTY,
        pdf_of_objects(b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 1>>"),  # a tree of pages that goes round
        LEASE[:300],
    ],
)
def test_a_broken_pdf_has_no_words_and_does_no_harm(content):
    assert words_of_pdf(content).strip() == ""


def test_a_pdf_that_takes_too_long_is_given_up():
    hurried = Apart("ruoshui.documents.pdf_words", seconds=1, memory=1 << 30)
    begun = time.monotonic()
    assert words_of_pdf(pdf_with(b"BT /F1 12 Tf " + b"(A) Tj " * 600_000 + b"ET"), hurried) == ""
    assert time.monotonic() - begun < 10


def test_only_so_many_letters_are_kept():
    assert len(words_of_pdf(pdf_with(b"BT /F1 12 Tf (" + b"A" * 90_000 + b") Tj ET"))) <= 50_000


def test_an_unreadable_pdf_is_not_read_again(opened, chen):
    receive_document(opened(), Upload("坏.pdf", b"%PDF-1.4 nothing"), by=chen, at=NOW)
    version = DocumentVersion.objects.get()
    find_pdf_words(version)
    version.refresh_from_db()
    assert version.words_read


@needs_pango
def test_the_dossier_is_a_pdf_with_chinese_words_in_it(signed_in, opened):
    case = opened(subject="新厂区双电源用电", body="<img src='http://127.0.0.1:9/x'>")
    answer = signed_in("chen").get(f"/work/cases/{case.pk}/dossier.pdf")
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert f'filename="{case.number}-dossier.pdf"' in answer.headers["Content-Disposition"]
    words = words_of_pdf(answer.content)
    assert ("新厂区双电源用电" in words, case.number in words) == (True, True)
    assert signed_in("south").get(f"/work/cases/{case.pk}/dossier.pdf").status_code == 404


@needs_pango
def test_a_pdf_fetches_nothing_that_the_page_names(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    made = printing.pdf_of(f"<p>here<img src='{secret.as_uri()}'><link rel=attachment href='{secret.as_uri()}'></p>")
    assert ("here" in words_of_pdf(made), b"hidden" in made) == (True, False)


def test_without_pango_the_page_says_what_to_do(signed_in, opened, monkeypatch):
    monkeypatch.setattr(printing, "can_print", lambda: False)
    case = opened()
    answer = signed_in("chen").get(f"/work/cases/{case.pk}/dossier.pdf")
    assert (answer.status_code, "makes no PDF" in answer.content.decode()) == (503, True)


def test_a_document_uploaded_on_the_page_is_a_pdf_like_any(signed_in, opened):
    case = opened()
    file = SimpleUploadedFile("b.pdf", LEASE)
    assert signed_in("chen").post(f"/work/cases/{case.pk}/documents", {"files": file}).status_code == 302
    assert DocumentVersion.objects.get().content_type == "application/pdf"


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor
