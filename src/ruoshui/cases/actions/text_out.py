"""What is said in a case whose customer sends short messages goes back the same way."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case, Message
from ruoshui.cases.promised import promises_in
from ruoshui.cases.text_threads import channel_of
from ruoshui.channels.actions import give_text
from ruoshui.channels.models import LineKind, TextIn, TextOut

# Beyond, a message is cut and leads to the page: an SMS costs by its length, WeChat takes 2,048 bytes.
MOST = {LineKind.SMS: 300, LineKind.WECHAT: 600, LineKind.WECOM: 600}


def acknowledgement(case: Case) -> str:
    """Its number, the next promise, and where to see how it goes."""
    language = case.customer.language if case.customer else "zh-hans"
    with translation.override(language):
        told = _("We have your message. Its number is {number}. See how it goes: {address}").format(
            number=case.number, address=page_of(case)
        )
    return "\n".join([told, *promises_in(case, language)[:1]])


def page_of(case: Case) -> str:
    return f"{settings.PUBLIC_URL}/case/{case.number}?code={case.access_code}"


def text_message(case: Case, message: Message, last: TextIn, *, is_automatic: bool, at: datetime) -> TextOut | None:
    """Send what was said to who wrote `last`. None: their chat page shows it, or too many automatic ones went."""
    message.channel = channel_of(last.line.kind)
    message.save(update_fields=["channel"])
    if last.line.kind == LineKind.CHAT:
        return None
    return give_text(
        last.line,
        to=last.sender,
        text=_short(case, message, MOST[LineKind(last.line.kind)]),
        is_automatic=is_automatic,
        case=case.pk,
        message=message.pk,
        at=at,
    )


def _short(case: Case, message: Message, most: int) -> str:
    files = message.attachments.exists()
    if len(message.body) <= most and not files:
        return message.body
    with translation.override(case.customer.language if case.customer else "zh-hans"):
        words = message.body if len(message.body) <= most else f"{message.body[:most].rstrip()}…"
        more = _("With files: {address}") if files else _("All of it: {address}")
        return f"{words}\n{more.format(address=page_of(case))}".strip()
