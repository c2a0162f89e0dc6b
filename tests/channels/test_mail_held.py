"""Nothing that a person may have written is thrown away: it opens its case, or waits for somebody to look at it."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import reject_letter, release_letter, reply_case, resolve_case
from ruoshui.cases.models import Case, CaseLink
from ruoshui.cases.refusals import LetterIsOurs, LetterSettled
from ruoshui.channels.events import LetterLeftOut, LetterLetIn
from ruoshui.channels.models import LetterIn, LetterOut
from ruoshui.core.events import restored
from ruoshui.core.models import RecordedEvent
from ruoshui.operations.findings import BAD, LOOK, OK
from ruoshui.operations.repairs import examine_data
from tests.channels.conftest import mail
from tests.channels.test_mail import answer, case_of, sent
from tests.conftest import NOW, refused


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


@pytest.fixture
def answered(take, customer, chen):
    """(the case, our answer as it went out)"""
    case = case_of(take(mail()))
    sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    return case, sent()[0]


def notes_of(case):
    return list(case.messages.filter(kind="note").values_list("body", flat=True))


@pytest.mark.parametrize(
    "subject",
    [
        "Delivery status of the new meter", "退信用卡的滞纳金", "自动回复没用，请转人工", "Failure notice at counter 3",
        "Out of office hours the hall is dark", "Undeliverable parcel, please help", "Returned mail to my old address",
    ],
)  # fmt: skip
def test_what_a_customer_writes_about_mail_and_machines_is_a_case_with_an_acknowledgement(take, subject):
    letter = take(mail("please help", subject=subject, sender="wei@kunde.example"))
    assert (letter.state, case_of(letter).subject, [one["To"] for one in sent()]) == (
        "done", subject, ["wei@kunde.example"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"List_Id": "<news.shop.example>", "List_Unsubscribe": "<mailto:u@shop.example>"}, "bulk"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"sender": "no-reply@shop.example"}, "bulk"),
        ({"Return_Path": "<>"}, "reply"),
        ({"sender": "postmaster@house.example"}, "reply"),
        ({"sender": "service@bank.example"}, "ours"),
    ],
)
def test_what_is_doubtful_waits_in_the_post_room_and_is_answered_by_nobody(take, signed_in, headers, reason):
    letter = take(mail(subject="doubtful one", **headers))
    assert (letter.state, letter.reasons, Case.objects.count(), sent()) == ("held", [reason], 0, [])
    page = signed_in("lead").get("/work/mail?tab=held").content.decode()
    assert ("doubtful one" in page, signed_in("south").get("/work/mail?tab=held").context["rows"]) == (True, [])


@pytest.mark.parametrize(
    ("reason", "stated", "likely"),
    [
        ("bounce", "a mail of ours came back", "it looks like a mail of ours that came back"),
        ("reply", "an automatic answer", "it may be an automatic answer"),
        ("abuse", "somebody reported a mail of ours", "it looks like a report"),
        ("receipt", "a receipt", "it looks like a receipt"),
        ("duplicate", "the same mail came already", "a mail with the same number came already"),
    ],
)
def test_of_a_held_mail_it_is_said_what_it_may_be_and_of_others_what_it_is(take, signed_in, reason, stated, likely):
    letter, lead = take(mail(Precedence="bulk")), signed_in("lead")
    for state, tab, words in (("held", "held", likely), ("ignored", "machines", stated)):
        LetterIn.objects.filter(pk=letter.pk).update(state=state, reasons=[reason])
        ((_one, shown),) = lead.get(f"/work/mail?tab={tab}").context["rows"]
        assert shown[0].startswith(words)
        assert lead.get(f"/work/mail/{letter.pk}").context["reasons"] == shown


def test_the_post_room_opens_where_something_waits_and_its_count_stands_beside_its_name(take, signed_in):
    lead = signed_in("lead")
    assert lead.get("/work/mail").context["tab"] == "quarantine"
    assert '<span class="count number"' not in place_of(lead)
    letter = take(mail(files=[("bill.exe", "application/pdf", b"MZ")]))
    assert (letter.state, lead.get("/work/mail").context["tab"]) == ("quarantined", "quarantine")
    take(mail(Precedence="bulk"))
    assert lead.get("/work/mail").context["tab"] == "held"
    assert lead.get("/work/mail?tab=quarantine").context["tab"] == "quarantine"
    assert '<span class="count number">2</span>' in place_of(lead)
    for username in ("chen", "south"):
        assert '<span class="count number"' not in place_of(signed_in(username))


def place_of(client):
    """The post room in the frame."""
    rail = client.get("/work/customers").content.decode()
    begin = rail.index('data-go="l"')
    return rail[begin : rail.index("</a>", begin)]


def test_a_group_address_of_our_own_house_passes_on_what_people_write(take, mailbox):
    through_list = {
        "List_Id": "<help.bank.example>",
        "Precedence": "list",
        "List_Unsubscribe": "<mailto:u@bank.example>",
    }
    for headers in (through_list, {"to": "help@bank.example", "Precedence": "list"}):
        assert take(mail("the card is gone", sender="wei@kunde.example", **headers)).state == "done"


def test_an_answer_over_a_list_of_the_customer_joins_the_case(take, answered):
    case, out = answered
    letter = take(answer(out, "还是不对", Precedence="list", List_Id="<office.kunde.example>"))
    assert (letter.state, letter.case_id) == ("done", case.pk)


def test_a_form_that_writes_from_our_own_address_opens_the_case_of_who_filled_it_in(take):
    letter = take(mail("call me", sender="Form <service@bank.example>", Reply_To="Wei <wei@kunde.example>"))
    assert (letter.state, letter.sender, case_of(letter).customer.name) == ("done", "wei@kunde.example", "Wei")
    assert [one["To"] for one in sent()] == ["wei@kunde.example"]


def test_somebody_lets_a_held_mail_in_and_it_is_known_who(take, demo, signed_in):
    letter, lead = take(mail("I wrote to a list", sender="wei@kunde.example", Precedence="list")), demo.staff["lead"]
    released = release_letter(letter, by=lead, at=NOW)
    event = RecordedEvent.objects.get(about_kind="channels.letterin", about_id=letter.pk)
    assert (released.state, restored(event), event.by, event.at) == (
        "done", LetterLetIn(held_as="held"), lead.actor, NOW,
    )  # fmt: skip
    assert case_of(released).messages.get(kind="customer").body == "I wrote to a list"
    page = signed_in("chen").get(f"/work/mail/{letter.pk}").content.decode()
    assert (lead.name in page, "let the mail in" in page) == (True, True)
    with refused(LetterSettled):
        release_letter(letter, by=lead, at=NOW)
    assert RecordedEvent.objects.filter(about_kind="channels.letterin").count() == 1


def test_somebody_leaves_a_held_mail_out_and_it_is_known_who(take, demo):
    letter, lead = take(mail(Precedence="bulk")), demo.staff["lead"]
    assert reject_letter(letter, by=lead, at=NOW).state == "rejected"
    event = RecordedEvent.objects.get(about_kind="channels.letterin", about_id=letter.pk)
    assert (restored(event), event.by) == (LetterLeftOut(held_as="held"), lead.actor)


def test_a_mail_from_an_own_address_opens_no_case_whoever_lets_it_in(take, demo):
    letter = take(mail(sender="service@bank.example"))
    with refused(LetterIsOurs):
        release_letter(letter, by=demo.staff["lead"], at=NOW)
    assert (LetterIn.objects.get(pk=letter.pk).state, Case.objects.count(), sent()) == ("held", 0, [])


BOUNCES = {
    "qq": (
        "PostMaster@qq.example",
        "来自bank.example的退信",
        "抱歉，您的邮件被退回来了……\n收件人（xu@example.com）不存在",
    ),
    "163": ("postmaster@163.example", "系统退信", "很抱歉，您的邮件被退回。收件人 xu@example.com 不存在"),
    "a daemon": ("MAILER-DAEMON@mx.example", "failure notice", "I wasn't able to deliver to <xu@example.com>"),
}


@pytest.mark.parametrize("name", BOUNCES)
def test_what_a_provider_brings_back_is_noted_on_the_case_it_was_about(take, answered, name):
    case, _out = answered
    sender, subject, text = BOUNCES[name]
    letter = take(mail(text, sender=sender, subject=subject))
    ours = LetterOut.objects.get(message_pk__isnull=False)
    assert (letter.state, letter.reasons, letter.case_id, ours.state) == ("ignored", ["bounce"], case.pk, "bounced")
    assert (len(notes_of(case)), "Our mail to xu@example.com came back." in notes_of(case)[0], sent()) == (1, True, [])


def test_a_mail_that_is_only_late_is_no_bounce(take, answered):
    case, out = answered
    report = (
        "From: MAILER-DAEMON@mx.example\nTo: service@bank.example\nSubject: late\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\nlate\n'
        "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; xu@example.com\nAction: delayed\n--b\n"
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {out['Message-ID']}\n\n--b--\n"
    )
    assert take(report.encode()).reasons == ["receipt"]
    assert (LetterOut.objects.get(message_pk__isnull=False).state, notes_of(case)) == ("sent", [])


def test_a_complaint_of_an_unwanted_mail_is_noted_and_opens_nothing(take, answered):
    case, out = answered
    report = (
        "From: fbl@isp.example\nTo: service@bank.example\nSubject: complaint\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nunwanted\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: {out['Message-ID']}\n\nx\n--b--\n"
    )
    letter = take(report.encode())
    assert (letter.state, letter.reasons, letter.case_id, Case.objects.count()) == ("ignored", ["abuse"], case.pk, 1)
    assert notes_of(case) == ["A mail of ours was reported as unwanted.\n\nunwanted"]


def test_an_automatic_answer_that_says_so_only_in_its_subject_is_noted_where_it_answers(take, answered, chen):
    case, out = answered
    resolve_case(case, by=chen, at=NOW)
    letter = take(answer(out, "我在休假，下周回复", subject=f"自动回复：{out['Subject']}"))
    case.refresh_from_db()
    assert (letter.state, case.state, "我在休假，下周回复" in notes_of(case)[0]) == ("ignored", "resolved", True)


LOST = {"References": "", "In_Reply_To": "", "to": "service@bank.example"}


def test_an_answer_that_lost_its_references_joins_the_case_whose_number_it_names(take, answered):
    case, out = answered
    assert case.number in out["Subject"]
    assert take(answer(out, "还是不对", **LOST)).case_id == case.pk


def test_a_number_in_the_hands_of_somebody_else_opens_no_door(take, answered):
    case, out = answered
    letter = take(answer(out, "let me in", sender="thief@kunde.example", **LOST))
    assert (letter.state, letter.case_id != case.pk, CaseLink.objects.count()) == ("done", True, 0)


def test_however_many_prefixes_come_one_goes_out(take, customer, chen):
    case = case_of(take(mail(subject="Re: 回复：答复: AW: 三月电费")))
    (told,) = sent()
    reply_case(case, body="已核对。", by=chen, at=NOW)
    (out,) = sent()
    assert [one["Subject"] for one in (told, out)] == [f"Re: 三月电费 [{case.number}]"] * 2


def test_of_what_somebody_passes_on_the_case_shows_all_in_the_open(take, customer, signed_in):
    text = "请处理\n\n---------- 转发邮件信息 ----------\n发件人：租客\n日期：周一\n主题：电表\n\n> 读数 5521 不对"
    case = case_of(take(mail(text, subject="Fwd: 电表")))
    said = case.messages.get()
    assert ([(one.words, one.folded) for one in said.pieces], said.folds) == ([(text, 0)], [])
    assert "quoted line" not in signed_in("chen").get(f"/work/cases/{case.pk}").content.decode()


def test_what_an_answer_repeats_is_folded_with_a_count_of_its_lines(take, answered, signed_in):
    case, out = answered
    take(answer(out, "第一点\n\n在 2026年3月4日，客服 <s@b.cn> 写道：\n> 一\n> 二\n> 三\n\n第二点"))
    page = signed_in("chen").get(f"/work/cases/{case.pk}").content.decode()
    assert [words in page for words in ("第一点", "4 quoted lines", "第二点")] == [True, True, True]
    assert case.messages.order_by("pk").last().new_words == "第一点\n\n第二点"


@pytest.mark.parametrize("sender", ["李四 <李四@例子.example>", f"Relay <{'q' * 70}@relay.example>"])
def test_whoever_writes_from_an_unusual_address_is_a_customer(take, sender):
    letter = take(mail(sender="x@y.cn").replace(b"x@y.cn", sender.encode()))
    case = case_of(letter)
    assert (letter.state, [point.value for point in case.customer.contacts.all()]) == ("done", [letter.sender])


def test_where_no_mail_can_be_sent_to_it_is_said(take):
    take(mail(sender="x@y.cn").replace(b"x@y.cn", "李四@例子.example".encode()))
    assert sent() == []
    ours = LetterOut.objects.get()
    assert (ours.state, ours.next_at, "not in Latin letters" in ours.error) == ("failed", None, True)


def test_an_address_that_can_be_written_to_is_taken_where_there_are_two(take):
    letter = take(
        mail(sender="x@y.cn", Reply_To="Li <li@kunde.example>").replace(b"x@y.cn", "李四@例子.example".encode())
    )
    assert (letter.sender, [one["To"] for one in sent()]) == ("li@kunde.example", ["li@kunde.example"])


@pytest.mark.parametrize(
    ("text", "files", "state"),
    [
        ("my card is gone", (), "ignored"),
        ("my card is gone\n\n-- \nsent over the help list", (), "ignored"),
        ("the meter is wrong too", (), "held"),
        ("my card is gone", [("a.pdf", "application/pdf", b"%PDF-1.4")], "held"),
    ],
)
def test_a_number_used_twice_makes_no_second_case_and_loses_no_other_words(take, text, files, state):
    take(mail("my card is gone", sender="wei@kunde.example", **{"Message-ID": "<one@kunde.example>"}))
    again = mail(text, sender="wei@kunde.example", X_Way="2", files=files, **{"Message-ID": "<one@kunde.example>"})
    letter = take(again)
    assert (letter.state, letter.reasons, Case.objects.count()) == (state, ["duplicate"], 1)


def test_a_sealed_part_is_a_file_and_the_case_says_so(take, customer):
    case = case_of(take(mail("sealed", files=[("smime.p7m", "application/pkcs7-mime", b"0\x82")])))
    assert "an encrypted or sealed part" in notes_of(case)[0]


def test_mails_left_out_by_an_older_rule_are_counted_and_then_wait_to_be_checked(take):
    form = take(mail("Name: Wei. Please call.", sender="form@kunde.example", Auto_Submitted="auto-generated"))
    news = take(mail("my card is gone", sender="wei@kunde.example", subject="Returned mail to me"))
    late = take(mail("gone", sender="mailer-daemon@kunde.example"))
    for letter, reason in ((form, "reply"), (news, "bounce")):  # as the version before wrote it
        LetterIn.objects.filter(pk=letter.pk).update(state="ignored", reasons=[reason], case_id=None)
    found, *_others = examine_data()
    assert (found[0], found[1].split(" ")[0], found[2]) == (BAD, "2", "run: ruoshui doctor --fix")
    assert (form.sender in found[1], late.sender in found[1]) == (True, False)
    assert [one[0] for one in examine_data(fix=True)] == [OK, OK, OK]
    states = [LetterIn.objects.get(pk=one.pk).state for one in (form, news, late)]
    assert (states, [one[0] for one in examine_data()]) == (["held", "held", "ignored"], [OK, OK, OK])


def left_out(letter, reason, days=0):
    """As the version before wrote it."""
    received = NOW - timedelta(days=days)
    LetterIn.objects.filter(pk=letter.pk).update(state="ignored", reasons=[reason], case_id=None, received_at=received)


def states_of(*letters):
    return [LetterIn.objects.get(pk=one.pk).state for one in letters]


def test_the_doctor_holds_no_mail_of_our_own_and_none_of_long_ago(take):
    new, old = (take(mail("call me", sender="wei@kunde.example")) for _each in range(2))
    own = take(mail("call me", sender="service@bank.example"))
    for letter, reason, days in ((new, "reply", 89), (old, "reply", 91), (own, "ours", 1)):
        left_out(letter, reason, days)
    found, older, *_others = examine_data()
    assert (found[0], found[1].split(" ")[0]) == (BAD, "1")
    assert (older[0], older[1].split(" ")[0], "look at each" in older[2]) == (LOOK, "1", True)
    list(examine_data(fix=True))
    assert states_of(new, old, own) == ["held", "ignored", "ignored"]
    assert [one[0] for one in examine_data()] == [OK, OK, OK]


def test_the_doctor_says_how_many_mails_it_could_not_read_and_keeps_none_of_them(take):
    letters = [take(mail(f"call me {number}", sender="wei@kunde.example")) for number in range(12)]
    for letter in letters:
        left_out(letter, "reply")
    for letter in letters[:11]:
        LetterIn.objects.get(pk=letter.pk).file.storage.delete(letter.file.name)
    found, unread, *_others = examine_data(fix=True)
    assert (found[0], found[1].split(" ")[:3]) == (OK, ["put", "right:", "1"])
    assert (unread[0], unread[1].split(" ")[0], unread[2].count(letters[0].sender), unread[2][-1]) == (
        LOOK,
        "11",
        10,
        "…",
    )
