"""What is said in a case that came by mail goes back by mail."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.mail_threads import came_about, chain_of, normal_address, reply_address, went_about
from ruoshui.cases.models import Case, Channel, Message
from ruoshui.cases.promised import promises_in
from ruoshui.cases.subjects import answer_subject
from ruoshui.channels.actions import give_letter
from ruoshui.channels.models import LetterIn, LetterOut
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import ContactPoint


def acknowledge(case: Case, letter: LetterIn, *, at: datetime) -> LetterOut | None:
    """Tell the sender its number at once, and what we promise."""
    if not normal_address(letter.sender):
        return None
    with translation.override(_language(case)):
        lines = [
            _("We have your mail. Its number is {number}.").format(number=case.number),
            "\n".join(promises_in(case, _language(case))),
            _("See how it goes at {address} with the code {code}.").format(address=_track(), code=case.access_code),
        ]
        return give_letter(
            letter.mailbox,
            to=letter.sender,
            subject=answer_subject(case),
            body="\n\n".join(filter(None, lines)),
            reply_to=reply_address(letter.mailbox, case),
            references=[letter.message_id] if letter.message_id else [],
            is_automatic=True,
            case=case.pk,
            at=at,
        )


def mail_message(case: Case, message: Message, *, is_automatic: bool, at: datetime) -> LetterOut | None:
    """Send what was said to the customer, when they talk to us by mail. None: they do not, or have no address.

    Where nobody has said yet whose request it is, who wrote it is answered at the address they wrote from.
    """
    came = came_about(case)
    if not came:
        return None
    last = came[-1]
    to = _address(case, [one.sender for one in reversed(came)])
    if to is None:
        return None
    message.channel = Channel.EMAIL
    message.save(update_fields=["channel"])
    with translation.override(_language(case)):
        foot = _("Your number: {number}. See how it goes at {address} with the code {code}.")
        foot = foot.format(number=case.number, address=_track(), code=case.access_code)
        return give_letter(
            last.mailbox,
            to=to,
            subject=answer_subject(case),
            body=f"{message.body}\n\n-- \n{foot}\n",
            reply_to=reply_address(last.mailbox, case),
            references=chain_of(came, went_about(case)),
            is_automatic=is_automatic,
            files=[(str(one.file.name), one.name) for one in message.attachments.all()],
            case=case.pk,
            message=message.pk,
            at=at,
        )


def _address(case: Case, senders: list[str]) -> str | None:
    """The address they last wrote from, while it is theirs; else the first of theirs."""
    if case.customer is None:
        return next(filter(normal_address, senders), None)
    points = ContactPoint.objects.filter(customer=case.customer, kind=ContactKind.EMAIL).order_by("-is_primary", "pk")
    known = {point.normal: point.value for point in points}
    return next((sender for sender in senders if sender in known), next(iter(known.values()), None))


def _language(case: Case) -> str:
    return case.customer.language if case.customer else "zh-hans"


def _track() -> str:
    return f"{settings.PUBLIC_URL}/track"
