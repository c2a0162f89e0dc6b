import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case, Channel, Outcome
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.customers.models import ContactKind, ContactPoint
from ruoshui.feedback.actions.resting import end_invitations, is_left_alone
from ruoshui.feedback.events import SurveyNotDelivered, SurveySent
from ruoshui.feedback.models import Invitation, InvitationDelivery, Survey
from ruoshui.sla.queries import survey_percent_of

log = logging.getLogger(__name__)


@verb
def invite(case: Case, *, closing: int, outcome: str, at: datetime) -> Invitation | None:
    """Ask the customer of a closed case. Once per closing, however often this is called; one question to a customer at
    a time, and not again within the survey's rest, except after a complaint.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("unit", "customer").get(pk=case.pk)
    survey = (
        Survey.objects.filter(Q(type_id=case.type_id) | Q(type__isnull=True), is_active=True)
        .order_by(F("type").asc(nulls_last=True))
        .first()
    )
    # Whoever was at a counter can be asked there, whoever they are.
    nobody = case.customer is None and case.channel != Channel.COUNTER
    if survey is None or nobody or outcome in (Outcome.MERGED, Outcome.DUPLICATE):
        return None
    if not is_sampled(closing, survey_percent_of(case)):
        return None
    known = Invitation.objects.filter(closing=closing).first()
    if known is not None or is_left_alone(case, survey, at):
        return known
    end_invitations(case, of_customer=case.customer_id is not None, by=SYSTEM, at=at)
    invitation, is_new = Invitation.objects.get_or_create(
        closing=closing,
        defaults={
            "survey": survey,
            "case": case,
            "agent": case.assignee,
            "unit": case.unit,
            "sent_at": at,
            "expires_at": at + timedelta(days=survey.valid_days),
        },
    )
    if is_new:
        record(SurveySent(invitation=invitation.pk), about=case, by=SYSTEM, at=at)
    return invitation


def is_sampled(closing: int, percent: int) -> bool:
    """The same closing is always drawn alike, so that asking twice asks once; spread by Knuth's multiplier."""
    return closing * 2654435761 % 2**32 < percent * 2**32 // 100


def deliver(invitation: Invitation, *, at: datetime) -> None:
    """Send the link by e-mail. Raises what the mail server raises, for the job to try again later.

    Claimed by compare-and-set first: a job that runs twice sends one mail. Should the process
    die between claim and sending, the link still stands on the portal's page of the case.
    """
    customer = invitation.case.customer
    addresses = customer.contacts.filter(kind=ContactKind.EMAIL) if customer else ContactPoint.objects.none()
    # Who refuses e-mail hears of it another way, if one is set up (`informing`).
    address = addresses.exclude(customer__wish__refused__contains=["email"]).order_by("-is_primary", "pk").first()
    waiting = Invitation.objects.filter(
        pk=invitation.pk, delivery__in=[InvitationDelivery.PENDING, InvitationDelivery.FAILED]
    )
    if not address:
        waiting.update(delivery=InvitationDelivery.NO_ADDRESS)
        return
    if waiting.update(delivery=InvitationDelivery.SENT) == 0:
        return
    try:
        _send(invitation, address.value)
    except Exception:
        with transaction.atomic():
            # Told once, however often it is tried again.
            known = invitation.delivery == InvitationDelivery.FAILED
            Invitation.objects.filter(pk=invitation.pk).update(delivery=InvitationDelivery.FAILED)
            if not known:
                record(SurveyNotDelivered(invitation=invitation.pk), about=invitation.case, by=SYSTEM, at=at)
        raise


def _send(invitation: Invitation, address: str) -> None:
    customer = invitation.case.customer
    language = customer.language if customer else settings.LANGUAGE_CODE
    with translation.override(language):
        link = settings.PUBLIC_URL + reverse("portal:survey", args=[invitation.token])
        body = _(
            "Your request {number} “{subject}” has been closed.\n\nAre you satisfied? It takes half a minute:\n{link}\n"
        ).format(number=invitation.case.number, subject=invitation.case.subject, link=link)
        subject = _("{number}: are you satisfied?").format(number=invitation.case.number)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send()
