"""Notices go out by the best way; when it fails, by the next."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.mail_threads import reply_address
from ruoshui.cases.models import Case
from ruoshui.channels.actions import fault_words_of, give_letter, give_text, take_due, write_letter
from ruoshui.channels.models import LetterOut, Line, Mailbox, OutState, TextOut
from ruoshui.customers.models import ContactPoint, Way
from ruoshui.customers.phones import without_extension
from ruoshui.informing.models import CustomerNotice, NoticeState
from ruoshui.informing.stopping import stop_link
from ruoshui.informing.ways import LINE_OF, sender_for, ways_for, wish_of
from ruoshui.informing.words import filled
from ruoshui.organization.models import Unit

# After three days nobody wants another way to hear of it.
LOOK_BACK = timedelta(days=3)
OUTS: dict[Way, type[LetterOut] | type[TextOut]] = {Way.EMAIL: LetterOut, **dict.fromkeys(LINE_OF, TextOut)}


def send_due_notices(at: datetime) -> int:
    """Hand over to the channels what is due. Returns how many. One that cannot be made ready stops no other."""
    return take_due(
        CustomerNotice.objects.select_related("template", "customer"),
        lambda notice: _send(notice, at),
        put_off=_put_off,
        put_aside=_put_aside,
        at=at,
    )


def _send(notice: CustomerNotice, at: datetime) -> None:
    notice.next_at = None
    if notice.template.is_optional and not wish_of(notice.customer).optional:  # stopped meanwhile
        notice.state, notice.why = NoticeState.WITHHELD, "opt-out"
    else:
        _by_next_way(notice, at)
    notice.save(update_fields=["state", "why", "tried", "out", "next_at", "sent_at"])


def _put_off(notice: CustomerNotice, why: str) -> None:
    notice.why = why[:300]
    notice.save(update_fields=["attempts", "next_at", "why"])


def _put_aside(notice: CustomerNotice, wrong: Exception) -> None:
    notice.state, notice.next_at, notice.why = NoticeState.FAILED, None, fault_words_of(wrong)[:300]
    notice.save(update_fields=["state", "attempts", "next_at", "why"])


def _by_next_way(notice: CustomerNotice, at: datetime) -> None:
    unit = Unit.objects.get(pk=notice.unit_id)
    ways = ways_for(notice.customer, notice.template.usual_ways, unit)
    for way, contact in ways:
        if way in notice.tried:
            continue
        out = _give(notice, way, contact, unit, at)
        if out is None:  # too many automatic ones went there within the hour
            notice.why = "too-many"
            continue
        notice.tried, notice.out, notice.state, notice.sent_at = [*notice.tried, way], out, NoticeState.SENT, at
        return
    notice.state, notice.why = NoticeState.FAILED, notice.why or ("no-way" if not notice.tried else "")


def _give(notice: CustomerNotice, way: Way, contact: ContactPoint, unit: Unit, at: datetime) -> int | None:
    with translation.override(notice.customer.language):
        subject, body = words_of(notice)
        sender = sender_for(way, unit)
        if way == Way.LETTER:
            reference = Case(pk=notice.case_id).number if notice.case_id else ""
            letter = write_letter(
                unit=unit, name=notice.customer.name, address=contact.value, subject=subject, body=body,
                language=notice.customer.language, reference=reference, case=notice.case_id, at=at,
            )  # fmt: skip
            return letter.pk
    if isinstance(sender, Mailbox):
        case = Case.objects.filter(pk=notice.case_id or 0).first()
        mail = give_letter(
            sender,
            to=contact.value,
            subject=subject,
            body=body,
            reply_to=reply_address(sender, case) if case else "",
            is_automatic=True,
            case=notice.case_id,
            at=at,
        )
        return mail.pk if mail else None
    if isinstance(sender, Line):
        to = without_extension(contact.normal) if way == Way.SMS else contact.value
        is_offer = notice.template.is_optional
        text = give_text(sender, to=to, text=body, is_automatic=True, is_offer=is_offer, case=notice.case_id, at=at)
        return text.pk if text else None
    return None


def words_of(notice: CustomerNotice) -> tuple[str, str]:
    """Subject and text in the language that is active; an offer says how to stop such."""
    template, english = notice.template, translation.get_language() == "en"
    subject = (template.subject_en if english else "") or template.subject_zh
    body = (template.body_en if english else "") or template.body_zh
    values = {name: _word(value, english=english) for name, value in notice.values.items()}
    text = filled(body, values)
    if template.is_optional:
        text += "\n" + _("No more of these: {address}").format(
            address=f"{settings.PUBLIC_URL}{stop_link(notice.customer)}"
        )
    return filled(subject, values), text


def _word(value: str | list[str], *, english: bool) -> str:
    """A pair is a name in both languages."""
    if isinstance(value, list):
        return (value[1] if english else "") or value[0]
    return value


def try_next_ways(at: datetime) -> int:
    """Notices whose way failed, or brought nothing in the time it was given, go by the next. Returns how many."""
    number = 0
    for way, outs in OUTS.items():
        sent = CustomerNotice.objects.filter(state=NoticeState.SENT, sent_at__gt=at - LOOK_BACK, tried__overlap=[way])
        failed = outs._default_manager.filter(
            state__in=(OutState.FAILED, OutState.BOUNCED), pk__in=sent.values("out")
        ).values_list("pk", "error")
        for out, error in failed:
            number += _again(way, out, error, at)
    return number


@transaction.atomic
def _again(way: Way, out: int, error: str, at: datetime) -> int:
    rows = CustomerNotice.objects.select_for_update(of=("self",), skip_locked=True)
    # Numbers of mails and of messages meet: only the last way is the one that `out` belongs to.
    notice = next((one for one in rows.filter(state=NoticeState.SENT, out=out) if one.way == way), None)
    if notice is None:
        return 0
    notice.state, notice.next_at, notice.why, notice.out = NoticeState.WAITING, at, error[:300], None
    notice.save(update_fields=["state", "next_at", "why", "out"])
    return 1
