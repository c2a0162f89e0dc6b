"""Do the words of a case reach its customer?"""

from datetime import datetime

from django.utils import timezone

from ruoshui.cases.mail_threads import last_mail_about
from ruoshui.cases.models import Case, Channel
from ruoshui.cases.text_threads import last_text_about
from ruoshui.core.reactions import HISTORY

# Who came this way has the page of their case, or the talk in which they asked.
HAVE_THEIR_PAGE = (Channel.PORTAL, Channel.EMAIL, Channel.CHAT, Channel.SMS, Channel.WECHAT, Channel.WECOM)
IN_PERSON = (Channel.PHONE, Channel.COUNTER, Channel.LETTER)


def is_brought_in(case: Case, at: datetime) -> bool:
    """From elsewhere, long after it happened: nobody can be asked any more."""
    return bool(case.source_key) and timezone.now() - at > HISTORY


def reaches_customer(case: Case, *, channel: str = "", at: datetime) -> bool:
    """By their page, by the way they talk to us, by a contact, or because they were told in person (`channel`). Of what
    was brought in from elsewhere long after it happened, the record is believed.
    """
    if case.customer is None:
        return False
    if channel in IN_PERSON or case.channel in HAVE_THEIR_PAGE:
        return True
    if is_brought_in(case, at):
        return True
    return case.customer.contacts.exists() or bool(last_text_about(case) or last_mail_about(case))
