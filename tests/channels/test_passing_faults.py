"""A fault that passes costs time and nothing else: every sweep of the channels, under a database and a disk that fail."""

import errno
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import translation

from ruoshui.cases.actions import take_new_letters, take_new_texts
from ruoshui.cases.models import Case
from ruoshui.channels.actions import (
    dial,
    dial_signed,
    end_forgotten_calls,
    give_letter,
    give_text,
    receive_letter,
    receive_text,
    send_due_letters,
    send_due_texts,
    take_call_told,
)
from ruoshui.channels.actions.trying import MOST_TRIES, reason_of, wait_after
from ruoshui.channels.adapters import Came
from ruoshui.channels.models import Call, Exchange, Extension, LetterIn, LetterOut, Line, TextIn, TextOut
from ruoshui.channels.phone.telling import CallEventKind, CallTold
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.informing.actions import send_due_notices, try_next_ways
from ruoshui.informing.models import CustomerNotice, NoticeTemplate
from ruoshui.operations.worker import SWEEPS
from ruoshui.web.showing_mail import reason_words
from ruoshui.web.tags import why_of
from tests.channels.conftest import mail
from tests.conftest import NOW

OURS = ("ruoshui.channels", "ruoshui.cases.actions", "ruoshui.informing")
SOON = NOW + timedelta(seconds=5)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@dataclass
class Due:
    """Something that waits for a sweep: how to make one, and how many were done since."""

    make: object
    done: object
    at: object = NOW


@pytest.fixture
def waiting(demo, mailbox, line, provider, customer, opened):
    """For each sweep of ours what it takes up."""
    provider.answers["/sms"] = {"id": "m1"}
    provider.answers["/dial"] = {"ok": True}
    sms, case, numbers = line("sms"), opened(), iter(range(1000))

    def notice():
        values = {
            "code": f"n{next(numbers)}", "moment": "opened", "name_zh": "通知", "name_en": "Notice",
            "subject_zh": "关于您的事项", "body_zh": "{customer}，您好：{number}", "ways": ["email"],
        }  # fmt: skip
        template = configure(NoticeTemplate(), values, by=SYSTEM, at=NOW)
        return CustomerNotice.objects.create(
            template=template, customer=customer, case_id=case.pk, unit_id=case.unit_id, made_at=NOW, next_at=NOW,
            values={"customer": "许文", "number": case.number},
        )  # fmt: skip

    def failed_notice():
        one = notice()
        send_due_notices(NOW)
        LetterOut.objects.filter(pk=CustomerNotice.objects.get(pk=one.pk).out).update(state="failed", next_at=None)
        return one

    values = {
        "code": "main", "kind": "signed", "name_zh": "总机", "name_en": "Main", "unit": demo.units["city"],
        "type": "enquiry", "address": f"{provider.url}/dial",
    }  # fmt: skip
    exchange = configure(Exchange(), values, by=SYSTEM, at=NOW)
    configure(Extension(), {"exchange": exchange, "number": "801", "staff": demo.staff["chen"]}, by=SYSTEM, at=NOW)

    def call():
        told = CallTold(CallEventKind.RING, f"c{next(numbers)}", "13800009999", "801")
        return take_call_told(exchange, told, at=NOW - timedelta(hours=7))

    def pressed():
        return dial(demo.staff["chen"], "13800009999", at=NOW)

    def text_in():
        return receive_text(sms, Came(f"k{next(numbers)}", f"1380000{next(numbers):04}", "电费"), at=NOW)

    def text_out():
        return give_text(sms, to="13800009999", text="您好", at=NOW)

    def letter_out():
        return give_letter(mailbox, to="xu@example.com", subject="您好", body="已核对", at=NOW)

    def letter_in():
        sender = f"客户 <c{next(numbers)}@example.com>"
        return receive_letter(mailbox, mail(sender=sender, subject="三月电费"), at=NOW)

    return {
        take_new_letters: Due(letter_in, lambda: Case.objects.filter(subject="三月电费").count()),
        take_new_texts: Due(text_in, lambda: Case.objects.filter(channel="sms").count()),
        send_due_letters: Due(letter_out, lambda: len(outbox.outbox)),
        send_due_texts: Due(text_out, lambda: len(provider.told("/sms"))),
        send_due_notices: Due(notice, lambda: LetterOut.objects.filter(subject="关于您的事项").count()),
        try_next_ways: Due(failed_notice, lambda: CustomerNotice.objects.filter(state="waiting").count()),
        end_forgotten_calls: Due(call, lambda: Call.objects.filter(ended_at__isnull=False).count()),
        dial_signed: Due(pressed, lambda: len(provider.told("/dial"))),
    }


SWEPT = [sweep for _name, _every, sweep in SWEEPS if sweep.__module__.startswith(OURS)]


@contextmanager
def read_only():
    """A database that takes nothing, as after a failover: a real one, undone at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def test_every_sweep_of_the_channels_is_walked_here(waiting):
    assert set(waiting) == set(SWEPT)


@pytest.mark.parametrize("sweep", SWEPT, ids=lambda sweep: sweep.__name__)
def test_a_database_that_takes_nothing_for_a_while_loses_and_doubles_nothing(sweep, waiting):
    due = waiting[sweep]
    due.make()
    due.make()
    before = due.done()
    for _round in range(3):
        with read_only(), pytest.raises(DatabaseError):
            sweep(due.at)
        assert due.done() == before
    sweep(due.at)
    sweep(due.at)
    assert due.done() == before + 2


@contextmanager
def failing_once(words):
    """The first statement with these words fails as a database without space does."""
    state = {"left": 1}

    def look(execute, sql, params, many, context):
        if words in sql and state["left"]:
            state["left"] = 0
            raise OperationalError("could not extend file: No space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield
    assert state["left"] == 0


PUT_OFF = {
    take_new_letters: (LetterIn, 'UPDATE "channels_letterin"'),
    take_new_texts: (TextIn, 'UPDATE "channels_textin"'),
    send_due_notices: (CustomerNotice, 'INSERT INTO "channels_letterout"'),
}


@pytest.mark.parametrize("sweep", PUT_OFF, ids=lambda sweep: sweep.__name__)
def test_a_fault_at_one_puts_it_off_and_holds_up_no_other(sweep, waiting):
    model, words = PUT_OFF[sweep]
    first, second = waiting[sweep].make(), waiting[sweep].make()
    before = waiting[sweep].done()
    with failing_once(words):
        sweep(NOW)
    assert waiting[sweep].done() == before + 1
    states = dict(model.objects.filter(pk__in=[first.pk, second.pk]).values_list("pk", "next_at"))
    assert states == {first.pk: SOON, second.pk: None}
    sweep(NOW)
    assert waiting[sweep].done() == before + 1
    sweep(SOON)
    assert waiting[sweep].done() == before + 2


@pytest.mark.parametrize("sweep", [take_new_letters, take_new_texts], ids=lambda sweep: sweep.__name__)
def test_a_file_that_is_away_for_a_while_is_waited_for(sweep, waiting, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    if sweep is take_new_texts:
        came = Came("pic", "13800001111", "见图", fetch=lambda: ("a.pdf", b"%PDF-1.4 x"))
        row = receive_text(Line.objects.get(code="sms"), came, at=NOW)
    else:
        row = waiting[sweep].make()
    (tmp_path / "files").rename(tmp_path / "away")
    sweep(NOW)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_at) == ("new", 1, SOON)
    (tmp_path / "away").rename(tmp_path / "files")
    sweep(SOON)
    row.refresh_from_db()
    assert (row.state, row.next_at) == ("done", None)
    assert Case.objects.get(pk=row.case_id).messages.order_by("pk").first().attachments.count() == (
        1 if sweep is take_new_texts else 0
    )


def test_pauses_grow_from_seconds_to_hours_for_five_days():
    pauses = [wait_after(tries) for tries in range(1, MOST_TRIES)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=5), timedelta(hours=6))
    assert timedelta(days=4, hours=12) < sum(pauses, timedelta()) < timedelta(days=5, hours=12)


def test_after_five_days_it_is_put_aside_and_can_still_be_taken_in_by_hand(waiting, signed_in, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    letter = waiting[take_new_letters].make()
    LetterIn.objects.filter(pk=letter.pk).update(attempts=MOST_TRIES - 1)
    (tmp_path / "files").rename(tmp_path / "away")
    take_new_letters(NOW)
    (tmp_path / "away").rename(tmp_path / "files")
    letter.refresh_from_db()
    assert (letter.state, letter.next_at, letter.reasons[0].partition(":")[0]) == ("failed", None, "gave-up")
    signed_in("lead").post(f"/work/mail/{letter.pk}/release")
    letter.refresh_from_db()
    assert (letter.state, letter.reasons) == ("done", [])


def test_the_post_room_says_when_it_is_tried_again(waiting, signed_in, demo):
    letter, text = waiting[take_new_letters].make(), waiting[take_new_texts].make()
    with failing_once('UPDATE "channels_letterin"'):
        take_new_letters(NOW)
    with failing_once('UPDATE "channels_textin"'):
        take_new_texts(NOW)
    client = signed_in("lead")
    listed = client.get("/work/mail?tab=failed").content.decode()
    assert listed.count("next try: 10:00") == 2
    assert "it could not be taken in yet (the database was away)" in listed
    assert "OperationalError" not in listed
    assert "Tried once; next try: 10:00." in client.get(f"/work/mail/{letter.pk}").content.decode()
    stranger = signed_in("south")
    assert "next try" not in stranger.get("/work/mail?tab=failed").content.decode()
    assert stranger.post(f"/work/messages/in/{text.pk}/again").status_code == 404
    signed_in("lead").post(f"/work/messages/in/{text.pk}/again")
    text.refresh_from_db()
    assert (text.state, text.attempts, text.next_at) == ("new", 0, NOW)


def test_a_mail_goes_out_once_although_the_database_takes_nothing_afterwards(waiting):
    waiting[send_due_letters].make()
    with failing_once('UPDATE "channels_letterout"'), pytest.raises(OperationalError):
        send_due_letters(NOW)
    assert len(outbox.outbox) == 0
    send_due_letters(NOW)
    assert (len(outbox.outbox), LetterOut.objects.get().state, TextOut.objects.count()) == (1, "sent", 0)


def test_what_was_new_before_there_was_a_next_try_is_due_at_once(waiting):
    letter, text = waiting[take_new_letters].make(), waiting[take_new_texts].make()
    for row in (letter, text):
        type(row).objects.filter(pk=row.pk).update(next_at=None)
    import_module("ruoshui.channels.migrations.0005_tried_again")._due(apps, None)
    assert [type(row).objects.get(pk=row.pk).next_at for row in (letter, text)] == [NOW, NOW]


@pytest.mark.parametrize(
    ("wrong", "english", "chinese"),
    [
        (OperationalError("server closed the connection"), "the database was away", "数据库"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk was full", "磁盘"),
        (TimeoutError("timed out"), "the machine or the network failed", "网络"),
        (ValueError("invalid literal"), "a fault in the program", "程序"),
    ],
)
def test_why_something_waits_is_told_in_the_reader_s_language_and_without_technical_words(wrong, english, chinese):
    reason = reason_of(wrong)
    assert str(wrong).split("] ")[-1] in reason  # kept for who looks after the machine
    for language, words in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            told = [*reason_words([reason]), why_of(CustomerNotice(why=reason.partition(":")[2]))]
        for shown in told:
            assert words in shown
            assert type(wrong).__name__ not in shown
            assert str(wrong) not in shown


def test_a_reason_that_an_older_release_kept_is_told_in_words_too():
    assert reason_words(["later:OperationalError: could not connect"]) == [
        "it could not be taken in yet (a fault in the program, which is on record)"
    ]
