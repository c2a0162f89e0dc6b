"""The job that sends a notice by e-mail as well."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of


@app.task(queue="reactions", retry=RetryStrategy(max_attempts=8, exponential_wait=4), name="notices.mail")
def mail_notice(notice: int) -> None:
    """Not what is kept from the reader by now. Claimed by compare-and-set: a job that runs twice sends one mail."""
    found = Notice.objects.select_related("staff").get(pk=notice)
    if not found.staff.email or not Notice.objects.shown_to(found.staff).filter(pk=notice).exists():
        return
    if Notice.objects.filter(pk=notice, mailed_at__isnull=True).update(mailed_at=timezone.now()) == 0:
        return
    with translation.override(found.staff.language):
        text = sentence_of(found)
    try:
        EmailMessage(
            text[:150],
            f"{text}\n\n{settings.PUBLIC_URL}{reverse('workspace:notices')}\n",
            settings.DEFAULT_FROM_EMAIL,
            [found.staff.email],
        ).send()
    except Exception:
        Notice.objects.filter(pk=notice).update(mailed_at=None)  # for the job to try again
        raise
