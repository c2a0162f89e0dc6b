"""Reminders of appointments, by e-mail."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.trouble import Trouble, trouble_of
from ruoshui.core.verbs import verb
from ruoshui.customers.models import ContactKind
from ruoshui.queues.events import AppointmentReminded
from ruoshui.queues.models import Appointment
from ruoshui.queues.setup import setup_of

log = logging.getLogger(__name__)
REMIND_AGAIN = timedelta(minutes=5)


def remind_all(at: datetime) -> int:
    """Remind by e-mail those whose appointment is tomorrow. What a mail server does not take is tried again until the
    appointment begins, and holds up nobody else.
    """
    return sum(remind(pk, at=at) for pk in _to_remind(at).order_by("remind_at").values_list("pk", flat=True)[:200])


def _to_remind(at: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.to_come().filter(remind_at__lte=at, reminded_at__isnull=True, starts_at__gt=at)


@verb
def remind(pk: int, *, at: datetime) -> bool:
    """Sent while the row is held: of two workers one sends it, and what was not sent is not marked as given."""
    related = ("branch__unit", "business", "customer")
    rows = _to_remind(at).select_related(*related).select_for_update(of=("self",), skip_locked=True)
    if (appointment := rows.filter(pk=pk).first()) is None:
        return False
    try:
        _send_reminder(appointment)
    except Exception as wrong:
        if trouble_of(wrong) is Trouble.DATABASE:
            raise
        log.warning("appointment %s: its reminder could not be sent: %s", appointment.pk, wrong)
        Appointment.objects.filter(pk=pk).update(remind_at=at + REMIND_AGAIN)
        return False
    Appointment.objects.filter(pk=pk).update(reminded_at=at)
    record(AppointmentReminded(branch=appointment.branch_id), about=appointment, by=SYSTEM, at=at)
    return True


def _send_reminder(appointment: Appointment) -> None:
    known = appointment.customer.contacts.filter(kind=ContactKind.EMAIL)
    addresses = known.exclude(customer__wish__refused__contains=["email"]).order_by("-is_primary", "pk")
    if (address := addresses.first()) is None:
        return
    with translation.override(appointment.language):
        local = timezone.localtime(appointment.starts_at, setup_of(appointment.branch_id).zone)
        link = settings.PUBLIC_URL + reverse("branch:appointment", args=[appointment.code])
        subject = _("Your appointment: {branch}, {time}").format(
            branch=appointment.branch.name, time=f"{local:%Y-%m-%d %H:%M}"
        )
        body = _(
            "We expect you for “{business}” at {branch}.\nYour code: {code}\n\nTo look at it or to cancel it:\n{link}\n"
        ).format(business=appointment.business.name, branch=appointment.branch.name, code=appointment.code, link=link)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address.value]).send()
