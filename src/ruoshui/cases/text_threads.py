"""To which case a short message belongs, and who wrote it."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q

from ruoshui.cases.merged import merged_ids
from ruoshui.cases.models import Case, Channel
from ruoshui.channels.models import LineKind, TextIn, TextOut
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import Customer

CHANNELS = {
    LineKind.SMS: Channel.SMS,
    LineKind.WECHAT: Channel.WECHAT,
    LineKind.WECOM: Channel.WECOM,
    LineKind.CHAT: Channel.CHAT,
}
CONTACTS = {
    LineKind.SMS: ContactKind.PHONE,
    LineKind.WECHAT: ContactKind.WECHAT,
    LineKind.WECOM: ContactKind.WECOM,
}
# Who writes a day after the end means something new; short messages carry no number that could say otherwise.
TALKS_ON = timedelta(hours=24)


def channel_of(kind: str) -> Channel:
    return CHANNELS[LineKind(kind)]


def case_talked_in(text: TextIn, at: datetime) -> Case | None:
    """The case that this sender and we spoke of last on this line, while it goes on or has just ended."""
    came = TextIn.objects.filter(line=text.line, sender=text.sender, case_id__isnull=False).order_by("-pk").first()
    went = TextOut.objects.filter(line=text.line, to=text.sender, case_id__isnull=False).order_by("-pk").first()
    newest = went if went and (came is None or went.made_at >= came.received_at) else came
    case = Case.objects.filter(pk=newest.case_id or 0).first() if newest else None
    while case is not None and case.merged_into is not None:
        case = case.merged_into
    if case is None or case.is_active:
        return case
    ended = case.closed_at or case.resolved_at
    return case if ended and at - ended <= TALKS_ON else None


def known_sender(text: TextIn) -> Customer | None:
    """Whose contact it is, when it is one customer's; in the chat, who this visitor was the last time."""
    contact = CONTACTS.get(LineKind(text.line.kind))
    if contact is None:
        last = TextIn.objects.filter(line=text.line, sender=text.sender, case_id__isnull=False).order_by("-pk").first()
        case = Case.objects.filter(pk=last.case_id or 0).select_related("customer").first() if last else None
        return case.customer if case else None
    try:
        normal = normal_contact(contact, text.sender)
    except ValidationError:
        return None
    known = Customer.objects.current().with_contact([(contact, normal)])[:2]
    return known[0] if len(known) == 1 else None


def last_text_about(case: Case) -> TextIn | None:
    """The last short message of its customer, also in a case merged into it."""
    merged = Case.objects.filter(pk__in=merged_ids(case), customer=case.customer).values("pk")
    return (
        TextIn.objects.filter(Q(case_id=case.pk) | Q(case_id__in=merged)).select_related("line").order_by("-pk").first()
    )


NO_MORE = ("退订", "stop", "unsubscribe", "stopall")
# Too short to mean anything but in answer to an offer, which names them.
NO_MORE_OF_THAT = ("td", "t", "n")
ANSWERED_WITHIN = timedelta(days=30)


def is_no_more(text: TextIn) -> bool:
    """Do they want no more offers? A letter or two say so only when the last that we sent was one."""
    said = text.text.strip().lower().strip(".。!！")
    if said in NO_MORE:
        return True
    if said not in NO_MORE_OF_THAT:
        return False
    last = TextOut.objects.filter(line=text.line, to=text.sender).order_by("-pk").first()
    return last is not None and last.is_offer and text.received_at - last.made_at <= ANSWERED_WITHIN


def can_be_answered(text: TextIn) -> bool:
    """Is there a number or an account to write to? Gateways also bring words; the chat shows its answers itself."""
    kind = CONTACTS.get(LineKind(text.line.kind))
    if kind is None:
        return False
    try:
        normal_contact(kind, text.sender)
    except ValidationError:
        return False
    return True
