"""LMTP, spoken over a socket as mail servers speak it: an answer for each recipient, none of them 5xx for a fault of ours."""

import smtplib

import pytest
from django.db import OperationalError

from ruoshui.channels.actions import receiving
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.models import LetterIn
from ruoshui.operations import lmtp
from tests.channels.conftest import mail
from tests.disks import full_after
from tests.running import free_port

ONE, TWO, NOBODY = "pipe@bank.example", "pipe+x@bank.example", "nobody@bank.example"


@pytest.fixture
def door(committed):
    """The server with its threads and connections; each call of it opens a line."""
    port = free_port()
    controller = lmtp.controller_of(f"127.0.0.1:{port}")
    controller.start()
    yield lambda: smtplib.LMTP("127.0.0.1", port)
    controller.stop()


def kept():
    """Content of what came, in order."""
    found = []
    for letter in LetterIn.objects.filter(mailbox__code="pipe").order_by("pk"):
        with letter.file.open("rb") as file:
            found.append(file.read())
    return found


FROM = b"Return-Path: <lu@kunde.example>\r\n"


def answers(client, to, raw, sender="lu@kunde.example"):
    """Code of each recipient, those refused before the mail too."""
    with client:
        client.ehlo_or_helo_if_needed()
        client.mail(sender)
        before = [client.rcpt(one)[0] for one in to]
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(smtplib._quote_periods(raw.replace(b"\n", b"\r\n")) + b"\r\n.\r\n")
        after = [client.getreply()[0] for code in before if code == 250]
    return before, after


def test_each_recipient_has_an_answer_of_its_own(door):
    assert answers(door(), [ONE, NOBODY, TWO], mail()) == ([250, 550, 250], [250, 250])
    assert len(kept()) == 1


def test_lines_of_any_length_and_nul_are_kept_as_they_are(door):
    raw = b"Subject: a\x00b\n\n" + b"x" * 300_000 + b"\n.\n..dots\n" + b"\x00\xff\xfe\n"
    assert answers(door(), [ONE], raw) == ([250], [250])
    assert kept() == [FROM + raw.replace(b"\n", b"\r\n") + b"\r\n"]


@pytest.mark.parametrize("sender", ["", "lu@kunde.example"])
def test_whom_the_envelope_names_is_kept_above_the_mail_and_nobody_else(door, sender):
    raw = b"return-path: <thief@kunde.example>\nSubject: a\nReturn-Path:\n <thief@kunde.example>\nX: y\n\nReturn-Path: <mine>\n"
    assert answers(door(), [ONE], raw, sender) == ([250], [250])
    plain = b"Subject: a\r\nX: y\r\n\r\nReturn-Path: <mine>\r\n\r\n"
    assert kept() == [f"Return-Path: <{sender}>\r\n".encode() + plain]
    assert dict(read_letter(kept()[0]).fields)["return-path"] == f"<{sender}>"


@pytest.mark.parametrize(
    ("content", "kept_as"),
    [
        (b"From lu Mon\r\nSubject: a\r\n\r\nx", b"From lu Mon\r\nReturn-Path: <l@k.cn>\r\nSubject: a\r\n\r\nx"),
        (b"Subject: a\r\n", b"Return-Path: <l@k.cn>\r\nSubject: a\r\n"),
        (b"Return-Path: <x@y.cn>", b"Return-Path: <l@k.cn>\r\n"),
        (b"\r\nReturn-Path: <x@y.cn>\r\n", b"Return-Path: <l@k.cn>\r\n\r\nReturn-Path: <x@y.cn>\r\n"),
        (b"", b"Return-Path: <l@k.cn>\r\n"),
    ],
)
def test_odd_mails_have_their_envelope_too(content, kept_as):
    assert lmtp.with_envelope(content, "l@k.cn") == kept_as


def test_a_mail_handed_over_twice_is_kept_once(door):
    raw = mail()
    for _each in range(2):
        assert answers(door(), [ONE, TWO], raw) == ([250, 250], [250, 250])
    assert len(kept()) == 1


@pytest.mark.parametrize("wrong", [OperationalError("away"), OSError("full"), ValueError("a fault of ours"), KeyError])
def test_whatever_goes_wrong_is_told_as_try_again(door, monkeypatch, wrong):
    def fails(*_arguments, **_named):
        raise wrong

    monkeypatch.setattr(receiving, "digest_of", fails)
    assert answers(door(), [ONE, TWO], mail()) == ([250, 250], [451, 451])
    assert kept() == []


def test_a_full_disk_is_told_as_try_again_and_then_all_of_it_is_kept(door, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with full_after(10_000):
        assert answers(door(), [ONE, TWO], mail("很长" * 9000)) == ([250, 250], [451, 451])
    assert kept() == []
    assert answers(door(), [ONE], mail("很长" * 9000)) == ([250], [250])
    assert len(kept()) == 1


def test_a_recipient_that_cannot_be_looked_up_is_told_as_try_again(door, monkeypatch):
    monkeypatch.setattr(lmtp, "mailbox_of", lambda _address: 1 / 0)
    with door() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("lu@kunde.example")
        assert client.rcpt(ONE)[0] == 451


def test_a_fault_of_the_library_is_told_as_try_again(door, monkeypatch):
    async def broken(*_arguments):
        raise RuntimeError("a fault of the library")

    monkeypatch.setattr(lmtp.Taking, "handle_DATA", broken)
    assert answers(door(), [ONE], mail()) == ([250], [451])


def test_a_mail_that_is_too_large_is_refused_for_each_recipient(door, monkeypatch):
    monkeypatch.setattr(lmtp, "LARGEST", 1000)
    assert answers(door(), [ONE, TWO], b"Subject: a\n\n" + b"line\n" * 1000) == ([250, 250], [552, 552])
    assert kept() == []
