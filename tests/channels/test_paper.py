"""Letters on paper: written in a case, printed for window envelopes, posted."""

import pytest

from ruoshui.channels.actions import mark_letters, write_letter
from ruoshui.channels.actions.posting import window_lines
from ruoshui.channels.models import LetterOut, PaperLetter, PaperState, TextOut
from ruoshui.core.refusals import Invalid
from ruoshui.web.printing import can_print
from tests.channels.conftest import mail
from tests.conftest import NOW, refused


@pytest.fixture
def letter(demo):
    def make(**more):
        values = {
            "unit": demo.units["city"], "name": "许文", "address": "江川省云州市东湖路 12 号", "subject": "电费",
            "body": "已经核对。",
        }  # fmt: skip
        return write_letter(**(values | more), at=NOW)

    return make


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("江川省云州市\n东湖路 12 号", ["江川省云州市", "东湖路 12 号"]),
        ("  \n a \r\n\n b ", ["a", "b"]),
        ("Flat 5, 12 Lakeside Road, Donghu District, Yunzhou, Jiangchuan 100000",
         ["Flat 5, 12 Lakeside Road, Donghu District,", "Yunzhou, Jiangchuan 100000"]),
        ("x" * 100, ["x" * 44, "x" * 44, "x" * 12]),
        ("\n".join("abcdefgh"), list("abcdef")),
    ],
)  # fmt: skip
def test_an_address_fits_the_window(address, lines):
    assert window_lines(address) == lines


@pytest.mark.parametrize(
    ("more", "field"), [({"name": " "}, "name"), ({"address": "x"}, "address"), ({"body": ""}, "body")]
)
def test_a_letter_that_cannot_be_sent_is_refused(letter, more, field):
    with refused(Invalid) as info:
        letter(**more)
    assert list(info.value.errors) == [field]
    assert PaperLetter.objects.count() == 0


def test_an_answer_on_paper_stands_in_the_conversation_and_waits_for_the_printer(signed_in, opened, customer):
    case = opened()
    signed_in("chen").post(
        f"/work/cases/{case.pk}/letters",
        {"name": "许文", "address": "江川省云州市\n东湖路 12 号", "body": "已经核对。"},
    )
    paper = PaperLetter.objects.get()
    assert (paper.case_id, paper.address, paper.reference) == (case.pk, "江川省云州市\n东湖路 12 号", case.number)
    assert [(m.kind, m.channel, m.body) for m in case.messages.all()][-1] == ("reply", "letter", "已经核对。")
    assert customer.contacts.get(kind="address").value == "江川省云州市 东湖路 12 号"


def test_a_letter_to_who_writes_by_mail_goes_on_paper_only(signed_in, take, customer, demo):
    from ruoshui.cases.models import Case

    case = Case.objects.get(pk=take(mail(sender="许文 <xu@example.com>")).case_id)
    sent = LetterOut.objects.count()
    signed_in("chen").post(f"/work/cases/{case.pk}/letters", {"name": "许文", "address": "东湖路 12 号", "body": "好"})
    assert (LetterOut.objects.count(), TextOut.objects.count(), PaperLetter.objects.count()) == (sent, 0, 1)


def test_a_bad_letter_leaves_no_answer_behind(signed_in, opened):
    case = opened()
    signed_in("chen").post(f"/work/cases/{case.pk}/letters", {"name": "", "address": "", "body": "好"})
    assert (case.messages.count(), PaperLetter.objects.count()) == (1, 0)


def test_printed_then_posted_then_perhaps_back(letter, demo):
    one, chen = letter(), demo.staff["chen"]
    assert mark_letters([one.pk], PaperState.POSTED, by=chen, at=NOW) == 0
    for state in (PaperState.PRINTED, PaperState.POSTED, PaperState.RETURNED):
        assert mark_letters([one.pk], state, by=chen, at=NOW) == 1
    one.refresh_from_db()
    assert (one.state, one.printed_by, one.posted_at) == ("returned", chen, NOW)


def test_the_sheets_hold_the_address_and_the_words(letter, signed_in):
    one, two = letter(), letter(name="林青")
    page = signed_in("chen").get(f"/work/letters/print?letter={one.pk}&letter={two.pk}").content.decode()
    assert (page.count('class="sheet"'), "许文" in page, "林青" in page) == (2, True, True)


@pytest.mark.skipif(not can_print(), reason="no Pango here")
def test_the_sheets_as_pdf_are_a_page_each(letter, signed_in):
    import io

    from pypdf import PdfReader

    ids = "&".join(f"letter={letter().pk}" for _n in range(2))
    response = signed_in("chen").get(f"/work/letters/print?{ids}&pdf=1")
    reader = PdfReader(io.BytesIO(response.content))
    assert (response["Content-Type"], len(reader.pages)) == ("application/pdf", 2)


def test_a_stranger_prints_and_marks_nothing(letter, signed_in):
    one = letter()
    client = signed_in("east")
    assert "许文" not in client.get(f"/work/letters/print?letter={one.pk}").content.decode()
    assert "许文" not in client.get("/work/letters").content.decode()
    client.post("/work/letters/marks", {"letter": one.pk, "state": "printed"})
    one.refresh_from_db()
    assert one.state == "waiting"


def test_the_queue_costs_the_same_for_one_and_three(letter, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in("chen"), []
    client.get("/work/letters")
    for more in (1, 2):
        for _n in range(more):
            letter()
        with CaptureQueriesContext(connection) as queries:
            client.get("/work/letters")
        counts.append(len(queries))
    assert counts[0] == counts[1]
