"""What machines send, in the words of many providers and languages; whatever a person may have written is never only ignored."""

import pytest

from ruoshui.cases.actions import reply_case, resolve_case
from ruoshui.cases.models import Case
from ruoshui.channels.mail.automatic import machine_of
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.models import LetterOut
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import add_contact
from tests.channels.conftest import mail
from tests.channels.test_mail import answer, case_of, sent
from tests.conftest import NOW

OURS = {"service@bank.example"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def answered(take, customer, demo):
    """(the case, our answer as it went out)"""
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=demo.staff["chen"].actor, at=NOW)
    return case, sent()[0]


def kind_of(raw):
    found = machine_of(read_letter(raw), ours=OURS)
    return (str(found.kind) or "person", found.is_sure)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Microsoft Outlook <MicrosoftExchange1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f@kunde.example>", "Undeliverable: fee", "Delivery has failed to these recipients or groups:"),
        ("postmaster@kunde.example", "未送达: 电费", "传递给以下收件人或组失败:"),
        ("postmaster@kunde.example", "無法傳遞: 電費", "傳遞給下列收件者或群組時失敗:"),
        ("postmaster@kunde.example", "Unzustellbar: Strom", "Fehler bei der Nachrichtenzustellung an folgende Empfänger:"),
        ("postmaster@kunde.example", "Non remis : facture", "Échec de la remise pour ces destinataires ou groupes :"),
        ("postmaster@kunde.example", "No se puede entregar: factura", "Error de entrega a los siguientes destinatarios o grupos:"),
        ("postmaster@kunde.example", "Recapito non riuscito: bolletta", "Recapito non riuscito per i seguenti destinatari:"),
        ("postmaster@kunde.example", "Não é possível entregar: conta", "Falha na entrega para estes destinatários:"),
        ("postmaster@kunde.example", "Onbestelbaar: rekening", "Bezorging aan deze geadresseerden is mislukt:"),
        ("mailer-daemon@kunde.example", "Недоставленное сообщение", "Это письмо отправлено почтовым сервером"),
        ("postmaster@kunde.example", "配信不能: 請求書", "次の受信者またはグループへの配信に失敗しました:"),
        ("postmaster@kunde.example", "배달되지 않음: 청구서", "다음 받는 사람 또는 그룹에 배달하지 못했습니다."),
        ("System Administrator <postmaster@kunde.example>", "fee", "Your message\n\ndid not reach the following recipient(s):"),
        ("post_master@phone.example", "Re:fee", "Error: Invalid user address\n\n550 - no such user here"),
        ("MAILER-DAEMON <>", "Mail delivery failed", "There was an error delivering your mail to <wu@kunde.example>."),
        ("MAILER-DAEMON", "Returned mail: see transcript for details", "user unknown"),
    ],
)  # fmt: skip
def test_a_mail_server_says_in_any_language_that_a_mail_came_back(sender, subject, text):
    raw = mail(text, sender="x@y.example", subject=subject).replace(b"x@y.example", sender.encode())
    assert kind_of(raw) == ("bounce", True)


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("退信小铺 <shop@kunde.example>", "上次寄的合同退信了，原因是收件人不存在，请更正地址"),
        ("Postmaster Lane Bakery <bread@kunde.example>", "Your parcel could not be delivered to us, please send it again"),
        ("邮件系统维护组 <ops@kunde.example>", "发给贵行的邮件被退回，请查一下"),
    ],
)  # fmt: skip
def test_who_is_only_called_like_a_mail_server_waits_to_be_checked(take, answered, sender, text):
    _case, out = answered
    letter = take(mail(text, sender=sender, subject="请查收", to="service@bank.example"))
    ours = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, letter.reasons, ours.state, Case.objects.count()) == ("held", ["bounce"], "sent", 1)
    letter = take(answer(out, text, sender='"系统退信" <xu@example.com>'))
    assert (letter.state, letter.case_id) == ("done", _case.pk)


LOST = "Name: Wei. My parcel could not be delivered, and my card is gone. Write to xu@example.com."
KARL = "Karl Huber <postmaster@huber.example>"


@pytest.mark.parametrize(
    "headers",
    [
        {"text": LOST, "sender": "form@site.example", "Return_Path": "<>", "Auto_Submitted": "auto-generated"},
        {"text": LOST, "sender": "form@site.example", "Return_Path": "<>", "Reply_To": "wei@kunde.example"},
        {"text": LOST, "sender": "noreply@site.example", "Return_Path": "<>", "Reply_To": "wei@kunde.example"},
        {"text": LOST, "sender": "mailer-daemon@site.example", "Reply_To": "wei@kunde.example"},
        {"text": LOST, "sender": "postmaster@site.example", "Reply_To": "wei@kunde.example", "subject": "Undeliverable: card"},
        {"text": LOST, "sender": "postmaster@site.example", "Auto_Submitted": "auto-generated", "subject": "Undeliverable: card"},
        {"text": "网站留言 xu@example.com：银行卡无法送达，请重新寄", "sender": "form@site.example", "Return_Path": "<>"},
        {"text": "Your mail to my wife xu@example.com could not be delivered because the mailbox is full", "sender": KARL},
        {"text": "The parcel for xu@example.com is at the counter", "Return_Path": "<>", "subject": "Delivery notification"},
    ],
)  # fmt: skip
def test_words_about_what_was_not_delivered_are_checked_by_somebody_and_call_no_mail_lost(take, answered, headers):
    letter = take(mail(**({"subject": "card", "to": "service@bank.example"} | headers)))
    ours = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, ours.state, Case.objects.count()) == ("held", "sent", 1)


def test_a_form_without_an_envelope_of_its_own_opens_the_case_of_who_filled_it_in(take):
    letter = take(mail(LOST, sender="noreply@site.example", Reply_To="wei@kunde.example"))
    assert (letter.state, letter.sender) == ("done", "wei@kunde.example")


def test_what_an_answer_only_quotes_does_not_bring_a_mail_back():
    quoted = (
        "Yes please.\n\nOn Mon, 2 Mar 2026 at 10:00, Service <s@bank.example> wrote:\n> it could not be delivered\n"
    )
    assert kind_of(mail(quoted, sender=KARL, subject="Re: card")) == ("reply", False)


@pytest.mark.parametrize(
    "brought",
    [
        "Message-ID: <a@bank.example>", "Content-Type: message/rfc822\n\nSubject: fee\n\nx",
        "Content-Type: text/rfc822-headers\n\nSubject: fee\n",
    ],
)  # fmt: skip
def test_what_brings_a_mail_back_is_surely_a_mail_server(brought):
    part = brought if brought.startswith("Content") else f"Content-Type: text/plain\n\n{brought}"
    raw = (
        "Return-Path: <>\nFrom: robot@mx.example\nSubject: fee\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain\n\nyour mail could not be delivered\n--b\n{part}\n--b--\n"
    )
    assert kind_of(raw.encode()) == ("bounce", True)


def test_a_mail_server_names_many_and_only_whom_a_mail_did_not_reach_counts(take, answered):
    text = "This is the mail system at host mx.example. Ask xu@example.com for help."
    take(mail(text, sender="MAILER-DAEMON@mx.example", X_Failed_Recipients="wei@kunde.example", subject="failure"))
    assert LetterOut.objects.get(message_pk__isnull=False).state == "sent"


REPORT = (
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nmy mail came back, see the report\n'
    "--b\nContent-Type: {}\n\nFinal-Recipient: rfc822; service@bank.example\nAction: failed\nFeedback-Type: abuse\n--b--\n"
)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("message/delivery-status", "bounce"), ("message/disposition-notification", "receipt"),
        ("message/feedback-report", "abuse"),
    ],
)  # fmt: skip
def test_a_report_that_somebody_attaches_to_their_own_words_is_checked_by_somebody(take, kind, reason):
    head = "From: Wei <wei@kunde.example>\nTo: service@bank.example\nSubject: please help\n"
    letter = take((head + REPORT.format(kind)).encode())
    assert (letter.state, letter.reasons) == ("held", [reason])


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Auto_Submitted": "auto-generated", "Return_Path": "<>"},
        {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All", "Reply_To": "b@kunde.example"},
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-notified"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
    ],
)
def test_an_automatic_answer_to_nothing_waits_to_be_checked(take, headers):
    letter = take(mail("Name: Wei. Please call me.", sender="form@kunde.example", **headers))
    assert (letter.state, letter.reasons, Case.objects.count(), sent()) == ("held", ["reply"], 0, [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
        {"Auto_Submitted": "auto-replied (vacation)", "Precedence": "bulk"},
        {"Auto_Submitted": "auto-replied", "subject": "Automatic reply: fee"},
        {"X_Autoreply": "yes", "Precedence": "auto_reply"},
    ],
)
def test_what_two_signs_say_is_an_automatic_answer_bothers_nobody(take, headers):
    assert take(mail("I am away", **headers)).state == "ignored"


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "no"}, {"X_Autoreply": "no"}, {"X_Auto_Response_Suppress": "All"}]
)
def test_a_field_that_says_no_says_no(take, headers):
    assert take(mail("my card is gone", **headers)).state == "done"


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : facture", "Respuesta automática: factura", "Risposta automatica: bolletta",
        "Resposta automática: conta", "Automatisch antwoord: rekening", "自動応答: 請求書", "자동 회신: 청구서",
        "Автоматический ответ: счёт", "Autosvar: faktura", "Automatyczna odpowiedź: rachunek", "自動回覆: 帳單",
        "Abwesenheitsnotiz: Strom", "Automatická odpověď: účet", "Otomatik yanıt: fatura", "Réponse auto : facture",
    ],
)  # fmt: skip
def test_an_automatic_answer_is_noted_where_it_answers_in_any_language(take, answered, subject):
    case, out = answered
    letter = take(answer(out, "away", subject=subject))
    assert (letter.state, letter.reasons, letter.case_id) == ("ignored", ["reply"], case.pk)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"}, {"Auto_Submitted": "auto-notified"}, {"Return_Path": "<>"}, {"X_Autogenerated": "yes"},
        {"sender": "许文 <postmaster@xu.example>"},
    ],
)  # fmt: skip
def test_an_answer_that_is_perhaps_from_a_machine_wakes_its_case_like_any_other(take, answered, customer, headers):
    case, out = answered
    add_contact(customer, kind="email", value="postmaster@xu.example", by=SYSTEM, at=NOW)
    resolve_case(case, by=customer.actor, at=NOW)
    letter = take(answer(out, "还是不对", **headers))
    case.refresh_from_db()
    assert (letter.state, letter.case_id, case.state) == ("done", case.pk, "open")
    assert case.messages.order_by("pk").last().body == "还是不对"


def test_one_from_somebody_else_waits_to_be_checked(take, answered):
    _case, out = answered
    letter = take(answer(out, "he is on holiday; I can help", sender="wu@kunde.example", Return_Path="<>"))
    assert (letter.state, letter.reasons, letter.case_id) == ("held", ["reply"], None)


def test_one_that_says_that_it_answers_is_noted_and_wakes_nothing(take, answered, customer):
    case, out = answered
    resolve_case(case, by=customer.actor, at=NOW)
    letter = take(answer(out, "away", Auto_Submitted="auto-replied"))
    case.refresh_from_db()
    assert (letter.state, letter.case_id, case.state) == ("ignored", case.pk, "resolved")


def test_what_somebody_says_beside_a_report_is_not_lost_for_the_number_of_a_case_in_it(take, answered):
    case, _out = answered
    head = f"From: Wei <wei@kunde.example>\nTo: service@bank.example\nSubject: about {case.number}\n"
    for kind in ("message/feedback-report", "message/delivery-status"):
        letter = take((head + f"X-Kind: {kind}\n" + REPORT.format(kind)).encode())
        assert (letter.state, letter.case_id) == ("held", None)
    assert not case.messages.filter(kind="note").exists()


def test_reports_of_other_kinds_wait_to_be_checked():
    report = "From: tls@isp.example\nTo: service@bank.example\nSubject: report\nContent-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\n\nwords\n--b--\n"
    assert kind_of(report.encode()) == ("bulk", False)


def test_a_complaint_without_a_report_is_one_by_what_it_brings_back(take, answered):
    case, out = answered
    raw = (
        "From: staff@provider.example\nTo: service@bank.example\nSubject: complaint about message from 192.0.2.7\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\n'
        f"Message-ID: {out['Message-ID']}\nSubject: fee\n\nwords\n--b--\n"
    )
    letter = take(raw.encode())
    assert (letter.state, letter.reasons, letter.case_id) == ("ignored", ["abuse"], case.pk)
