"""What is told by mail as well: one mail, in the reader's language, and again when the mail server was away."""

import pytest
from django.core import mail

from ruoshui.cases.actions import categorize_case
from ruoshui.notices.actions import show_due_notices
from ruoshui.notices.models import Notice
from ruoshui.notices.tasks import mail_notice
from ruoshui.organization.models import Staff
from tests.conftest import NOW


@pytest.fixture
def reader(demo):
    Staff.objects.filter(pk=demo.staff["chen"].pk).update(email="chen@bank.example", language="en")
    return Staff.objects.get(username="chen")


def test_it_is_mailed_once_however_often_the_job_runs(tell, reader):
    notice = tell(by_mail=True)
    show_due_notices(NOW)
    mail_notice(notice.pk)
    mail_notice(notice.pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["chen@bank.example"], "tests.something")
    assert "/work/notices" in sent.body


def test_without_an_address_nothing_is_mailed_and_nothing_fails(tell, demo):
    Staff.objects.filter(username="chen").update(email="")
    notice = tell(by_mail=True)
    show_due_notices(NOW)
    mail_notice(notice.pk)
    assert (mail.outbox, Notice.objects.get(pk=notice.pk).mailed_at) == ([], None)


def test_a_mail_server_that_is_down_is_tried_again(tell, reader, settings):
    notice = tell(by_mail=True)
    show_due_notices(NOW)
    settings.EMAIL_BACKEND = "tests.feedback.broken_mail.BrokenMail"
    with pytest.raises(OSError, match="down"):
        mail_notice(notice.pk)
    assert Notice.objects.get(pk=notice.pk).mailed_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail_notice(notice.pk)
    assert len(mail.outbox) == 1


def test_what_is_kept_from_its_reader_by_now_is_not_mailed(tell, reader, opened, demo):
    case = opened()
    notice = tell(about=case, by_mail=True)
    show_due_notices(NOW)
    categorize_case(case, {"confidential": True}, by=demo.staff["admin"].actor, at=NOW)
    mail_notice(notice.pk)
    assert mail.outbox == []


def test_only_what_is_meant_to_be_mailed_is_given_to_the_job(tell, reader):
    from procrastinate.contrib.django.models import ProcrastinateJob

    tell(by_mail=False)
    wanted = tell(by_mail=True)
    show_due_notices(NOW)
    jobs = ProcrastinateJob.objects.filter(task_name="notices.mail")
    assert [job.args for job in jobs] == [{"notice": wanted.pk}]
