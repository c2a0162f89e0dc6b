"""What is said to the customer reaches them where they spoke to us last."""

from datetime import datetime

from ruoshui.cases.actions.mail_out import mail_message
from ruoshui.cases.actions.text_out import text_message
from ruoshui.cases.mail_threads import last_mail_about
from ruoshui.cases.models import Case, Message
from ruoshui.cases.text_threads import last_text_about


def bring_message(case: Case, message: Message, *, is_automatic: bool, at: datetime) -> bool:
    """True when they have it, or it is on its way; False: nothing is known but their page on the portal."""
    text, mail = last_text_about(case), last_mail_about(case)
    if text is not None and (mail is None or text.received_at >= mail.received_at):
        text_message(case, message, text, is_automatic=is_automatic, at=at)
        return True
    return mail is not None and mail_message(case, message, is_automatic=is_automatic, at=at) is not None
