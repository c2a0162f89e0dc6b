"""Mailboxes watched by the worker, and mails handed over by a mail server's pipe."""

import logging
import secrets
import sys
import threading

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from ruoshui.channels.actions import receive_letter
from ruoshui.channels.mail.imap import watch
from ruoshui.channels.models import Mailbox

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0


class Watchers:
    """A thread for each mailbox that has an IMAP server; of several workers one watches it at a time."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._me = secrets.token_hex(8)
        self._threads: dict[str, threading.Thread] = {}

    def run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                for code in Mailbox.objects.filter(is_active=True).exclude(imap_host="").values_list("code", flat=True):
                    self._begin(code)
            except DatabaseError:
                log.warning("mailboxes will be looked at again", exc_info=True)
            finally:
                close_old_connections()

    def _begin(self, code: str) -> None:
        """A watch that ended, for want of the lease or by a fault, begins again at the next look."""
        if code not in self._threads or not self._threads[code].is_alive():
            self._threads[code] = threading.Thread(target=self._watch, args=(code,), daemon=True)
            self._threads[code].start()

    def _watch(self, code: str) -> None:
        try:
            watch(code, self._stopping, self._me)
        except DatabaseError:
            log.warning("mailbox %s will be looked at again", code, exc_info=True)
        finally:
            close_old_connections()


def take_from_pipe(address: str) -> int:
    """`ruoshui mail-in ADDRESS < mail`: 0 when it is kept, 75 (try again later) when it could not be."""
    plain = address.partition("+")[0] + "@" + address.rpartition("@")[2] if "+" in address else address
    mailbox = Mailbox.objects.filter(address__iexact=plain, is_active=True).first()
    if mailbox is None:
        print(f"  there is no mailbox {plain}", file=sys.stderr)
        return 67  # EX_NOUSER: the mail server sends it back
    receive_letter(mailbox, sys.stdin.buffer.read(), at=timezone.now())
    return 0
