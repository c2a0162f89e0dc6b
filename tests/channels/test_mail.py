"""Mail in and out of cases: one conversation, nobody mixed up, no two machines talking, nothing lost."""

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail as outbox
from django.utils import timezone

from ruoshui.cases.actions import (
    merge_cases,
    reject_letter,
    release_letter,
    reply_case,
    resolve_case,
    take_new_letters,
    tell_customer,
)
from ruoshui.cases.models import Case, CaseLink, Message
from ruoshui.cases.refusals import LetterSettled
from ruoshui.channels.actions import receive_letter, send_due_letters
from ruoshui.channels.models import BlockedHost, LetterIn, LetterOut
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.models import Customer
from tests.channels.conftest import mail
from tests.conftest import NOW, refused


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


def case_of(letter):
    return Case.objects.select_related("customer", "type", "unit").get(pk=letter.case_id)


def sent():
    """What goes out now, parsed."""
    send_due_letters(NOW + timedelta(seconds=5))
    found = [message_from_bytes(one.message().as_bytes(), policy=policy.default) for one in outbox.outbox]
    outbox.outbox.clear()
    return found


def answer(out, text="谢谢，明白了。", sender="许文 <xu@example.com>", **headers):
    """An answer as mail programs make it."""
    said = {"In_Reply_To": out["Message-ID"], "References": out["Message-ID"], "subject": f"Re: {out['Subject']}"}
    address = str(out["Reply-To"] or out["From"])
    return mail(text, sender=sender, **({"to": address} | said | headers))


def test_a_mail_opens_a_case_of_the_customer_and_is_acknowledged_with_its_number(take, customer, demo):
    letter = take(mail(subject="三月电费", files=[("账单.pdf", "application/pdf", b"%PDF-1.4 x")]))
    case = case_of(letter)
    assert (case.subject, case.channel, case.type.code, case.unit, case.customer) == (
        "三月电费", "email", "enquiry", demo.units["city"], customer,
    )  # fmt: skip
    said = case.messages.get()
    assert (said.body, [one.name for one in said.attachments.all()]) == ("电费比平时高一倍，请核对。", ["账单.pdf"])
    (told,) = sent()
    assert (told["To"], told["From"], told["Auto-Submitted"]) == (
        "xu@example.com",
        "service@bank.example",
        "auto-replied",
    )
    assert (case.number in told["Subject"], case.access_code in told.get_content()) == (True, True)


def test_a_stranger_becomes_a_customer_in_his_language(take, demo):
    letter = take(mail("My bill is too high.", sender='"Wright, Emma" <emma@example.net>', subject="Bill"))
    made = case_of(letter).customer
    assert (made.name, made.language, made.unit) == ("Wright, Emma", "en", demo.units["city"])
    assert case_of(take(mail("又来", sender="emma@example.net"))).customer == made
    assert Customer.objects.filter(name="Wright, Emma").count() == 1


def test_an_answer_by_mail_lands_in_the_same_case_with_what_it_quotes_folded(take, customer, chen):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对，读数无误。", by=chen, at=NOW)
    (out,) = sent()
    assert (out["References"] is not None, out["Auto-Submitted"], case.number in out["Subject"]) == (True, None, True)
    letter = take(answer(out, "还是不对。\n\n在 2026年3月4日，客服 <s@b.cn> 写道：\n> 已核对"))
    assert (letter.case_id, letter.state) == (case.pk, "done")
    assert list(case.messages.order_by("pk").values_list("kind", "body")) == [
        ("customer", "电费比平时高一倍，请核对。"), ("reply", "已核对，读数无误。"),
        ("customer", "还是不对。\n\n在 2026年3月4日，客服 <s@b.cn> 写道：\n> 已核对"),
    ]  # fmt: skip
    said = case.messages.order_by("pk").last()
    assert ([(one.words, one.folded) for one in said.pieces], said.new_words) == (
        [("还是不对。", 0), ("在 2026年3月4日，客服 <s@b.cn> 写道：\n> 已核对", 2)], "还是不对。",
    )  # fmt: skip


@pytest.mark.parametrize("lost", [{"References": "", "In_Reply_To": ""}, {"to": "service@bank.example"}])
def test_either_the_signed_address_or_the_references_are_enough(take, customer, chen, lost):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    (out,) = sent()
    assert take(answer(out, **lost)).case_id == case.pk


def test_a_forged_signature_finds_nothing(take, customer, chen):
    case = case_of(take(mail()))
    forged = take(mail("x", to=f"service+rs{case.pk}-0123456789abcdef@bank.example"))
    assert forged.case_id != case.pk


def test_two_customers_who_answer_one_circular_never_mix(take, customer, chen):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="全体用户请注意。", by=chen, at=NOW)
    (out,) = sent()
    other = case_of(take(answer(out, "我也要核对", sender="别人 <other@example.com>")))
    assert (other.pk != case.pk, other.customer.name) == (True, "别人")
    assert not case.messages.filter(body="我也要核对").exists()
    assert CaseLink.objects.get(case=other).to == case


def test_an_answer_to_a_merged_case_lands_in_the_survivor_and_is_answered_from_there(take, customer, chen, demo):
    first, second = case_of(take(mail())), case_of(take(mail("又来催一下")))
    sent()
    reply_case(second, body="已收到。", by=chen, at=NOW)
    (out,) = sent()
    merge_cases(first, second, by=demo.staff["lead"].actor, at=NOW)
    letter = take(answer(out, "请尽快"))
    assert letter.case_id == first.pk
    reply_case(first, body="马上。", by=chen, at=NOW)
    (last,) = sent()
    assert (last["To"], f"rs{first.pk}-" in str(last["Reply-To"])) == ("xu@example.com", True)


def test_an_answer_reopens_what_was_resolved(take, customer, chen):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    (out,) = sent()
    resolve_case(case, by=chen, at=NOW)
    take(answer(out))
    case.refresh_from_db()
    assert case.state == "open"


def test_the_same_mail_fetched_twice_is_one(take, mailbox, customer):
    raw = mail()
    assert take(raw).pk == take(raw).pk
    again = raw.replace(b"Subject:", b"Received: by another way\nSubject:")
    assert (take(again).state, take(again).reasons) == ("ignored", ["duplicate"])
    assert Case.objects.count() == 1


def test_two_machines_exchange_three_mails_at_most(take, chen):
    """Another ticket system that acknowledges everything, without saying so."""
    letters = 0
    raw = mail("Ticket opened", sender="desk@other.example", subject="Ticket 1")
    for turn in range(10):
        take(raw)
        answers = sent()
        letters += len(answers)
        if not answers:
            break
        raw = mail("We have received your mail", sender="desk@other.example", subject=f"Ticket {turn + 2}")
    assert letters == 3


def test_a_polite_machine_gets_no_answer_at_all(take):
    ours = "service@bank.example"
    known = (
        ({"Auto_Submitted": "auto-replied", "Return_Path": "<>"}, "ignored"),
        ({"Auto_Submitted": "auto-replied"}, "held"),
        ({"X_Ruoshui": "service", "sender": ours}, "ignored"),
    )
    for headers, state in known:
        assert (take(mail(**headers)).state, sent()) == (state, [])
    assert Case.objects.count() == 0


def test_an_automatic_answer_is_noted_and_wakes_nothing(take, customer, chen):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    (out,) = sent()
    resolve_case(case, by=chen, at=NOW)
    letter = take(answer(out, "我在休假", Auto_Submitted="auto-replied"))
    case.refresh_from_db()
    assert (letter.state, case.state, case.messages.filter(kind="note", body__contains="我在休假").count()) == (
        "ignored", "resolved", 1,
    )  # fmt: skip


def test_a_bounce_marks_the_mail_and_is_noted_on_the_case(take, customer, chen):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    (out,) = sent()
    report = (
        "From: MAILER-DAEMON@mx.example\nTo: service@bank.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "550 no such user\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: {out['Message-ID']}\nSubject: x\n\nbody\n--b--\n"
    )
    letter = take(report.encode())
    ours = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, letter.case_id, ours.state, "550" in ours.error) == ("ignored", case.pk, "bounced", True)
    assert case.messages.filter(kind="note", body__contains="xu@example.com").count() == 1
    assert sent() == []


def test_a_program_waits_in_quarantine_until_somebody_looks(take, customer, demo):
    letter = take(mail(files=[("发票.pdf.exe", "application/octet-stream", b"MZ\x90")]))
    assert (letter.state, letter.reasons, Case.objects.count(), sent()) == (
        "quarantined",
        ["program:发票.pdf.exe"],
        0,
        [],
    )
    lead = demo.staff["lead"]
    released = release_letter(letter, by=lead, at=NOW)
    case = case_of(released)
    assert (case.messages.filter(kind="customer").get().attachments.count(), released.state) == (0, "done")
    assert "发票.pdf.exe" in case.messages.get(kind="note").body
    with refused(LetterSettled):
        reject_letter(letter, by=lead, at=NOW)


def test_a_blocked_link_is_quarantined_and_may_be_rejected(take, demo):
    configure(BlockedHost(), {"host": "Evil.Example "}, by=SYSTEM, at=NOW)
    letter = take(mail("see http://www.evil.example/login"))
    assert letter.reasons == ["link:www.evil.example"]
    assert reject_letter(letter, by=demo.staff["lead"], at=NOW).state == "rejected"


def test_a_mail_server_that_is_down_blocks_nothing_and_is_tried_again(take, customer, chen, monkeypatch):
    case = case_of(take(mail()))
    sent()

    def down(*_arguments, **_named):
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
        reply_case(case, body="已核对。", by=chen, at=NOW)
        resolve_case(case, by=chen, at=NOW)
        assert send_due_letters(NOW) == 0
    letter = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, letter.attempts, letter.next_at, "gone" in letter.error) == (
        "waiting", 1, NOW + timedelta(minutes=1), True,
    )  # fmt: skip
    assert (send_due_letters(NOW + timedelta(seconds=59)), send_due_letters(NOW + timedelta(minutes=1))) == (0, 1)
    letter.refresh_from_db()
    assert (letter.state, letter.error, len(outbox.outbox)) == ("sent", "", 1)


def test_after_a_day_of_trying_it_is_given_up_visibly(take, customer, chen, monkeypatch):
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_a, **_n: 1 / 0)
    moment = NOW
    for _attempt in range(10):
        send_due_letters(moment)
        moment += timedelta(days=1)
    letter = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, letter.attempts, letter.next_at) == ("failed", 8, None)


def test_what_cannot_be_taken_in_is_put_aside_and_the_next_goes_on(take, mailbox, customer, demo):
    configure(mailbox, {"type": "no-such-type"}, by=SYSTEM, at=NOW)
    broken = take(mail())
    assert (broken.state, "DoesNotExist" in broken.reasons[0]) == ("failed", True)
    configure(mailbox, {"type": "enquiry"}, by=SYSTEM, at=NOW)
    assert take(mail("下一封")).state == "done"
    assert release_letter(broken, by=demo.staff["lead"], at=NOW).state == "done"


def test_a_huge_mail_is_cut_and_kept_whole_as_a_file(take, customer):
    case = case_of(take(mail("长" * 60_000)))
    said = case.messages.get()
    assert (len(said.body), [one.name for one in said.attachments.all()]) == (40_000, ["mail.txt"])


def test_files_that_may_not_be_attached_are_named(take, customer):
    case = case_of(take(mail(files=[("a.xyz", "application/x", b""), ("b.txt", "text/plain", b"ok")])))
    assert "a.xyz" in case.messages.get(kind="note").body
    assert [one.name for one in case.messages.get(kind="customer").attachments.all()] == ["b.txt"]


def test_a_mail_without_words_or_sender_is_still_a_case(take, mailbox):
    assert case_of(take(b"Subject: \n\n")).customer is None
    assert case_of(take(b"From: a@b.cn\nTo: service@bank.example\n\n")).messages.get().body == "—"


def test_notices_go_by_mail_as_from_a_machine_and_portal_customers_get_none(take, customer, opened, chen):
    case = case_of(take(mail()))
    sent()
    tell_customer(case, body="预计明天答复。", by=SYSTEM, at=NOW)
    (told,) = sent()
    assert told["Auto-Submitted"] == "auto-replied"
    reply_case(opened(), body="已核对。", by=chen, at=NOW)
    assert sent() == []


def test_an_answer_to_a_mail_from_long_ago_sends_nothing(take, customer, chen, monkeypatch):
    """History that is brought in disturbs nobody."""
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="旧的答复", by=chen, at=timezone.now() - timedelta(days=30))
    assert sent() == []


def test_two_workers_take_a_mail_once(take, mailbox, customer):
    receive_letter(mailbox, mail(), at=NOW)
    assert (take_new_letters(NOW), take_new_letters(NOW)) == (1, 0)
    assert (LetterIn.objects.get().state, Message.objects.filter(kind="customer").count()) == ("done", 1)


@pytest.mark.parametrize("sender", ["a..b@example.com", "@example.com", "x" * 90 + "@example.com", "a@b"])
def test_what_only_looks_like_an_address_costs_no_mail(take, sender):
    letter = take(mail(sender=f"somebody <{sender}>"))
    assert (letter.state, case_of(letter).channel) == ("done", "email")
