from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ruoshui.cases.events import CaseClosed, CaseOpened, CaseReplied, CaseResolved, CaseWaiting
from ruoshui.cases.mail_threads import last_mail_about
from ruoshui.cases.merged import others_concerned
from ruoshui.cases.models import Case, Channel, Message
from ruoshui.cases.text_threads import last_text_about
from ruoshui.core.events import Event
from ruoshui.core.reactions import Happened, at_once
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import Customer, Way
from ruoshui.feedback.events import SurveySent
from ruoshui.feedback.models import Invitation
from ruoshui.informing.actions.informing import inform, template_for, values_of
from ruoshui.informing.models import Moment, NoticeTemplate
from ruoshui.informing.ways import wish_of
from ruoshui.queues.events import AppointmentReminded
from ruoshui.queues.models import Appointment
from ruoshui.queues.setup import setup_of
from ruoshui.sla.events import PromiseBroken

MOMENTS: dict[type[Event], Moment] = {
    CaseOpened: Moment.OPENED,
    CaseReplied: Moment.REPLIED,
    CaseWaiting: Moment.WAITING,
    CaseResolved: Moment.RESOLVED,
    CaseClosed: Moment.CLOSED,
    PromiseBroken: Moment.LATE,
}
# Who comes this way is told at once that we have it, or stands before us.
TOLD_AT_ONCE = (Channel.EMAIL, Channel.SMS, Channel.WECHAT, Channel.WECOM, Channel.CHAT, Channel.COUNTER)


@at_once(*MOMENTS)
def tell_customer_on_their_moments(event: Event, happened: Happened) -> None:
    case, moment = happened.about, MOMENTS[type(event)]
    if happened.is_history or not isinstance(case, Case) or case.customer is None or case.merged_into_id:
        return
    concerned = others_concerned(case) if isinstance(event, CaseReplied) else []
    for one in (case, *concerned):
        template = template_for(moment, one.type.code)
        if template is not None and one.customer is not None and _is_news(one, event):
            _inform(template, one, one.customer, happened)


def _inform(template: NoticeTemplate, case: Case, customer: Customer, happened: Happened, **more: str) -> None:
    inform(
        template,
        customer,
        unit=case.unit,
        values=values_of(case) | more,
        case=case.pk,
        event=happened.recorded.pk,
        at=happened.recorded.recorded_at,
    )


def _is_news(case: Case, event: Event) -> bool:
    """Not what they have read already: their message was acknowledged, the answer itself is with them."""
    if isinstance(event, CaseOpened):
        return case.channel not in TOLD_AT_ONCE
    if isinstance(event, CaseReplied):
        on_paper = Message.objects.filter(pk=event.message, channel=Channel.LETTER).exists()
        return not on_paper and last_text_about(case) is None and last_mail_about(case) is None
    return True


def _is_mailed(customer: Customer) -> bool:
    return customer.contacts.filter(kind=ContactKind.EMAIL).exists() and Way.EMAIL not in wish_of(customer).refused


@at_once(SurveySent)
def send_question_on_survey_sent(event: SurveySent, happened: Happened) -> None:
    """The survey itself goes by e-mail; who has none, or wants none, gets its address another way."""
    case = happened.about
    if happened.is_history or not isinstance(case, Case) or case.customer is None:
        return
    template = template_for(Moment.SURVEY, case.type.code)
    if template is not None and not _is_mailed(case.customer):
        token = Invitation.objects.values_list("token", flat=True).get(pk=event.invitation)
        link = f"{settings.PUBLIC_URL}{reverse('portal:survey', args=[token])}"
        _inform(template, case, case.customer, happened, survey=link)


@at_once(AppointmentReminded)
def send_reminder_on_appointment_reminded(event: AppointmentReminded, happened: Happened) -> None:
    appointment, template = happened.about, template_for(Moment.APPOINTMENT, "")
    if template is None or happened.is_history or not isinstance(appointment, Appointment):
        return
    customer, unit, business = appointment.customer, appointment.branch.unit, appointment.business
    if _is_mailed(customer):
        return
    local = timezone.localtime(appointment.starts_at, setup_of(appointment.branch_id).zone)
    values = {
        "customer": customer.name,
        "unit": [unit.name_zh, unit.name_en],
        "branch": [unit.name_zh, unit.name_en],
        "business": [business.name_zh, business.name_en],
        "time": f"{local:%Y-%m-%d %H:%M}",
        "code": appointment.code,
        "link": f"{settings.PUBLIC_URL}{reverse('branch:appointment', args=[appointment.code])}",
    }
    at = happened.recorded.recorded_at
    inform(template, customer, unit=unit, values=values, event=happened.recorded.pk, at=at)
