"""Put words and files into a conversation. Used by opening, replying and splitting."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.files import MAX_FILES, Upload, checked
from ruoshui.cases.models import Attachment, Case, Message, MessageKind, SearchPiece
from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.core.actors import Actor
from ruoshui.core.content import keep_content
from ruoshui.core.normal_text import normal_texts
from ruoshui.core.refusals import Invalid

MAX_BODY = 50_000
Folds = Sequence[tuple[int, int]]


def clean_body(body: str, *, may_be_empty: bool = False) -> str:
    # PostgreSQL cannot keep a NUL; nobody means to send one.
    body = body.replace("\x00", "").strip()
    if not body and not may_be_empty:
        raise Invalid({"body": [_("Write something first.")]})
    if len(body) > MAX_BODY:
        raise Invalid({"body": [_("At most 50,000 characters; attach longer texts as a file.")]})
    return body


def say(
    case: Case,
    *,
    kind: MessageKind,
    channel: str,
    body: str,
    files: Sequence[Upload] = (),
    folds: Folds = (),
    findable_with: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> Message:
    body = clean_body(body, may_be_empty=bool(files))
    accepted = [(upload, *checked(upload)) for upload in files]
    if len(accepted) > MAX_FILES:
        raise AttachmentRefused(name=accepted[MAX_FILES][1], why=_("at most ten files at a time."))
    message = Message.objects.create(
        case=case, kind=kind, channel=channel, body=body, folds=list(folds), by_kind=by.kind, by_id=by.id, at=at
    )
    for upload, name, content_type in accepted:
        attachment = Attachment(message=message, name=name, content_type=content_type)
        keep_content(attachment, upload.content)
        attachment.save()
    make_findable(case, [*findable_with, message.new_words, *(name for _upload, name, _type in accepted)])
    return message


def make_findable(case: Case, texts: Iterable[str]) -> None:
    """Texts that do not run on from each other: no word is found across two of them."""
    if body := normal_texts(texts):
        SearchPiece.objects.create(case=case, body=body)
