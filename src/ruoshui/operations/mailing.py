"""Mailboxes and telephone exchanges watched by the worker, and mails handed over by a mail server's pipe."""

import logging
import secrets
import sys
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from ruoshui.channels.actions import receive_letter
from ruoshui.channels.mail.imap import watch
from ruoshui.channels.models import Exchange, ExchangeKind, Mailbox
from ruoshui.channels.phone.watching import watch_exchange
from ruoshui.operations.lmtp import mailbox_of

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0


Watch = Callable[[str, threading.Event, str], None]


def _to_be_watched() -> list[tuple[str, str, Watch]]:
    boxes = Mailbox.objects.filter(is_active=True).exclude(imap_host="").values_list("code", flat=True)
    exchanges = Exchange.objects.filter(is_active=True, kind=ExchangeKind.AMI).values_list("code", flat=True)
    mail: list[tuple[str, str, Watch]] = [("mailbox", code, watch) for code in boxes]
    return mail + [("exchange", code, watch_exchange) for code in exchanges]


class Watchers:
    """A thread for each mailbox with an IMAP server and each Asterisk; of several workers one watches it at a time."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._me = secrets.token_hex(8)
        self._threads: dict[tuple[str, str], threading.Thread] = {}

    def run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                for what, code, watching in _to_be_watched():
                    self._begin(what, code, watching)
            except DatabaseError:
                log.warning("mailboxes and exchanges will be looked at again", exc_info=True)
            finally:
                close_old_connections()

    def _begin(self, what: str, code: str, watching: Watch) -> None:
        """A watch that ended, for want of the lease or by a fault, begins again at the next look."""
        running = self._threads.get((what, code))
        if running is None or not running.is_alive():
            thread = threading.Thread(target=self._watch, args=(what, code, watching), daemon=True)
            self._threads[what, code] = thread
            thread.start()

    def _watch(self, what: str, code: str, watching: Watch) -> None:
        try:
            watching(code, self._stopping, self._me)
        except Exception:
            log.warning("%s %s will be looked at again", what, code, exc_info=True)
        finally:
            close_old_connections()


def take_from_pipe(address: str) -> int:
    """`ruoshui mail-in ADDRESS < mail`: 0 when it is kept. Whatever is raised here is told as 75, try again later."""
    mailbox = mailbox_of(address)
    if mailbox is None:
        print(f"  there is no mailbox {address}", file=sys.stderr)
        return 67  # EX_NOUSER: the mail server sends it back
    receive_letter(mailbox, sys.stdin.buffer.read(), at=timezone.now())
    return 0
