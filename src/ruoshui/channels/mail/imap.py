"""Fetch what is new in a mailbox over IMAP, and wait there for more (IDLE, RFC 2177).

Mails are kept before the place is moved on, so a process that dies fetches again what it had not kept; the same bytes
are kept once. Nothing is deleted on the server; what was fetched is marked as seen.
"""

import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone
from imapclient import IMAPClient

from ruoshui.channels.actions.receiving import LARGEST, receive_letter
from ruoshui.channels.leasing import leased
from ruoshui.channels.models import Mailbox
from ruoshui.core.outgoing import looked_up

log = logging.getLogger(__name__)
BATCH, SMALL, CONNECT_SECONDS = 50, 256 * 1024, 30
IDLE_SECONDS, LOOK_AGAIN_SECONDS = 120, 30


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[IMAPClient]:
    looked_up(mailbox.imap_host, mailbox.imap_port, may_be_inside=True, seconds=CONNECT_SECONDS)
    context = ssl.create_default_context() if mailbox.imap_tls else None
    client = IMAPClient(
        mailbox.imap_host, mailbox.imap_port, ssl=mailbox.imap_tls, ssl_context=context, timeout=CONNECT_SECONDS
    )
    with client:
        client.login(mailbox.imap_user or mailbox.address, mailbox.password)
        yield client


def fetch_new(client: IMAPClient, mailbox: Mailbox, at: datetime) -> int:
    """All that came after the last look, in order. Returns how many mails were fetched."""
    chosen = client.select_folder(mailbox.imap_folder)
    validity = int(chosen[b"UIDVALIDITY"])
    if mailbox.seen_validity != validity:  # the server numbers anew: look at all of it, what is kept is kept once
        mailbox.seen_validity, mailbox.seen_uid = validity, 0
    # "7:*" gives the last mail even if its number is lower.
    found = [uid for uid in client.search(["UID", f"{mailbox.seen_uid + 1}:*"]) if uid > mailbox.seen_uid]
    found.sort()
    for begin in range(0, len(found), BATCH):
        uids = found[begin : begin + BATCH]
        for raw in _mails(client, uids):
            receive_letter(mailbox, raw, at=at)
        client.add_flags(uids, [rb"\Seen"], silent=True)
        mailbox.seen_uid = uids[-1]
        mailbox.save(update_fields=["seen_validity", "seen_uid"])
    return len(found)


def _mails(client: IMAPClient, uids: list[int]) -> Iterator[bytes]:
    """In order. Small ones come together; a mail of 200 MB is nobody's letter: its beginning is kept."""
    sizes = client.fetch(uids, ["RFC822.SIZE"])
    whole = {uid: int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)) for uid in uids}
    small = [uid for uid in uids if whole[uid] <= SMALL]
    together = client.fetch(small, ["BODY.PEEK[]"]) if small else {}
    for uid in uids:
        parts = together.get(uid)
        if parts is None:
            item = "BODY.PEEK[]" if whole[uid] <= LARGEST else f"BODY.PEEK[]<0.{LARGEST}>"
            parts = client.fetch([uid], [item]).get(uid, {})
        raw = next((value for name, value in parts.items() if name.startswith(b"BODY[")), None)
        if isinstance(raw, bytes):
            yield raw


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
