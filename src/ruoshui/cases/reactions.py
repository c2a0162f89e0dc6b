from typing import cast

from django.db import transaction

from ruoshui.assets.actions import bind_defect, mend_defect
from ruoshui.assets.events import DefectFound
from ruoshui.assets.models import Asset, Defect, Severity
from ruoshui.cases.actions import bring_message, open_case, say
from ruoshui.cases.events import CaseClosed, CaseReplied, CaseTold
from ruoshui.cases.form_rules import sound_form
from ruoshui.cases.mail_threads import last_mail_about
from ruoshui.cases.merged import others_concerned
from ruoshui.cases.models import (
    Case,
    CaseType,
    Channel,
    Closure,
    Message,
    MessageKind,
    Outcome,
    Participant,
    Priority,
)
from ruoshui.cases.text_threads import last_text_about
from ruoshui.core.reactions import Happened, at_once
from ruoshui.core.refusals import Refusal
from ruoshui.customers.events import CustomersMerged


@at_once(CustomersMerged)
def move_cases_on_customers_merged(event: CustomersMerged, happened: Happened) -> None:
    Case.objects.filter(customer_id=event.other).update(customer_id=happened.about_id)
    Participant.objects.filter(customer_id=event.other).exclude(
        case__participants__customer_id=happened.about_id
    ).update(customer_id=happened.about_id)


PRIORITIES = {Severity.DANGER: Priority.URGENT, Severity.SERIOUS: Priority.HIGH}


@at_once(DefectFound)
def open_case_on_defect_found(event: DefectFound, happened: Happened) -> None:
    """Of the type that the kind of equipment names. When that cannot be, the defect stays on the register alone."""
    asset = cast(Asset, happened.about)
    type = CaseType.objects.filter(code=asset.kind.defect_type, is_active=True).first()
    if type is None:
        return
    known = {"address": asset.place, "equipment": asset.number}
    asked = sound_form(type.form).get("properties", {})
    try:
        with transaction.atomic():
            case = open_case(
                type,
                subject=f"{asset.name}：{event.text}"[:200],
                body=f"{asset}\n{asset.place}\n{event.text}",
                customer=asset.customer,
                channel=Channel.INTERNAL,
                priority=PRIORITIES.get(Severity(event.severity)),
                form={name: value for name, value in known.items() if name in asked},
                unit=asset.unit,
                is_draft=True,
                by=happened.recorded.by,
                at=happened.at,
            )
            bind_defect(Defect(pk=event.defect), case.pk)
    except Refusal:
        return


@at_once(CaseClosed)
def mend_defect_on_case_closed(event: CaseClosed, happened: Happened) -> None:
    if event.outcome != Outcome.SOLVED:
        return
    for defect in Defect.objects.filter(case_id=happened.about_id, mended_at__isnull=True):
        mend_defect(defect, by=happened.recorded.by, at=happened.at)


@at_once(CaseClosed)
def send_summary_on_case_closed(event: CaseClosed, happened: Happened) -> None:
    """On the portal they stand with the outcome; who writes by mail or short message gets them there."""
    case = cast(Case, happened.about)
    if happened.is_history or not event.in_words or not (last_text_about(case) or last_mail_about(case)):
        return
    by = happened.recorded.by
    words = Closure.objects.values_list("summary", flat=True).get(case=case)
    message = say(case, kind=MessageKind.REPLY, channel=case.channel, body=words, by=by, at=happened.at)
    bring_message(case, message, is_automatic=not by.is_staff, at=happened.at)


@at_once(CaseReplied, CaseTold)
def send_answer_on_case_replied(event: CaseReplied | CaseTold, happened: Happened) -> None:
    if happened.is_history:
        return
    message = Message.objects.get(pk=event.message)
    if message.channel == Channel.LETTER:
        return  # it is on paper already
    case = cast(Case, happened.about)
    bring_message(case, message, is_automatic=isinstance(event, CaseTold), at=happened.at)
    for other in others_concerned(case):
        bring_message(other, message, is_automatic=isinstance(event, CaseTold), at=happened.at)
