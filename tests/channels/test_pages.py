"""The desk of mails: who sees it, what can be done, and that nothing of a mail runs."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import reply_case
from ruoshui.cases.models import Case
from ruoshui.channels.actions import send_due_letters
from ruoshui.channels.models import LetterIn, LetterOut, Mailbox
from tests.channels.conftest import mail
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def held(take):
    return take(
        mail("<script>alert(1)</script> 请看附件", files=[("发票.exe", "application/x", b"MZ")], subject="发票")
    )


def test_a_supervisor_looks_and_takes_it_in(signed_in, held):
    client = signed_in("lead")
    assert "发票" in client.get("/work/mail").content.decode()
    page = client.get(f"/work/mail/{held.pk}").content.decode()
    assert ("A program is attached: 发票.exe" in page, "<script>alert" in page) == (True, False)
    client.post(f"/work/mail/{held.pk}/release")
    held.refresh_from_db()
    assert (held.state, Case.objects.get().pk) == ("done", held.case_id)
    assert (
        "dealt with this mail already" in client.post(f"/work/mail/{held.pk}/rejection", follow=True).content.decode()
    )


def test_the_original_is_a_download_byte_for_byte(signed_in, held):
    answer = signed_in("chen").get(f"/work/mail/{held.pk}/original")
    with held.file.open("rb") as file:
        assert b"".join(answer.streaming_content) == file.read()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_stranger_finds_no_mail_and_a_clerk_decides_nothing(signed_in, held, demo):
    south = signed_in("south")
    assert [south.get(f"/work/mail/{held.pk}{more}").status_code for more in ("", "/original")] == [404, 404]
    assert south.post(f"/work/mail/{held.pk}/release").status_code == 404
    assert south.get("/work/mail").context["rows"] == []
    assert signed_in("chen").post(f"/work/mail/{held.pk}/release").status_code == 403
    held.refresh_from_db()
    assert held.state == "quarantined"


def test_what_was_not_sent_is_shown_on_the_case_and_tried_again_from_the_desk(
    signed_in, take, customer, demo, monkeypatch
):
    case = Case.objects.get(pk=take(mail()).case_id)
    reply_case(case, body="已核对。", by=demo.staff["chen"].actor, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_a, **_n: 1 / 0)
        send_due_letters(NOW)
    client = signed_in("chen")
    page = client.get(f"/work/cases/{case.pk}").content.decode()
    assert ("xu@example.com · on its way" in page, "ZeroDivisionError" in page) == (True, True)
    letter = LetterOut.objects.get(message_pk__isnull=False)
    assert letter.subject in client.get("/work/mail?tab=out").content.decode()
    assert signed_in("south").post(f"/work/mail/out/{letter.pk}/again").status_code == 404
    signed_in("chen").post(f"/work/mail/out/{letter.pk}/again")
    assert send_due_letters(NOW + timedelta(seconds=1)) > 0
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("sent", 1)
    assert "xu@example.com · sent" in client.get(f"/work/cases/{case.pk}").content.decode()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("tab", ["held", "quarantine", "failed", "out", "machines", "taken"])
def test_the_desk_costs_the_same_for_one_and_three(
    signed_in, take, customer, tab, number, django_assert_max_num_queries
):
    for n in range(number):
        take(mail(f"{n}"))
        take(mail(f"{n}", Precedence="list"))
        take(mail(f"{n}", Auto_Submitted="auto-replied"))
        take(mail(f"{n}", Auto_Submitted="auto-replied", X_Autoreply="yes"))
        take(mail(f"{n}", files=[("a.exe", "application/x", b"MZ")]))
    client = signed_in("chen")
    with django_assert_max_num_queries(15):
        rows = client.get(f"/work/mail?tab={tab}").context["rows"]
    assert len(rows) == {"failed": 0, "held": 2 * number}.get(tab, number)


def test_the_conversation_costs_the_same_for_one_and_three_mails(signed_in, take, customer, demo):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = Case.objects.get(pk=take(mail()).case_id)
    client, counts = signed_in("chen"), []
    client.get(f"/work/cases/{case.pk}?part=talk")  # what a process reads once
    for more in (1, 2):
        for n in range(more):
            reply_case(case, body=f"答复 {n}", by=demo.staff["chen"].actor, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/work/cases/{case.pk}?part=talk")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_mailboxes_are_set_up_in_the_settings_without_a_password_in_the_database(signed_in, demo):
    client = signed_in("admin")
    form = {
        "code": "bills", "name_zh": "账单邮箱", "name_en": "Bills", "address": "bills@bank.example", "type": "billing",
        "unit": demo.units["city"].pk, "imap_host": "imap.bank.example", "imap_port": "993", "imap_tls": "on",
        "imap_user": "bills", "imap_folder": "INBOX", "plus_addresses": "on", "is_active": "on",
    }  # fmt: skip
    client.post("/settings/mailboxes/new", form)
    box = Mailbox.objects.get(code="bills")
    assert (box.type, box.password_name) == ("billing", "RUOSHUI_MAIL_BILLS_PASSWORD")
    assert "set RUOSHUI_MAIL_BILLS_PASSWORD" in client.get("/settings/mailboxes").content.decode()
    wrong = client.post("/settings/mailboxes/new", form | {"code": "x", "address": "y@z.cn", "type": "no-such"})
    assert (wrong.status_code, Mailbox.objects.count()) == (422, 1)
    client.post("/settings/blocked/new", {"host": "Evil.Example"})
    assert "evil.example" in client.get("/settings/blocked").content.decode()


def test_a_pipe_of_the_mail_server_hands_mails_over(mailbox, monkeypatch):
    import io
    from types import SimpleNamespace

    from ruoshui.operations.mailing import take_from_pipe

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(mail())))
    assert take_from_pipe("Service+rs1-0123456789abcdef@bank.example") == 0
    assert (take_from_pipe("nobody@bank.example"), LetterIn.objects.count()) == (67, 1)
