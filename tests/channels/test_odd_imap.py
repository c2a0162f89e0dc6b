"""A mail that the mail server does not give stops no other, and is not lost."""

import socket
import ssl
import subprocess

import pytest

from ruoshui.channels.mail.imap import HungUp, fetch_new, opened
from ruoshui.channels.models import LetterIn, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from tests.channels.conftest import mail
from tests.channels.odd_imap import odd_imap
from tests.conftest import NOW
from tests.disks import full_after


@pytest.fixture
def server(mailbox, monkeypatch):
    monkeypatch.setenv("RUOSHUI_MAIL_SERVICE_PASSWORD", "x")
    with odd_imap() as one:
        values = {"imap_host": "127.0.0.1", "imap_port": one.port, "imap_tls": False}
        configure(mailbox, values, by=SYSTEM, at=NOW)
        one.mails = {uid: mail(f"第 {uid} 封") for uid in range(1, 8)}
        yield one


def look():
    """One look as the worker makes it: how many came, or why it ended."""
    mailbox = Mailbox.objects.get(code="service")
    try:
        with opened(mailbox) as client:
            return fetch_new(client, mailbox, NOW)
    except HungUp:
        return "hung up"


def state():
    mailbox = Mailbox.objects.get(code="service")
    return LetterIn.objects.count(), mailbox.seen_uid, mailbox.missed_uids


@pytest.mark.parametrize("way", ["refused", "garbled"])
def test_a_mail_that_is_not_given_is_tried_again_at_each_look_after_the_others(server, way):
    getattr(server, way).update({3, 5})
    assert (look(), state()) == (5, (5, 7, [3, 5]))
    server.mails[8] = mail("又一封")
    assert (look(), state()) == (1, (6, 8, [3, 5]))
    getattr(server, way).discard(3)
    assert (look(), state()) == (1, (7, 8, [5]))
    assert server.seen == {1, 2, 3, 4, 6, 7, 8}


def test_a_mail_at_which_the_server_hangs_up_stops_the_others_for_one_look_only(server):
    server.deadly.add(4)
    assert (look(), state()) == ("hung up", (0, 7, [1, 2, 3, 4, 5, 6, 7]))
    assert (look(), state()) == ("hung up", (3, 7, [5, 6, 7, 4]))
    server.mails[9] = mail("新的")
    assert (look(), state()) == ("hung up", (7, 9, [4]))
    server.deadly.clear()
    assert (look(), state()) == (1, (8, 9, []))


def test_a_missed_mail_that_is_gone_from_the_server_is_forgotten(server):
    server.refused.add(2)
    assert (look(), state()) == (6, (6, 7, [2]))
    del server.mails[2]
    assert (look(), state()) == (0, (6, 7, []))


def test_a_full_disk_moves_the_place_past_nothing_that_is_not_kept(server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    server.mails = {1: mail("小"), 2: mail("大" * 20_000), 3: mail("小的")}
    with full_after(20_000), pytest.raises(OSError, match="File too large"):
        look()
    assert state() == (1, 1, [])
    assert (look(), state()) == (2, (3, 3, []))
    assert sorted(LetterIn.objects.values_list("size", flat=True)) == sorted(len(raw) for raw in server.mails.values())


def test_the_page_of_mailboxes_says_how_many_are_not_given(server, signed_in):
    server.refused.update({3, 5})
    look()
    page = signed_in("admin").get("/settings/mailboxes").content.decode()
    assert "mails that the server does not give, tried again at each look: 2" in page


@pytest.fixture
def named(server, monkeypatch):
    """The server goes by a name that means another address from the second look-up on."""
    asked, look_up = [], socket.getaddrinfo

    def changing(host, port, *how, **more):
        if not str(host).endswith("example.com"):
            return look_up(host, port, *how, **more)
        asked.append(host)
        return look_up("127.0.0.1" if len(asked) == 1 else "127.0.0.9", port, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    Mailbox.objects.update(imap_host="mail.example.com")
    return asked


def test_a_name_is_looked_up_once_and_the_address_that_was_judged_is_called(server, named):
    assert look() == 7
    assert named == ["mail.example.com"]


@pytest.mark.parametrize(("name", "is_taken"), [("mail.example.com", True), ("other.example.com", False)])
def test_the_certificate_must_be_of_the_name_though_an_address_is_called(
    server, named, name, is_taken, tmp_path, monkeypatch
):
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"]
    whose = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*made, *whose, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    Mailbox.objects.update(imap_tls=True)
    if is_taken:
        assert look() == 7
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match=r"mail\.example\.com"):
            look()
    assert named == ["mail.example.com"]
