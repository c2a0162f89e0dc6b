"""A mail goes out: written with what it answers, sent by the worker, tried again for a day."""

import logging
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from ruoshui.channels.mail.automatic import OURS
from ruoshui.channels.models import LetterOut, Mailbox, OutState
from ruoshui.channels.refusals import CannotSend

log = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))
MOST_REFERENCES = 20
# A machine that answers our machine gets three answers in an hour, then silence.
AUTOMATIC_LIMIT, AUTOMATIC_WITHIN = 3, timedelta(hours=1)


def give_letter(
    mailbox: Mailbox,
    *,
    to: str,
    subject: str,
    body: str,
    reply_to: str = "",
    references: Sequence[str] = (),
    is_automatic: bool = False,
    files: Sequence[tuple[str, str]] = (),
    case: int | None = None,
    message: int | None = None,
    at: datetime,
) -> LetterOut | None:
    """Write a mail in the caller's transaction. None: too many automatic ones went to this address within the hour.

    `files` are (path in the storage, name).
    """
    if is_automatic:
        lately = LetterOut.objects.filter(to=to, is_automatic=True, made_at__gt=at - AUTOMATIC_WITHIN)
        if lately.count() >= AUTOMATIC_LIMIT:
            return None
    return LetterOut.objects.create(
        mailbox=mailbox,
        to=to,
        subject=" ".join(subject.split())[:250],
        body=body,
        reply_to=reply_to,
        message_id=f"{secrets.token_hex(12)}.{case or 0}@{mailbox.domain}",
        references=list(references)[-MOST_REFERENCES:],
        is_automatic=is_automatic,
        files=[f"{path}\n{name}" for path, name in files],
        case_id=case,
        message_pk=message,
        next_at=at,
        made_at=at,
    )


def send_due_letters(at: datetime) -> int:
    """Send what is due, each in a transaction of its own that holds its row: a worker that dies leaves it to another.

    Returns how many were sent.
    """
    sent = 0
    while True:
        found = _send_one(at)
        if found is None:
            return sent
        sent += found


@transaction.atomic
def _send_one(at: datetime) -> bool | None:
    due = LetterOut.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    letter = due.select_for_update(of=("self",), skip_locked=True).select_related("mailbox").first()
    if letter is None:
        return None
    letter.attempts += 1
    # Written before it is sent: a database that takes nothing must not let the same mail go out every second.
    letter.next_at = at + WAITS[min(letter.attempts, len(WAITS)) - 1]
    letter.save(update_fields=["attempts", "next_at"])
    try:
        _sending(letter).send()
    except Exception as wrong:
        log.warning("mail %s was not sent: %s", letter.pk, wrong)
        given_up = (isinstance(wrong, CannotSend) and wrong.for_good) or letter.attempts > len(WAITS)
        wait = None if given_up else WAITS[letter.attempts - 1]
        letter.next_at = at + wait if wait else None
        letter.state = OutState.WAITING if wait else OutState.FAILED
        letter.error = f"{type(wrong).__name__}: {wrong}"[:300]
        letter.save(update_fields=["attempts", "next_at", "state", "error"])
        return False
    letter.state, letter.sent_at, letter.next_at, letter.error = OutState.SENT, at, None, ""
    letter.save(update_fields=["attempts", "state", "sent_at", "next_at", "error"])
    return True


def _sending(letter: LetterOut) -> EmailMessage:
    if not letter.to.rpartition("@")[0].isascii():
        raise CannotSend("the part before @ is not in Latin letters: no mail can be sent there", for_good=True)
    headers = {"Message-ID": f"<{letter.message_id}>", OURS: letter.mailbox.code}
    if letter.references:
        headers["In-Reply-To"] = f"<{letter.references[-1]}>"
        headers["References"] = " ".join(f"<{one}>" for one in letter.references)
    if letter.is_automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
    mail = EmailMessage(
        letter.subject,
        letter.body,
        letter.mailbox.address,
        [letter.to],
        headers=headers,
        reply_to=[letter.reply_to] if letter.reply_to else None,
        connection=get_connection(),
    )
    for file in letter.files:
        path, _newline, name = file.partition("\n")
        with default_storage.open(path) as content:
            mail.attach(name or PurePosixPath(path).name, content.read())
    return mail


def mark_bounced(message_ids: Sequence[str], *, why: str, at: datetime) -> LetterOut | None:
    """One of ours came back."""
    letter = LetterOut.objects.select_for_update().filter(message_id__in=list(message_ids)).first()
    if letter is not None:
        letter.state, letter.error, letter.next_at = OutState.BOUNCED, why[:300], None
        letter.save(update_fields=["state", "error", "next_at"])
    return letter


def mark_bounced_to(
    mailbox: Mailbox, addresses: Collection[str], *, since: datetime, why: str, at: datetime
) -> LetterOut | None:
    """The last mail to one of these came back, by a provider that says only to whom it was."""
    sent = LetterOut.objects.filter(mailbox=mailbox, to__in=list(addresses), made_at__gte=since).order_by("-pk")
    newest = sent.values_list("message_id", flat=True).first() if addresses else None
    return mark_bounced([newest], why=why, at=at) if newest else None


@transaction.atomic
def send_again(letter: LetterOut, *, at: datetime) -> LetterOut:
    """From the first attempt on; one that was sent meanwhile is left alone."""
    letter = LetterOut.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.state != OutState.SENT:
        letter.state, letter.attempts, letter.next_at = OutState.WAITING, 0, at
        letter.save(update_fields=["state", "attempts", "next_at"])
    return letter
