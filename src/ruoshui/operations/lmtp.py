"""Mails handed over by the own mail server over LMTP (RFC 2033): one answer a recipient, given when it is kept."""

import asyncio
import logging
import re
import threading
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from ruoshui.channels.actions import receive_letter
from ruoshui.channels.actions.receiving import LARGEST
from ruoshui.channels.mail.heads import MOST_HEAD
from ruoshui.channels.models import Mailbox
from ruoshui.core.trouble import is_passing

log = logging.getLogger(__name__)
LATER = "451 4.3.0 try again later"
TOO_MUCH = "552 Error: Too much mail data"  # as aiosmtpd says it
RETURN_PATH = re.compile(rb"^return-path[ \t]{0,9}:[^\n]*(?:\n|\Z)(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
HOST = re.compile(r"(?P<host>[A-Za-z0-9.:\[\]-]+):(?P<port>\d{1,5})")


def mailbox_of(address: str) -> Mailbox | None:
    """The mailbox of an address, also of name+anything@."""
    local, _at, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return Mailbox.objects.filter(address__iexact=plain, is_active=True).first()


class Taking:
    """What is done with each recipient and each mail. The database is asked in threads: the loop waits for nobody."""

    async def handle_RCPT(  # noqa: N802 the name that aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        try:
            known = await asyncio.to_thread(_in_thread, mailbox_of, address)
        except Exception:  # whatever it is, the sender's mail is not sent back for it
            log.warning("the mailbox of a recipient could not be looked up", exc_info=True)
            return LATER
        if known is None:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours or of the library: its own answer would be 500, and the mail would be sent back."""
        log.error("a mail that was being handed over met a fault", exc_info=error)
        return LATER

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        raw = with_envelope(envelope.content, envelope.mail_from or "")
        answers = [await asyncio.to_thread(_in_thread, _keep, to, raw) for to in envelope.rcpt_tos]
        return "\r\n".join(answers)


def with_envelope(content: bytes, sender: str) -> bytes:
    """Whom the envelope names stands above the mail, as who delivers it must write it (RFC 5321, 4.4): by an empty one
    machines are known. What else is said there is a stranger's word. The same mail handed over again is the same bytes.
    """
    first = content.find(b"\n") + 1 if content.startswith((b"From ", b">From ")) else 0  # the line of a mailbox file
    ends = [place + 1 for mark in (b"\n\n", b"\n\r\n") if (place := content.find(mark, 0, MOST_HEAD)) >= 0]
    end = first if content.startswith((b"\n", b"\r\n")) else max(first, min(ends, default=MOST_HEAD))
    path = b"Return-Path: <" + sender.strip("<>").encode("utf-8", "replace") + b">\r\n"
    return content[:first] + path + RETURN_PATH.sub(b"", content[first:end]) + content[end:]


def _in_thread(work: Any, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    finally:
        close_old_connections()


def _keep(address: str, content: bytes) -> str:
    try:
        mailbox = mailbox_of(address)
        if mailbox is None:
            return "550 5.1.1 no such mailbox"
        receive_letter(mailbox, content, at=timezone.now())
    except Exception as wrong:
        tell = log.warning if is_passing(wrong) else log.error
        tell("a mail for %s could not be kept", address, exc_info=True)
        return LATER
    return "250 2.0.0 kept"


class _Door(LMTP):
    """Lines may be as long as a mail: some programs write whole letters into one; sending those back helps nobody."""

    line_length_limit = LARGEST

    async def push(self, status: Any) -> None:
        """After the mail each recipient has an answer (RFC 2033); the library gives one when it was too large."""
        if status == TOO_MUCH and self.envelope is not None:
            status = "\r\n".join([f"552 5.3.4 the largest mail has {LARGEST} bytes"] * len(self.envelope.rcpt_tos))
        await super().push(status)


def _factory() -> LMTP:
    return _Door(Taking(), data_size_limit=LARGEST, enable_SMTPUTF8=True, decode_data=False, hostname="ruoshui")


class _OnHost(Controller):
    def factory(self) -> LMTP:
        return _factory()


class _OnSocket(UnixSocketController):
    def factory(self) -> LMTP:
        return _factory()


def controller_of(where: str) -> Controller | UnixSocketController:
    """`host:port`, or the path of a socket."""
    found = HOST.fullmatch(where)
    if found:
        return _OnHost(None, hostname=found["host"].strip("[]"), port=int(found["port"]))
    Path(where).unlink(missing_ok=True)
    return _OnSocket(None, unix_socket=where)


def serve_lmtp(stopping: threading.Event) -> None:
    """Until told to stop. Of several workers on one machine the first has the address; the others try again."""
    where = str(settings.LMTP)
    while where and not stopping.is_set():
        controller = controller_of(where)
        try:
            controller.start()
        except (OSError, TimeoutError) as wrong:
            log.warning("LMTP on %s: %s", where, wrong)
            stopping.wait(10)
            continue
        stopping.wait()
        controller.stop()
