"""A short message comes in, kept before it is understood; one goes out, tried again for a day."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction

from ruoshui.channels.actions.trying import wait_after
from ruoshui.channels.adapters import Bringing, Came, Delivered, adapter_of
from ruoshui.channels.models import LetterState, Line, OutState, TextIn, TextOut
from ruoshui.channels.refusals import CannotSend
from ruoshui.core.content import keep_content
from ruoshui.core.file_names import safe_file_name
from ruoshui.core.plain_text import storable
from ruoshui.core.trouble import is_passing

log = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))
AUTOMATIC_LIMIT, AUTOMATIC_WITHIN = 3, timedelta(hours=1)
MOST_LETTERS = 10_000


def receive_text(line: Line, came: Came, *, at: datetime) -> TextIn:
    """The same message is kept once. A file that comes with it is kept at once; one that the provider only names is
    fetched by the worker (`bring_file`): no provider waits for another.
    """
    known = TextIn.objects.filter(line=line, key=came.key).first()
    if known is not None:
        return known
    about = {str(name): storable(value) if isinstance(value, str) else value for name, value in came.about.items()}
    name, content = came.fetch() if came.fetch else ("", b"")
    if came.media:
        about["media"] = dict(came.media)
    return _kept(line, came, came.text[:MOST_LETTERS], about, name, content, at)


def awaits_file(text: TextIn) -> bool:
    """Is there a file to be fetched before it is taken in?"""
    return bool(text.about.get("media")) and not text.file and "lost" not in text.about


@transaction.atomic
def _kept(
    line: Line, came: Came, text: str, about: Mapping[str, Any], name: str, content: bytes, at: datetime
) -> TextIn:
    made = TextIn(line=line, key=came.key, sender=came.sender, text=text, about=about, received_at=at, next_at=at)
    if content:
        made.file_name = safe_file_name(name)
        keep_content(made, content)
    # Two calls may come with the same message at once: the second finds the first one's row.
    TextIn.objects.bulk_create([made], ignore_conflicts=True)
    return TextIn.objects.get(line=line, key=came.key)


def let_file_follow(text: TextIn, wrong: Exception, *, at: datetime) -> None:
    """Its file could not be fetched: it is taken in without, and the file comes as a message of its own, if it can.

    The caller holds its row.
    """
    text.about = {**text.about, "lost": storable(str(wrong))[:200]}
    text.save(update_fields=["about"])
    if is_passing(wrong):
        later = at + wait_after(1)
        key, about = f"{text.key[:115]}:file", {"media": text.about["media"], "follows": text.pk}
        row = TextIn(line=text.line, key=key, sender=text.sender, about=about, received_at=at, next_at=later)
        TextIn.objects.bulk_create([row], ignore_conflicts=True)


def bring_file(text: TextIn, *, at: datetime) -> None:
    """The file that a provider only named. The caller holds its row, as with what is sent.

    Raises CannotSend or OSError.
    """
    media = text.about.get("media")
    if not media or text.file:
        return
    adapter = cast(Bringing, adapter_of(text.line))
    name, content = adapter.bring(text.line, media, at)
    text.file_name = safe_file_name(name)
    keep_content(text, content)
    text.save(update_fields=["file", "file_name", "digest"])


def settle_text(
    text: TextIn, state: LetterState, *, error: str = "", case: int | None = None, message: int | None = None
) -> TextIn:
    """What became of it. The caller holds its row."""
    text.state, text.next_at, text.error, text.case_id, text.message_pk = state, None, error[:300], case, message
    text.save(update_fields=["state", "attempts", "next_at", "error", "case_id", "message_pk"])
    return text


def put_text_off(text: TextIn, why: str) -> TextIn:
    """It stays new; `attempts` and `next_at` are set. The caller holds its row."""
    text.error = f"later:{why}"[:300]
    text.save(update_fields=["attempts", "next_at", "error"])
    return text


@transaction.atomic
def take_up_again(text: TextIn, *, at: datetime) -> TextIn:
    """From the first attempt on; one that was taken in meanwhile is left alone."""
    text = TextIn.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if text.state in (LetterState.NEW, LetterState.FAILED):
        text.state, text.attempts, text.next_at, text.error = LetterState.NEW, 0, at, ""
        text.save(update_fields=["state", "attempts", "next_at", "error"])
    return text


def give_text(
    line: Line,
    *,
    to: str,
    text: str,
    is_automatic: bool = False,
    is_offer: bool = False,
    case: int | None = None,
    message: int | None = None,
    at: datetime,
) -> TextOut | None:
    """Write a message in the caller's transaction. None: too many automatic ones went to them within the hour."""
    if is_automatic:
        lately = TextOut.objects.filter(to=to, is_automatic=True, made_at__gt=at - AUTOMATIC_WITHIN)
        if lately.count() >= AUTOMATIC_LIMIT:
            return None
    return TextOut.objects.create(
        line=line,
        to=to,
        text=text,
        is_automatic=is_automatic,
        is_offer=is_offer,
        case_id=case,
        message_pk=message,
        next_at=at,
        made_at=at,
    )


def send_due_texts(at: datetime) -> int:
    """What is due, each in a transaction that holds its row: a worker that dies leaves it to another. Returns how many
    were taken.
    """
    sent = 0
    while (done := _send_one(at)) is not None:
        sent += done
    return sent


@transaction.atomic
def _send_one(at: datetime) -> bool | None:
    due = TextOut.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    text = due.select_for_update(of=("self",), skip_locked=True).select_related("line").first()
    if text is None:
        return None
    text.attempts += 1
    # Written before it is sent: a database that takes nothing must not let the same message go out every second.
    text.next_at = at + WAITS[min(text.attempts, len(WAITS)) - 1]
    text.save(update_fields=["attempts", "next_at"])
    try:
        adapter = adapter_of(text.line)
        text.reference = adapter.send(text.line, text, at) if adapter else ""
    except Exception as wrong:
        log.warning("message %s was not sent: %s", text.pk, wrong)
        given_up = (isinstance(wrong, CannotSend) and wrong.for_good) or text.attempts > len(WAITS)
        text.next_at = None if given_up else at + WAITS[text.attempts - 1]
        text.state = OutState.FAILED if given_up else OutState.WAITING
        text.error = f"{type(wrong).__name__}: {wrong}"[:300]
        text.save(update_fields=["attempts", "pieces_sent", "next_at", "state", "error"])
        return False
    text.state, text.sent_at, text.next_at, text.error = OutState.SENT, at, None, ""
    text.save(update_fields=["attempts", "pieces_sent", "reference", "state", "sent_at", "next_at", "error"])
    return True


@transaction.atomic
def note_delivery(line: Line, delivered: Delivered, *, at: datetime) -> TextOut | None:
    """The provider says what became of a message of ours; None: it is none."""
    sent = TextOut.objects.select_for_update(of=("self",)).filter(line=line, reference=delivered.reference).first()
    if sent is None or not delivered.reference:
        return None
    if delivered.error:
        sent.state, sent.error = OutState.BOUNCED, delivered.error[:300]
    else:
        sent.delivered_at = sent.delivered_at or at
    sent.save(update_fields=["state", "error", "delivered_at"])
    return sent


@transaction.atomic
def send_text_again(text: TextOut, *, at: datetime) -> TextOut:
    text = TextOut.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if text.state != OutState.SENT:
        text.pieces_sent = 0 if text.state == OutState.BOUNCED else text.pieces_sent
        text.state, text.attempts, text.next_at = OutState.WAITING, 0, at
        text.save(update_fields=["state", "attempts", "pieces_sent", "next_at"])
    return text
