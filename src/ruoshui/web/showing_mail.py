"""Mail in words: why it is where it is, and what became of each message that went out or came in."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ruoshui.cases.models import Channel, Message
from ruoshui.channels.models import LetterIn, LetterOut, TextIn, TextOut
from ruoshui.web.faults import fault_words

NOT_SET = re.compile(r"set (RUOSHUI_\w+)")
BY_LINE = (Channel.CHAT, Channel.SMS, Channel.WECHAT, Channel.WECOM)


def reason_words(reasons: Iterable[str], *, is_held: bool = False) -> list[str]:
    """ "program:bill.exe" as somebody would say it; what is no code stays as it is. Of what is held for somebody to
    look at nothing is stated that is only likely.
    """
    likely = _likely() if is_held else {}
    return [likely.get(reason) or _reason(*reason.partition(":")[::2]) or reason for reason in reasons]


def _likely() -> dict[str, str]:
    return {
        "bounce": _("it looks like a mail of ours that came back, but a person may have written it"),
        "reply": _("it may be an automatic answer, or from a person"),
        "abuse": _("it looks like a report that a mail of ours was unwanted, but a person may have written it"),
        "receipt": _("it looks like a receipt, but a person may have written it"),
        "duplicate": _("a mail with the same number came already, but it says something else"),
    }


def _reason(code: str, about: str) -> str:
    words = {
        "virus": _("the virus scanner found {about}"),
        "file": _("it carries a blocked file: {about}"),
        "program": _("a program is attached: {about}"),
        "dmarc": _("the sender’s domain says that this is not from it (DMARC)"),
        "link": _("it links to a blocked host: {about}"),
        "spf": _("the sending server is doubtful (SPF: {about})"),
        "dkim": _("the signature is doubtful (DKIM: {about})"),
        "duplicate": _("the same mail came already"),
        "ours": _("it comes from an address of our own"),
        "abuse": _("somebody reported a mail of ours as unwanted"),
        "bounce": _("a mail of ours came back"),
        "receipt": _("a receipt"),
        "reply": _("an automatic answer"),
        "bulk": _("it came through a mailing list, or from an address that takes no replies"),
        "unreadable": _("it is made in a way that cannot be read; the original is kept"),
        "costly": _("it is made so that reading it takes too much time or memory; the original is kept"),
        "later": _("it could not be taken in yet ({about})"),
        "gave-up": _("it could not be taken in for days ({about})"),
        "fault": _("it was read and could not be taken in ({about})"),
    }
    if code in ("later", "gave-up", "fault"):
        about = fault_words(about)
    return words[code].format(about=about) if code in words else ""


def unsent_words(error: str) -> list[str]:
    """Why something has not gone: what the other side said, without the names that programs have for it."""
    if not error:
        return []
    said = error.removeprefix("CannotSend: ")
    if lacks := NOT_SET.fullmatch(said):
        return [_("{name} is not set on the server: tell whoever runs it.").format(name=lacks[1])]
    return [said]


def with_mail(messages: list[Message]) -> list[Message]:
    """Each message with the mail that it came in, or went out by, in three queries,
    or four where somebody sent a file over a line that was not taken over.
    """
    ids = [message.pk for message in messages if message.channel == "email" or message.kind in ("reply", "notice")]
    came = {one.message_pk: one for one in LetterIn.objects.filter(message_pk__in=ids)} if ids else {}
    went: dict[int | None, LetterOut | TextOut] = {}
    for outs in (LetterOut, TextOut) if ids else ():
        went |= {one.message_pk: one for one in outs._default_manager.filter(message_pk__in=ids)}
    left = _files_left(messages)
    for message in messages:
        message.file_left = left.get(message.pk)  # type: ignore[attr-defined]
        message.came_in = came.get(message.pk)  # type: ignore[attr-defined]
        message.went_out = went.get(message.pk)  # type: ignore[attr-defined]
    return messages


def _files_left(messages: list[Message]) -> dict[int | None, TextIn]:
    """Of each message the text whose file was not attached to it: a program, or what the scanner found."""
    bare = [m for m in messages if m.kind == "customer" and m.channel in BY_LINE and not m.attachments.all()]
    if not bare:
        return {}
    texts = TextIn.objects.filter(case_id__in={m.case_id for m in bare}, message_pk__in=[m.pk for m in bare])
    return {one.message_pk: one for one in texts.exclude(file="")}
