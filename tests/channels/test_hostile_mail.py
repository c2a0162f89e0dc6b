"""What strangers make of mail: kept before it is read, read in time that grows with its size, fit to be stored."""

import time
from base64 import b64encode
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ruoshui.cases.actions import release_letter, take_new_letters
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import LetterUnreadable
from ruoshui.channels.actions import receive_letter
from ruoshui.channels.mail import reading
from ruoshui.channels.mail.automatic import machine_of
from ruoshui.channels.mail.charsets import charset_named, text_in
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.trust import judge
from ruoshui.channels.mail.words import text_of_html
from ruoshui.channels.models import LetterIn
from ruoshui.core.apart import Apart
from ruoshui.core.plain_text import storable
from tests.channels.conftest import mail
from tests.channels.shapes import SHAPES
from tests.conftest import NOW, refused
from tests.speed import slowness

HEAD = b"From: Lu Han <lu@kunde.example>\nTo: service@bank.example\nMessage-ID: <odd@kunde.example>\n"
ODD = {
    "NUL in the subject": (HEAD + b"Subject: meter\x00 box\n\nwords", ("meter box", "words")),
    "NUL in the number": (b"From: lu@kunde.example\nSubject: a\nMessage-ID: <a\x00b@c.example>\n\nwords", ("a", "words")),
    "half a character in a subject": (HEAD + b"Subject: =?utf-7?q?cut +2AA- off?=\n\nwords", ("cut \ufffd off", "words")),
    "an encoded word cut short": (HEAD + b"Subject: =?utf-8?b?YmlsbCBvZiBNYXJjaA?=\n\nwords", ("bill of March", "words")),
    "an encoded word of other signs": (HEAD + b"Subject: =?utf-8?b?!YmlsbA=?=\n\nwords", ("bill", "words")),
    "a charset with NUL": (HEAD + b"Content-Type: text/plain; charset=\"a\x00b\"\n\nwords", ("", "words")),
    "a charset that is none": (HEAD + b"Content-Type: text/plain; charset=punycode\n\nw\xffrds-", ("", "wÿrds-")),
    "escapes for a charset": (HEAD + b"Content-Type: text/plain; charset=unicode_escape\n\n\\ud800 w", ("", "\\ud800 w")),
    "a page's end": (HEAD + b"Subject: a\n\none\x0ctwo\x07", ("a", "one\ntwo")),
    "no words at all": (b"\x00\xff" * 100, ("", storable(text_in(b"\xff" * 100)))),
}  # fmt: skip


def texts_of(thing):
    """Every text in it, however deep."""
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from texts_of(getattr(thing, one.name))
    elif isinstance(thing, tuple | list):
        for one in thing:
            yield from texts_of(one)


def is_storable(letter):
    return all(storable(text) == text for text in texts_of(letter))


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_kept_read_and_taken_in_like_any_other(name, take, demo):
    raw, (subject, text) = ODD[name]
    letter = take(raw)
    assert (letter.state, letter.subject) == ("done", subject)
    assert Case.objects.get(pk=letter.case_id).messages.order_by("pk").first().body == text


@pytest.mark.parametrize("name", SHAPES)
def test_a_megabyte_of_any_shape_is_read_and_judged_within_a_second(name):
    raw = SHAPES[name](1_000_000)
    assert 900_000 < len(raw) < 1_600_000
    begun = time.process_time()
    letter = read_letter(raw)
    machine_of(letter)
    judge(letter, server="mx.bank.example", blocked_hosts=["evil.example"])
    assert time.process_time() - begun < slowness()
    assert is_storable(letter)
    assert reading.unpacked(reading.packed(letter)) == letter


@pytest.mark.parametrize(
    "label",
    [
        "idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "undefined", "rot13", "base64",
        "hex", "zip", "bz2", "uu", "quopri", "mbcs", "oem", "palmos", "a\x00b", "../x", "x" * 200, "utf-8;", "%s", "",
    ],
)  # fmt: skip
def test_what_is_no_charset_of_mail_is_not_asked_of_python(label):
    assert charset_named(label) == ""
    assert text_in(b"plain \xe4", label) == "plain ä"


def test_utf_7_is_read_without_the_halves_of_characters_that_python_lets_through():
    assert text_in(b"a +ZeVnLIqe- b +- 2+2", "utf-7") == "a 日本語 b + 2+2"
    assert text_in(b"x+2AA-y", "unicode-1-1-utf-7") == "x\ufffdy"


def test_an_answer_after_twenty_thousand_quoted_lines_is_new_with_all_before_it():
    said = "first words\n" + "> said before\n" * 20_000 + "and one more"
    begun = time.process_time()
    letter = read_letter(HEAD + b"\n" + said.encode())
    assert time.process_time() - begun < slowness()
    assert (letter.text, letter.quoted.count("\n")) == (
        "first words\n\nand one more", 19_999,
    )  # fmt: skip


def test_of_a_very_long_mail_the_case_shows_both_ends_and_has_all_of_it_as_a_file(take, demo):
    said = "first words\n" + "> said before\n" * 20_000 + "and one more"
    body = Case.objects.get(pk=take(HEAD + b"\n" + said.encode()).case_id).messages.order_by("pk").first()
    assert (body.body.startswith("first words"), body.body.endswith("and one more"), len(body.body)) == (
        True, True, 40_000,
    )  # fmt: skip
    (file,) = body.attachments.all()
    assert (file.name, file.file.read().decode()) == ("mail.txt", said)


@pytest.mark.parametrize("depth", [300, 5000])
def test_mails_in_mails_in_mails_are_one_file(depth, take, demo):
    raw = (
        HEAD + b"Subject: passed on\n" + b"Content-Type: message/rfc822\n\nSubject: once more\n" * depth + b"\nthe last"
    )
    letter = take(raw)
    assert (letter.state, letter.subject) == ("done", "passed on")
    (part,) = read_letter(raw).parts
    assert (part.name, part.content.endswith(b"the last")) == ("message.eml", True)


def test_parts_in_parts_without_end_cost_no_more_than_their_length(take, demo):
    raw = HEAD + b"Subject: deep\n"
    for depth in range(2000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth)
    assert take(raw + b"Content-Type: text/plain\n\nthe last").state == "done"


@pytest.mark.parametrize(
    "field",
    [
        "attachment; filename*=utf-8''%E8%B4%A6%E5%8D%95.pdf",
        "attachment; filename*0*=utf-8''%E8%B4%A6; filename*1*=%E5%8D%95.pdf",
        'attachment; filename="=?utf-8?b?6LSm5Y2VLnBkZg==?="',
        "attachment; filename=账单.pdf",
    ],
)
def test_a_file_keeps_its_name_however_it_is_written(field):
    raw = HEAD + b"Content-Type: application/pdf\nContent-Disposition: " + field.encode() + b"\n\n%PDF-1.4"
    assert [part.name for part in read_letter(raw).parts] == ["账单.pdf"]


@pytest.mark.parametrize(
    "field",
    [
        "attachment; filename*", "attachment; filename*x*=a", "attachment; filename*=unicode_escape''%5Cud800",
        "attachment; filename*0=a; filename*=b", f"attachment; filename*{'9' * 5000}=a", "attachment; filename*=''",
        "attachment; filename*=a\x00b''c", "attachment; filename*1*=x; filename*x=y; filename*0=z",
    ],
)  # fmt: skip
def test_a_file_with_an_odd_name_is_still_a_file(field):
    letter = read_letter(
        HEAD + b"Content-Type: application/pdf\nContent-Disposition: " + field.encode() + b"\n\n%PDF-1"
    )
    assert [part.content for part in letter.parts] == [b"%PDF-1"]
    assert is_storable(letter)


def test_nothing_of_a_mail_is_looked_at_before_it_is_kept(mailbox):
    letter = receive_letter(mailbox, ODD["NUL in the subject"][0], at=NOW)
    assert (letter.state, letter.subject, letter.sender, letter.next_at) == ("new", "", "", NOW)
    with letter.file.open("rb") as file:
        assert file.read() == ODD["NUL in the subject"][0]


@pytest.fixture
def reading_with(monkeypatch):
    """reading_with("module", …): mails are read by that program, with those limits."""
    made = []

    def use(module="ruoshui.channels.mail.reading", **limits):
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
        made.append(Apart(module, **{"seconds": 10, "memory": 1 << 30} | limits))
        monkeypatch.setattr(reading, "READER", made[-1])

    yield use
    for one in made:
        one.close()


def test_a_mail_that_swells_is_put_aside_with_the_reason_and_the_next_is_taken_in(
    reading_with, mailbox, customer, signed_in, demo
):
    reading_with(memory=100 << 20)
    swollen = HEAD + b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n\n" + b64encode(bytes(36_000_000))
    big = receive_letter(mailbox, swollen, at=NOW)
    good = receive_letter(mailbox, mail(subject="三月电费"), at=NOW)
    take_new_letters(NOW)
    big.refresh_from_db()
    good.refresh_from_db()
    assert (big.state, big.reasons, big.next_at, good.state) == ("failed", ["costly"], None, "done")
    assert "takes too much time or memory" in signed_in("lead").get(f"/work/mail/{big.pk}").content.decode()
    with refused(LetterUnreadable):
        release_letter(big, by=demo.staff["lead"], at=NOW)


def test_a_mail_that_ends_its_reader_each_time_is_put_aside_and_the_next_is_taken_in(reading_with, mailbox):
    reading_with("tests.core.work_apart")
    deadly, next_one = receive_letter(mailbox, b"die", at=NOW), receive_letter(mailbox, b"fail", at=NOW)
    take_new_letters(NOW)
    found = dict(LetterIn.objects.values_list("pk", "reasons"))
    assert found == {deadly.pk: ["costly"], next_one.pk: ["unreadable"]}
    assert set(LetterIn.objects.values_list("state", flat=True)) == {"failed"}


def test_a_mail_that_cannot_be_read_stands_in_the_post_room_with_its_original(reading_with, mailbox, signed_in):
    letter = receive_letter(mailbox, b"fail", at=NOW)
    reading_with("tests.core.work_apart")
    take_new_letters(NOW)
    client = signed_in("lead")
    listed = client.get("/work/mail?tab=failed").content.decode()
    assert (f"/work/mail/{letter.pk}" in listed, "(unread)" in listed) == (True, True)
    assert (
        "The words of this mail cannot be shown. Its original is kept"
        in client.get(f"/work/mail/{letter.pk}").content.decode()
    )
    assert b"".join(client.get(f"/work/mail/{letter.pk}/original").streaming_content) == b"fail"
    assert client.get("/work/mail/999999").status_code == 404
    assert signed_in("south").get(f"/work/mail/{letter.pk}").status_code == 404


def test_a_reader_that_does_not_start_is_no_fault_of_the_mail(reading_with, mailbox, take, customer):
    reading_with("tests.core.no_such_program")
    letter = receive_letter(mailbox, mail(), at=NOW)
    take_new_letters(NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.next_at) == ("new", 1, NOW + timedelta(seconds=5))
    reading_with()
    take_new_letters(NOW + timedelta(seconds=4))
    take_new_letters(NOW + timedelta(seconds=5))
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.next_at, letter.reasons) == ("done", 1, None, [])


def test_what_stands_after_the_end_of_a_page_is_read_too():
    page = "<html><body><p>before</p></body></html>after <b>it</b>"
    assert text_of_html(page) == "before\nafter it"
