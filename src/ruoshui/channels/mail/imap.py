"""Fetch what is new in a mailbox over IMAP, and wait there for more (IDLE, RFC 2177).

Mails are kept before the place is moved on, so a process that dies fetches again what it had not kept; the same bytes
are kept once. One that the server does not give is noted, tried again at each look, and stops no other. Nothing is
deleted on the server; what was fetched is marked as seen.
"""

import imaplib
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from ruoshui.channels.actions.receiving import LARGEST, receive_letter
from ruoshui.channels.leasing import leased
from ruoshui.channels.models import Mailbox
from ruoshui.core.outgoing import looked_up

log = logging.getLogger(__name__)
BATCH, SMALL, CONNECT_SECONDS = 50, 256 * 1024, 30
IDLE_SECONDS, LOOK_AGAIN_SECONDS = 120, 30


class HungUp(OSError):
    """The connection was lost while these were asked for."""

    def __init__(self, uids: list[int], why: str) -> None:
        super().__init__(f"the connection was lost at mail {uids}: {why}")
        self.uids = uids


class _Line(imaplib.IMAP4):
    """To the address that was judged: the name, which may mean another a moment later, is for the certificate only."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        address = looked_up(self.host, self.port, may_be_inside=True, seconds=CONNECT_SECONDS)
        line = socket.create_connection((address, self.port), CONNECT_SECONDS)
        return self._context.wrap_socket(line, server_hostname=self.host) if self._context else line


class _ImapClient(IMAPClient):  # type: ignore[misc]
    def _create_IMAP4(self) -> _Line:  # noqa: N802 — their name
        return _Line(self.host, self.port, self.ssl_context if self.ssl else None)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[IMAPClient]:
    context = ssl.create_default_context() if mailbox.imap_tls else None
    client = _ImapClient(
        mailbox.imap_host, mailbox.imap_port, ssl=mailbox.imap_tls, ssl_context=context, timeout=CONNECT_SECONDS
    )
    with client:
        client.login(mailbox.imap_user or mailbox.address, mailbox.password)
        yield client


def fetch_new(client: IMAPClient, mailbox: Mailbox, at: datetime) -> int:
    """All that came after the last look, in order, then what could not be fetched before. Returns how many came.

    The place moves on only past mails that are kept, or noted as missed.
    """
    chosen = client.select_folder(mailbox.imap_folder)
    validity = int(chosen[b"UIDVALIDITY"])
    if mailbox.seen_validity != validity:  # the server numbers anew: look at all of it, what is kept is kept once
        mailbox.seen_validity, mailbox.seen_uid, mailbox.missed_uids = validity, 0, []
    missed = mailbox.missed_uids[:BATCH]
    # "7:*" gives the last mail even if its number is lower.
    found = [uid for uid in client.search(["UID", f"{mailbox.seen_uid + 1}:*"]) if uid > mailbox.seen_uid]
    found.sort()
    number = 0
    for begin in range(0, len(found), BATCH):
        number += _keep_next(client, mailbox, found[begin : begin + BATCH], at)
    return number + _keep_missed(client, mailbox, missed, at)


def _keep_next(client: IMAPClient, mailbox: Mailbox, uids: list[int], at: datetime) -> int:
    kept: list[int] = []
    try:
        for uid, raw in _mails(client, uids):
            if raw is None:
                _miss(mailbox, [uid])
            else:
                receive_letter(mailbox, raw, at=at)
                kept.append(uid)
            mailbox.seen_uid = uid
    except HungUp as wrong:  # perhaps at one of these, and then again each time: the others come before them
        last = max(wrong.uids)
        _miss(mailbox, [uid for uid in uids if mailbox.seen_uid < uid <= last])
        mailbox.seen_uid = last
        raise
    finally:
        mailbox.save(update_fields=["seen_validity", "seen_uid", "missed_uids"])
    if kept:
        client.add_flags(kept, [rb"\Seen"], silent=True)
    return len(kept)


def _keep_missed(client: IMAPClient, mailbox: Mailbox, uids: list[int], at: datetime) -> int:
    """One by one. Those that are gone from the server are forgotten."""
    there = set(client.search(["UID", ",".join(str(uid) for uid in uids)])) if uids else set()
    number = 0
    for uid in uids:
        # Last in the row before it is tried: a server that hangs up at it is asked for the others first next time.
        _forget(mailbox, uid)
        if uid not in there:
            continue
        _miss(mailbox, [uid])
        raw = _mail(client, uid, _sizes(client, [uid]).get(uid))
        if raw is not None:
            receive_letter(mailbox, raw, at=at)
            client.add_flags([uid], [rb"\Seen"], silent=True)
            _forget(mailbox, uid)
            number += 1
    return number


def _miss(mailbox: Mailbox, uids: list[int]) -> None:
    log.warning("mailbox %s: mails %s could not be fetched and will be tried again", mailbox.code, uids)
    mailbox.missed_uids = [*(uid for uid in mailbox.missed_uids if uid not in uids), *uids]
    mailbox.save(update_fields=["missed_uids"])


def _forget(mailbox: Mailbox, uid: int) -> None:
    mailbox.missed_uids = [one for one in mailbox.missed_uids if one != uid]
    mailbox.save(update_fields=["missed_uids"])


def _mails(client: IMAPClient, uids: list[int]) -> Iterator[tuple[int, bytes | None]]:
    """In order; None for one that the server does not give. Small ones come together."""
    sizes = _sizes(client, uids)
    small = [uid for uid in uids if uid in sizes and sizes[uid] <= SMALL]
    together = _asked(client, small, "BODY.PEEK[]") if small else {}
    for uid in uids:
        raw = _body(together.get(uid, {}))
        yield uid, raw if raw is not None else _mail(client, uid, sizes.get(uid))


def _mail(client: IMAPClient, uid: int, size: int | None) -> bytes | None:
    """A mail of 200 MB is nobody's letter: its beginning is kept."""
    is_small = size is not None and size <= LARGEST
    item = "BODY.PEEK[]" if is_small else f"BODY.PEEK[]<0.{LARGEST}>"
    return _body(_asked(client, [uid], item).get(uid, {}))


def _sizes(client: IMAPClient, uids: list[int]) -> dict[int, int]:
    found = _asked(client, uids, "RFC822.SIZE")
    return {uid: int(parts[b"RFC822.SIZE"]) for uid, parts in found.items() if b"RFC822.SIZE" in parts}


def _body(parts: dict[bytes, Any]) -> bytes | None:
    raw = next((value for name, value in parts.items() if name.startswith(b"BODY[")), None)
    return raw if isinstance(raw, bytes) else None


def _asked(client: IMAPClient, uids: list[int], item: str) -> dict[int, dict[bytes, Any]]:
    """Nothing where the server refuses, or says what cannot be understood. Raises HungUp."""
    try:
        found: dict[int, dict[bytes, Any]] = client.fetch(uids, [item])
    except (IMAPClientAbortError, OSError) as wrong:
        raise HungUp(uids, str(wrong)) from wrong
    except (IMAPClientError, ValueError, LookupError, TypeError) as wrong:
        log.warning("the mail server does not give %s of %s: %s", item, uids, wrong)
        return {}
    return found


def watch(code: str, stopping: threading.Event, me: str) -> None:
    """While the lease of this mailbox is ours, until told to stop. What goes wrong is written on the mailbox.

    Two watchers at once would do no harm, only work: the same mail is kept once.
    """
    mailbox = leased(Mailbox, code, me)
    if mailbox is None:
        return
    try:
        with opened(mailbox) as client:
            _stay(client, mailbox, stopping, me)
    except Exception as wrong:  # a mail server has many ways to fail; none may end the worker
        log.warning("mailbox %s: %s", code, wrong)
        told = f"{type(wrong).__name__}: {wrong}"[:300]
        Mailbox.objects.filter(code=code).update(trouble=told, looked_at=timezone.now())


def _stay(client: IMAPClient, mailbox: Mailbox, stopping: threading.Event, me: str) -> None:
    can_idle = b"IDLE" in client.capabilities()
    while not stopping.is_set() and leased(Mailbox, mailbox.code, me):
        now = timezone.now()
        fetch_new(client, mailbox, now)
        Mailbox.objects.filter(pk=mailbox.pk).update(trouble="", looked_at=now)
        close_old_connections()
        if can_idle:
            client.idle()
            try:
                for _look in range(IDLE_SECONDS):
                    if client.idle_check(timeout=1) or stopping.is_set():
                        break
            finally:
                client.idle_done()
        else:
            stopping.wait(LOOK_AGAIN_SECONDS)
            client.noop()
