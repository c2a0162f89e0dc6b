"""With a real mail server: in by IMAP, out by SMTP, back into the same case; watched with IDLE; twice fetched, once kept."""

import imaplib
import smtplib
import subprocess
import tempfile
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import timezone

from ruoshui.cases.actions import merge_cases, reply_case, take_new_letters
from ruoshui.cases.models import Case
from ruoshui.channels.actions import send_due_letters
from ruoshui.channels.mail import imap
from ruoshui.channels.models import LetterIn, LetterOut, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from tests.channels.conftest import mail
from tests.channels.servers import PASSWORD, DidNotStart, can_serve, mail_server

pytestmark = pytest.mark.skipif(not can_serve(), reason="no Postfix and Dovecot here, or not root")


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # Dovecot and Postfix give up their rights before they look inside
        servers = mail_server(Path(folder))
        try:
            running = servers.__enter__()
        except (DidNotStart, subprocess.CalledProcessError) as wrong:
            pytest.skip(f"Postfix and Dovecot do not run here: {wrong}")
        yield running
        servers.__exit__(None, None, None)


@pytest.fixture
def box(server, mailbox, monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.smtp
    monkeypatch.setenv("RUOSHUI_MAIL_SERVICE_PASSWORD", PASSWORD)
    values = {"imap_host": "127.0.0.1", "imap_port": server.imap, "imap_tls": False, "imap_user": "service"}
    return configure(mailbox, values, by=SYSTEM, at=timezone.now())


@pytest.fixture
def world(server, box):
    yield World(server, box)
    with imaplib.IMAP4("127.0.0.1", server.imap) as client:  # empty for the next test
        for user in ("service", "xu"):
            _empty(server, user)
        client.noop()


def _empty(server, user):
    client = imaplib.IMAP4("127.0.0.1", server.imap)
    client.login(user, PASSWORD)
    client.select("INBOX")
    client.store("1:*", "+FLAGS", r"\Deleted") if client.search(None, "ALL")[1][0] else None
    client.expunge()
    client.logout()


class World:
    def __init__(self, server, box):
        self.server, self.box = server, box

    def send(self, raw, sender="xu@example.com", to="service@bank.example"):
        with smtplib.SMTP("127.0.0.1", self.server.smtp) as client:
            client.sendmail(sender, [to], raw)

    def fetched(self, number=1, within=15.0):
        """Fetch until so many mails came."""
        found, until = 0, time.monotonic() + within
        while found < number and time.monotonic() < until:
            with imap.opened(Mailbox.objects.get(pk=self.box.pk)) as client:
                found += imap.fetch_new(client, Mailbox.objects.get(pk=self.box.pk), timezone.now())
            time.sleep(0.1)
        take_new_letters(timezone.now())
        return found

    def newest_of_customer(self, within=15.0):
        """What lies newest in the customer's own mailbox."""
        send_due_letters(timezone.now())
        until = time.monotonic() + within
        while time.monotonic() < until:
            client = imaplib.IMAP4("127.0.0.1", self.server.imap)
            client.login("xu", PASSWORD)
            client.select("INBOX")
            numbers = client.search(None, "UNSEEN")[1][0].split()
            raw = client.fetch(numbers[-1].decode(), "(RFC822)")[1][0][1] if numbers else None
            client.logout()
            if raw:
                return message_from_bytes(raw, policy=policy.default)
            time.sleep(0.1)
        raise AssertionError("nothing came to the customer")

    def answer(self, to, text):
        """As a mail program answers: to Reply-To, with references."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = "许文 <xu@example.com>", to["Reply-To"], f"Re: {to['Subject']}"
        made["Message-ID"] = f"<{time.time_ns()}@example.com>"
        made["In-Reply-To"] = to["Message-ID"]
        made["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
        made.set_content(f"{text}\n\n在 2026年3月4日，客服 <service@bank.example> 写道：\n> 您好")
        self.send(made.as_bytes(), to=str(to["Reply-To"]))


def test_a_conversation_by_mail_goes_on_in_its_case_and_in_the_one_it_is_merged_into(world, customer, demo):
    chen, lead = demo.staff["chen"].actor, demo.staff["lead"].actor
    world.send(mail("电费比平时高一倍，请核对。", subject="三月电费"))
    assert world.fetched() == 1
    case = Case.objects.get()
    assert (case.subject, case.customer, case.channel) == ("三月电费", customer, "email")
    assert case.number in world.newest_of_customer()["Subject"]
    reply_case(case, body="已核对，读数无误。", by=chen, at=timezone.now())
    told = world.newest_of_customer()
    assert "已核对，读数无误。" in told.get_body().get_content()
    world.answer(told, "还是不对，请再查。")
    world.fetched()
    assert case.messages.filter(kind="customer").latest("pk").new_words == "还是不对，请再查。"
    survivor = Case.objects.create(
        type=case.type, subject="全小区", unit=case.unit, customer=customer, channel="email", opened_at=timezone.now(),
        last_activity_at=timezone.now(), priority="normal", form={},
    )  # fmt: skip
    merge_cases(survivor, case, by=lead, at=timezone.now())
    world.answer(told, "合并之后的话")
    world.fetched()
    assert survivor.messages.filter(kind="customer").latest("pk").new_words == "合并之后的话"
    assert Case.objects.count() == 2
    assert set(LetterOut.objects.values_list("state", flat=True)) == {"sent"}


def test_what_was_fetched_but_not_noted_is_fetched_again_and_kept_once(world, customer):
    world.send(mail())
    world.fetched()
    Mailbox.objects.filter(pk=world.box.pk).update(seen_uid=0)  # as after a crash before the place was noted
    assert world.fetched() == 1
    assert (LetterIn.objects.count(), Case.objects.count()) == (1, 1)
    Mailbox.objects.filter(pk=world.box.pk).update(seen_validity=1, seen_uid=99)  # the server numbers anew
    assert world.fetched() == 1
    assert LetterIn.objects.count() == 1


def test_a_watched_mailbox_hears_of_new_mail_at_once(world, customer, monkeypatch):
    monkeypatch.setattr(imap, "close_old_connections", lambda: None)  # it would close the test's own transaction
    stopping = threading.Event()
    begun = time.monotonic()

    def later():
        time.sleep(2)
        world.send(mail("在等待中来信"))
        time.sleep(3)
        stopping.set()

    sender = threading.Thread(target=later)
    sender.start()
    imap.watch("service", stopping, "me")
    sender.join()
    assert (LetterIn.objects.count(), Mailbox.objects.get(pk=world.box.pk).trouble) == (1, "")
    assert time.monotonic() - begun < 15


def test_a_wrong_password_is_told_on_the_mailbox_and_another_watcher_waits_its_turn(world, monkeypatch):
    monkeypatch.setenv("RUOSHUI_MAIL_SERVICE_PASSWORD", "wrong")
    imap.watch("service", threading.Event(), "me")
    assert "LoginError" in Mailbox.objects.get(pk=world.box.pk).trouble
    monkeypatch.setattr(imap, "opened", lambda _mailbox: 1 / 0)
    imap.watch("service", threading.Event(), "somebody else")  # not ours: never opened


def test_two_hundred_mails_come_in_with_nothing_lost(world, customer):
    for n in range(200):
        world.send(mail(f"第 {n} 封信，请核对电费。", sender=f"客户{n} <c{n}@example.com>", subject=f"信 {n}"))
    until = time.monotonic() + 30
    while len(list((world.server.folder / "mail/service/new").glob("*"))) < 200 and time.monotonic() < until:
        time.sleep(0.2)
    begun = time.monotonic()
    with imap.opened(world.box) as client:
        assert imap.fetch_new(client, world.box, timezone.now()) == 200
    fetched = time.monotonic() - begun
    take_new_letters(timezone.now())
    took = time.monotonic() - begun
    assert Case.objects.count() == 200
    print(f"200 mails fetched in {fetched:.1f} s, taken in {took:.1f} s in all, one process")
