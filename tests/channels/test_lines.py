"""SMS, WeChat and WeCom: in, understood, answered the same way; believed only when signed, fresh and not too large."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import close_case, merge_cases, reply_case, take_new_texts
from ruoshui.cases.models import Attachment, Case
from ruoshui.cases.senders import whose_it_may_be
from ruoshui.channels.actions import give_text, send_due_texts
from ruoshui.channels.models import LetterState, RefusedCall, TextIn, TextOut
from ruoshui.channels.pieces import in_pieces
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.customers.models import Customer
from ruoshui.informing.ways import wish_of
from tests.channels.calls import opened_answer, sms, wechat, wechat_xml
from tests.conftest import NOW, refused

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def wechat_line(line, provider):
    provider.answers["/cgi-bin/token"] = {"access_token": "T1", "expires_in": 7200}
    provider.answers["/cgi-bin/message/custom/send"] = {"errcode": 0, "errmsg": "ok"}
    return line("wechat")


def test_an_sms_opens_a_case_of_the_customer_whose_phone_it_is(line, customer, provider, demo):
    line("sms")
    assert sms({"id": "1", "from": "+86 138 0000 9999", "text": "电费比平时高一倍"}).json() == {"ok": True}
    case = Case.objects.get()
    assert (case.customer, case.channel, case.subject, case.unit) == (
        customer,
        "sms",
        "电费比平时高一倍",
        demo.units["city"],
    )
    assert send_due_texts(NOW) == 1
    (told,) = provider.told("/sms")
    assert (told["to"], case.number in told["text"], case.access_code in told["text"]) == ("13800009999", True, True)


def test_the_answer_goes_back_by_sms_and_the_next_one_lands_in_the_same_case(line, customer, provider, demo):
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": "电费比平时高一倍"})
    case = Case.objects.get()
    reply_case(case, body="已经核对，是换表造成的。", by=demo.staff["chen"].actor, at=NOW)
    send_due_texts(NOW)
    assert provider.told("/sms")[-1]["text"] == "已经核对，是换表造成的。"
    sms({"id": "2", "from": "13800009999", "text": "谢谢"})
    assert [(m.kind, m.channel, m.body) for m in case.messages.all()] == [
        ("customer", "sms", "电费比平时高一倍"),
        ("reply", "sms", "已经核对，是换表造成的。"),
        ("customer", "sms", "谢谢"),
    ]
    assert Case.objects.count() == 1


def test_a_long_answer_is_cut_and_leads_to_the_page(line, customer, provider, demo):
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": "?"})
    case = Case.objects.get()
    reply_case(case, body="字" * 1000, by=demo.staff["chen"].actor, at=NOW)
    text = TextOut.objects.latest("pk").text
    assert text.startswith("字" * 300 + "…")
    assert f"/case/{case.number}?code={case.access_code}" in text
    assert len(text) < 400


def test_a_stranger_becomes_a_customer_with_his_number(line):
    line("sms")
    sms({"id": "1", "from": "+8613711112222", "text": "Where is my bill?"})
    case = Case.objects.select_related("customer").get()
    assert (case.customer.language, [c.value for c in case.customer.contacts.all()]) == ("en", ["13711112222"])


def test_a_phone_that_two_share_makes_no_third_customer_and_waits_for_a_word_of_who_it_is(line, customer, demo):
    from ruoshui.customers.actions import register_customer

    register_customer(name="林青", contacts=[("phone", "138 0000 9999")], unit=demo.units["city"], at=NOW)
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    sms({"id": "2", "from": "+86 138 0000 9999", "text": "还有水费"})
    case = Case.objects.get()
    assert case.customer is None
    assert [message.body for message in case.messages.all()] == ["电费", "还有水费"]
    assert Customer.objects.reached_by("13800009999").count() == 2
    assert list(whose_it_may_be(case)) == [customer, Customer.objects.get(name="林青")]


def test_a_message_a_day_after_the_end_is_a_new_need(line, customer, demo, monkeypatch):
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    close_case(Case.objects.get(), outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=23))
    sms({"id": "2", "from": "13800009999", "text": "还是不对"}, moment=int((NOW + timedelta(hours=23)).timestamp()))
    assert [case.state for case in Case.objects.all()] == ["open"]
    close_case(Case.objects.get(), outcome="solved", by=demo.staff["chen"].actor, at=NOW + timedelta(hours=23))
    later = NOW + timedelta(hours=48)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    sms({"id": "3", "from": "13800009999", "text": "要过户"}, moment=int(later.timestamp()))
    assert [case.subject for case in Case.objects.order_by("pk")] == ["电费", "要过户"]


def test_after_a_merge_the_answer_lands_in_the_survivor(line, customer, opened, demo):
    line("sms")
    survivor = opened()
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    other = Case.objects.exclude(pk=survivor.pk).get()
    merge_cases(survivor, other, by=demo.staff["lead"].actor, at=NOW)
    sms({"id": "2", "from": "13800009999", "text": "补充一点"})
    assert [m.body for m in survivor.messages.filter(channel="sms")] == ["补充一点"]
    reply_case(Case.objects.get(pk=survivor.pk), body="好的", by=demo.staff["chen"].actor, at=NOW)
    assert TextOut.objects.latest("pk").text == "好的"


def test_the_same_message_twice_is_taken_once(line, customer):
    line("sms")
    for shift in (0, 1):
        sms({"id": "1", "from": "13800009999", "text": "电费"}, moment=int(NOW.timestamp()) + shift)
    assert (Case.objects.count(), TextIn.objects.count()) == (1, 1)


@pytest.mark.parametrize("word", ["退订", "stop", "STOPALL"])
def test_stop_stops_offers_and_opens_no_case(line, customer, word):
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": word})
    assert (Case.objects.count(), customer.wish.optional, TextIn.objects.get().state) == (0, False, "ignored")
    assert TextOut.objects.get().to == "13800009999"


def test_a_provider_that_is_down_blocks_nothing_and_is_tried_again(line, customer, provider):
    line("sms")
    provider.answers["/sms"] = [503, {"id": "p1"}]
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    assert send_due_texts(NOW) == 0
    text = TextOut.objects.get()
    assert (text.state, text.next_at) == ("waiting", NOW + timedelta(minutes=1))
    assert send_due_texts(NOW + timedelta(minutes=1)) == 1
    first, second = provider.told("/sms")
    assert first["key"] == second["key"]
    sms({"id": "p1", "report": "delivered"}, moment=int(NOW.timestamp()) - 5)
    text.refresh_from_db()
    assert (text.state, text.reference, text.delivered_at) == ("sent", "p1", NOW)


def test_what_the_provider_refuses_for_good_is_not_tried_again(line, customer, provider):
    line("sms")
    provider.answers["/sms"] = 400
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    send_due_texts(NOW)
    assert (TextOut.objects.get().state, TextOut.objects.get().next_at) == ("failed", None)


def test_a_report_of_failure_is_seen(line, customer, provider):
    line("sms")
    provider.answers["/sms"] = {"id": "p1"}
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    send_due_texts(NOW)
    sms({"id": "p1", "report": "failed", "error": "no such number"}, moment=int(NOW.timestamp()) - 5)
    assert (TextOut.objects.get().state, TextOut.objects.get().error) == ("bounced", "no such number")


@pytest.mark.parametrize(
    ("how", "status", "why"),
    [
        ({"secret": "wrong"}, 403, "wrong-signature"),
        ({"moment": int(NOW.timestamp()) - 301}, 403, "too-old"),
        ({"moment": int(NOW.timestamp()) + 301}, 403, "from-the-future"),
    ],
)
def test_an_sms_that_is_not_believed_is_refused_and_on_record(line, how, status, why):
    line("sms")
    for _again in range(2):
        assert sms({"id": "1", "from": "13800009999", "text": "电费"}, **how).status_code == status
    row = RefusedCall.objects.get()
    assert (row.source, row.why, row.count, row.address) == ("line:sms", why, 2, "127.0.0.1")
    assert (TextIn.objects.count(), Case.objects.count()) == (0, 0)


def test_a_replayed_call_is_refused_and_on_record(line):
    line("sms")
    assert [sms({"id": "1", "from": "13800009999", "text": "电费"}).status_code for _n in range(2)] == [200, 409]
    assert (RefusedCall.objects.get().why, Case.objects.count()) == ("replayed", 1)


def test_a_call_that_could_not_be_kept_may_come_again_under_the_same_signature(line):
    from django.db import connection

    line("sms")
    told = {"id": "1", "from": "13800009999", "text": "电费"}
    with connection.cursor() as cursor:  # the table takes nothing for a moment
        cursor.execute("ALTER TABLE channels_textin ADD CONSTRAINT shut CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="shut"):
        sms(told)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE channels_textin DROP CONSTRAINT shut")
    assert (sms(told).status_code, Case.objects.count()) == (200, 1)


def test_who_may_not_sends_no_message_again(line, signed_in, provider):
    line("sms")
    provider.answers["/sms"] = 400
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    send_due_texts(NOW)
    text = TextOut.objects.get()
    assert signed_in("east").post(f"/work/messages/{text.pk}/again").status_code == 404
    signed_in("chen").post(f"/work/messages/{text.pk}/again")
    text.refresh_from_db()
    assert (text.state, text.next_at) == ("waiting", NOW)


def test_an_oversized_call_is_refused_and_on_record(line):
    line("sms")
    assert sms(b"x" * (256 * 1024 + 1)).status_code == 413
    assert RefusedCall.objects.get().why == "too-large"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id": 1}', b"\xff\xfe", b'{"id":"1","from":"1","text":null}', b"7"]
)
def test_a_malformed_sms_is_refused_or_harmless(line, body):
    line("sms")
    assert sms(body).status_code in (200, 400)


def test_without_a_secret_nobody_is_believed(line, monkeypatch):
    line("sms")
    monkeypatch.delenv("RUOSHUI_LINE_SMS_SECRET")
    assert sms({"id": "1", "from": "1", "text": "x"}, secret="").status_code == 403
    assert RefusedCall.objects.get().why == "no-secret"


def test_a_line_that_is_not_there_or_not_in_use_is_not_found(line, client):
    configure(line("sms"), {"is_active": False}, by=SYSTEM, at=NOW)
    assert sms({"id": "1", "from": "1", "text": "x"}).status_code == 404
    assert client.post("/in/lines/nothing").status_code == 404


def test_what_cannot_be_taken_now_is_kept_and_taken_later(line, customer, demo):
    line("sms")
    type = demo.types["enquiry"]
    configure(type, {"is_active": False}, by=SYSTEM, at=NOW)
    assert sms({"id": "1", "from": "13800009999", "text": "电费"}).status_code == 200
    assert TextIn.objects.get().state == LetterState.NEW
    configure(type, {"is_active": True}, by=SYSTEM, at=NOW)
    assert take_new_texts(NOW) == 1
    assert Case.objects.get().subject == "电费"


def test_wechat_asks_whether_the_address_is_ours(wechat_line, client):
    from ruoshui.channels.wechat.crypto import signature_of

    moment = str(int(NOW.timestamp()))
    query = {"timestamp": moment, "nonce": "7", "echostr": "5891"}
    good = client.get("/in/lines/wechat", query | {"signature": signature_of("QDG6eK", moment, "7")})
    assert (good.status_code, good.content, good["Content-Type"]) == (200, b"5891", "text/plain; charset=utf-8")
    assert client.get("/in/lines/wechat", query | {"signature": "0" * 40}).status_code == 403


def test_a_wechat_message_opens_a_case_and_is_acknowledged_in_the_same_breath(wechat_line):
    answer = opened_answer(wechat(wechat_xml("电费怎么算？")))
    case = Case.objects.select_related("customer").get()
    assert (case.channel, case.subject) == ("wechat", "电费怎么算？")
    assert [(c.kind, c.value) for c in case.customer.contacts.all()] == [("wechat", "oFan")]
    assert (answer["ToUserName"], answer["FromUserName"], answer["MsgType"]) == ("oFan", "gh_1", "text")
    assert case.number in answer["Content"]
    assert TextOut.objects.count() == 0


def test_wechat_repeats_a_message_and_gets_the_same_answer(wechat_line):
    first, second = (opened_answer(wechat(wechat_xml("电费", key="7"))) for _n in range(2))
    assert (first["Content"], Case.objects.count()) == (second["Content"], 1)


def test_a_later_wechat_message_is_answered_with_success(wechat_line):
    wechat(wechat_xml("电费", key="1"))
    assert wechat(wechat_xml("还有一件", key="2")).content == b"success"
    assert Case.objects.get().messages.count() == 2


def test_a_reply_goes_out_as_a_customer_service_message(wechat_line, provider, demo):
    wechat(wechat_xml("电费"))
    reply_case(Case.objects.get(), body="按阶梯计算", by=demo.staff["chen"].actor, at=NOW)
    assert send_due_texts(NOW) == 1
    assert provider.told("/cgi-bin/message/custom/send") == [
        {"touser": "oFan", "msgtype": "text", "text": {"content": "按阶梯计算"}}
    ]
    token_call = next(call for call in provider.calls if call[0] == "/cgi-bin/token")
    assert token_call[1] == {
        "grant_type": ["client_credential"],
        "appid": ["wx5823bf96d3bd56c7"],
        "secret": ["a secret"],
    }


def test_a_token_serves_until_it_is_called_bad(wechat_line, provider, demo):
    wechat(wechat_xml("电费"))
    case = Case.objects.get()
    for n in range(2):
        reply_case(case, body=f"{n}", by=demo.staff["chen"].actor, at=NOW)
    send_due_texts(NOW)
    assert [call[0] for call in provider.calls].count("/cgi-bin/token") == 1
    provider.answers["/cgi-bin/token"] = {"access_token": "T2", "expires_in": 7200}
    provider.answers["/cgi-bin/message/custom/send"] = [
        {"errcode": 40001, "errmsg": "invalid credential"},
        {"errcode": 0},
    ]
    reply_case(case, body="3", by=demo.staff["chen"].actor, at=NOW)
    assert send_due_texts(NOW) == 1
    assert provider.calls[-1][1] == {"access_token": ["T2"]}


def test_after_48_hours_wechat_takes_nothing_and_it_is_said_so(wechat_line, provider, demo):
    wechat(wechat_xml("电费"))
    provider.answers["/cgi-bin/message/custom/send"] = {"errcode": 45015, "errmsg": "response out of time limit"}
    reply_case(Case.objects.get(), body="按阶梯计算", by=demo.staff["chen"].actor, at=NOW)
    send_due_texts(NOW)
    assert (TextOut.objects.get().state, "45015" in TextOut.objects.get().error) == ("failed", True)


def test_a_picture_by_wechat_is_answered_at_once_and_fetched_by_the_worker(wechat_line, provider):
    provider.answers["/cgi-bin/media/get"] = PNG
    assert wechat(wechat_xml(kind="image", MediaId="m1", PicUrl="http://x.test/1")).content == b"success"
    assert [call for call in provider.calls if "media" in call[0]] == []
    assert take_new_texts(NOW) == 1
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.file.read(), Case.objects.count()) == ("image.png", PNG, 1)
    assert Case.objects.get().number in TextOut.objects.get().text


@pytest.mark.parametrize(
    ("kind", "content", "name", "type", "tag"),
    [
        ("voice", b"#!AMR\n" + bytes(20), "voice.amr", "audio/amr", ""),
        ("voice", b"ID3\x03" + bytes(20), "voice.mp3", "audio/mpeg", "<audio"),
        ("video", b"\x00\x00\x00\x18ftypisom" + bytes(20), "video.mp4", "video/mp4", "<video"),
    ],
)
def test_voices_and_films_are_taken_and_played_where_a_page_can(
    wechat_line, provider, signed_in, kind, content, name, type, tag
):
    provider.answers["/cgi-bin/media/get"] = content
    wechat(wechat_xml(kind=kind, MediaId="m1"))
    take_new_texts(NOW)
    file = Attachment.objects.get()
    assert (file.name, file.content_type, file.message.body) == (name, type, "")
    client = signed_in("chen")
    page = client.get(f"/work/cases/{file.message.case_id}").content.decode()
    assert (f"/work/files/{file.pk}" in page, tag in page) == (True, True)
    whole = client.get(f"/work/files/{file.pk}")
    assert b"".join(whole.streaming_content) == content


def test_a_player_gets_the_part_it_asks_for(wechat_line, provider, signed_in):
    content = b"ID3\x03" + bytes(range(200))
    provider.answers["/cgi-bin/media/get"] = content
    wechat(wechat_xml(kind="voice", MediaId="m1"))
    take_new_texts(NOW)
    address, client = f"/work/files/{Attachment.objects.get().pk}", signed_in("chen")

    def part(asked):
        answer = client.get(address, headers={"Range": asked})
        return answer.status_code, answer.headers.get("Content-Range"), b"".join(answer.streaming_content)

    assert part("bytes=2-9") == (206, "bytes 2-9/204", content[2:10])
    assert part("bytes=200-") == (206, "bytes 200-203/204", content[200:])
    assert part("bytes=0-999999") == (206, "bytes 0-203/204", content)
    assert part("bytes=204-")[:2] == (416, "bytes */204")
    assert part("lines=1-2") == (200, None, content)
    assert signed_in("south").get(address, headers={"Range": "bytes=0-1"}).status_code == 404


def test_a_picture_that_cannot_be_fetched_just_now_comes_later_into_the_same_case(wechat_line, provider):
    provider.answers["/cgi-bin/media/get"] = 503
    wechat(wechat_xml(kind="image", MediaId="m1"))
    take_new_texts(NOW)
    case = Case.objects.get()
    assert case.messages.get().body == "（文件未能取回）"
    assert TextIn.objects.filter(state="new").count() == 1
    take_new_texts(NOW + timedelta(seconds=5))
    waiting = TextIn.objects.get(state="new")
    assert (waiting.attempts, waiting.next_at) == (1, NOW + timedelta(seconds=10))
    provider.answers["/cgi-bin/media/get"] = PNG
    take_new_texts(NOW + timedelta(seconds=10))
    attachment = Attachment.objects.get()
    assert (attachment.message.case, attachment.name, attachment.file.read()) == (case, "image.png", PNG)
    wechat(wechat_xml(kind="image", MediaId="m1"))  # told once more, word for word
    assert (Case.objects.count(), case.messages.count(), TextIn.objects.filter(state="new").count()) == (1, 2, 0)


def test_a_picture_that_cannot_be_fetched_is_said(wechat_line, provider):
    provider.answers["/cgi-bin/media/get"] = {"errcode": 40007, "errmsg": "invalid media_id"}
    wechat(wechat_xml(kind="image", MediaId="m1"))
    take_new_texts(NOW)
    assert (Case.objects.get().messages.get().body, TextIn.objects.filter(state="new").count()) == (
        "（文件未能取回）",
        0,
    )


def test_two_people_with_one_number_of_a_message_are_both_heard(wechat_line):
    for sender in ("oFan", "oLin"):
        wechat(wechat_xml("电费", key="7", sender=sender))
    assert (Case.objects.count(), TextIn.objects.count()) == (2, 2)


@pytest.mark.parametrize("length", [300, 1920, 5000])
def test_what_is_too_long_for_one_message_goes_in_several_and_each_once(wechat_line, provider, length):
    text = "停电通知，请各位用户做好准备。" * (length // 15)
    given = give_text(wechat_line, to="oFan", text=text, at=NOW)
    sent = "/cgi-bin/message/custom/send"
    provider.answers[sent] = [{"errcode": 0, "msgid": 1}, {"errcode": -1}, {"errcode": 0, "msgid": 2}]
    send_due_texts(NOW)
    send_due_texts(NOW + timedelta(minutes=1))
    given.refresh_from_db()
    told = [one["text"]["content"] for one in provider.told(sent)]
    assert (given.state, max(len(one.encode()) for one in told) <= 2048) == ("sent", True)
    refused_once = 1 if length > 666 else len(told)  # the second was refused, and came again as it was
    assert "".join(one for place, one in enumerate(told) if place != refused_once) == text


def test_a_text_is_cut_where_its_reader_would_pause():
    text = "第一句话。" * 30 + "\n\n" + "第二段。" * 30
    pieces = in_pieces(text, 500)
    assert (pieces[0], all(len(one.encode()) <= 500 for one in pieces)) == ("第一句话。" * 30, True)
    assert ("".join(pieces), in_pieces("", 500), in_pieces("a" * 1200, 500)) == (
        text.replace("\n\n", ""), [], ["a" * 500, "a" * 500, "a" * 200],
    )  # fmt: skip
    assert in_pieces("😀" * 200, 500) == ["😀" * 125, "😀" * 75]


@pytest.mark.parametrize("code", [45002, 44004, 45015, 40003])
def test_what_wechat_refuses_for_good_is_tried_once(wechat_line, provider, code):
    given = give_text(wechat_line, to="oFan", text="电费", at=NOW)
    provider.answers["/cgi-bin/message/custom/send"] = {"errcode": code, "errmsg": "no"}
    send_due_texts(NOW)
    given.refresh_from_db()
    assert (given.state, given.next_at, str(code) in given.error) == ("failed", None, True)


@pytest.mark.parametrize("word", ["N", "T", "td", "n."])
def test_a_letter_in_the_middle_of_a_talk_is_an_answer_and_after_an_offer_an_end(line, customer, demo, word):
    sms_line = line("sms")
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    case = Case.objects.get()
    reply_case(case, body="要上门吗？回复 Y 或 N", by=demo.staff["chen"].actor, at=NOW)
    sms({"id": "2", "from": "13800009999", "text": word}, moment=int(NOW.timestamp()) + 1)
    assert (case.messages.order_by("pk").last().body, wish_of(customer).optional) == (word, True)
    give_text(sms_line, to="13800009999", text="新套餐，退订回 T", is_automatic=True, is_offer=True, at=NOW)
    sms({"id": "3", "from": "13800009999", "text": word}, moment=int(NOW.timestamp()) + 2)
    assert (wish_of(customer).optional, TextIn.objects.get(key="3").state) == (False, "ignored")
    assert case.messages.get(kind="note").body == f"客户表示不再接收推广信息：{word}"


def test_an_sms_from_a_word_opens_a_case_and_is_not_answered_into_nothing(line):
    line("sms")
    sms({"id": "1", "from": "BANKCARD", "text": "your code does not work"})
    case = Case.objects.select_related("customer").get()
    assert (case.subject, case.customer.name, TextOut.objects.count()) == ("your code does not work", "BANKCARD", 0)
    sms({"id": "2", "from": "BANKCARD", "text": "still"}, moment=int(NOW.timestamp()) + 1)
    assert case.messages.count() == 2


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"token": "another"}, "wrong-signature"),
        ({"account": "wxanother"}, "cannot-decrypt"),
        ({"moment": int(NOW.timestamp()) - 301}, "too-old"),
        ({"moment": int(NOW.timestamp()) + 301}, "from-the-future"),
        ({"sealed": False}, "not-encrypted"),
    ],
)
def test_a_wechat_call_that_is_not_believed_is_refused_and_on_record(wechat_line, how, why):
    assert wechat(wechat_xml("电费"), **how).status_code == 403
    assert (RefusedCall.objects.get().why, TextIn.objects.count()) == (why, 0)


def test_plain_wechat_is_believed_where_no_encryption_is_set_up(wechat_line, monkeypatch):
    monkeypatch.delenv("RUOSHUI_LINE_WECHAT_AES_KEY")
    answer = wechat(wechat_xml("电费"), sealed=False)
    assert Case.objects.get().number.encode() in answer.content


def test_entities_in_xml_are_not_read(wechat_line, monkeypatch):
    monkeypatch.delenv("RUOSHUI_LINE_WECHAT_AES_KEY")
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + wechat_xml("", Label="&a;").replace(
        "![CDATA[&a;]]", "&a;"
    )
    wechat(bomb, sealed=False)
    assert not TextIn.objects.filter(text__contains="root:").exists()


def test_an_event_of_wechat_opens_nothing(wechat_line):
    assert wechat(wechat_xml(kind="event", Event="subscribe")).content == b"success"
    assert Case.objects.count() == 0


def test_wecom_talks_both_ways(line, provider, demo):
    line("wecom")
    provider.answers["/cgi-bin/gettoken"] = {"errcode": 0, "access_token": "W1", "expires_in": 7200}
    provider.answers["/cgi-bin/message/send"] = {"errcode": 0, "msgid": "m9"}
    answer = opened_answer(wechat(wechat_xml("报装进度？", sender="zhang", AgentID="218"), code="wecom"))
    case = Case.objects.get()
    assert (case.channel, case.number in answer["Content"]) == ("wecom", True)
    reply_case(case, body="明天上门", by=demo.staff["chen"].actor, at=NOW)
    assert send_due_texts(NOW) == 1
    (told,) = provider.told("/cgi-bin/message/send")
    assert (told["touser"], told["agentid"], told["text"]) == ("zhang", 218, {"content": "明天上门"})
    assert TextOut.objects.get().reference == "m9"


def test_another_application_of_the_same_company_is_refused(line):
    line("wecom")
    assert wechat(wechat_xml("x", AgentID="219"), code="wecom").status_code == 403
    assert RefusedCall.objects.get().why == "another-agent"


def test_a_line_says_what_it_lacks(line):
    with refused(Invalid) as info:
        line("sms", address="")
    assert list(info.value.errors) == ["address"]
    with refused(Invalid) as info:
        line("chat", sites="javascript:alert(1)")
    assert list(info.value.errors) == ["sites"]


def test_two_machines_exchange_three_messages_at_most(line, customer):
    """Their machine answers each of ours at once, each time as a new need."""
    line("sms")
    for n in range(10):
        sms({"id": f"{n}", "from": "13800009999", "text": "自动回复"}, moment=int(NOW.timestamp()) + n)
        Case.objects.update(state="closed", closed_at=NOW - timedelta(days=30))
    assert TextOut.objects.count() == 3


def test_customers_stay_one_per_sender(wechat_line):
    before = Customer.objects.count()
    wechat(wechat_xml("a", key="1"))
    Case.objects.update(state="closed", closed_at=NOW - timedelta(days=30))
    wechat(wechat_xml("b", key="2"))
    assert (Customer.objects.count() - before, Case.objects.count()) == (1, 2)


def test_what_a_provider_brings_is_made_readable_and_not_refused(line):
    """Its author would hear nothing of a refusal."""
    line("sms")
    told = {"id": "1\x00", "from": "+8613711112222", "text": "电\x00费\x07高\ud800了\x0b请看"}
    assert sms(told).json() == {"ok": True}
    assert TextIn.objects.get().text == "电费高\ufffd了\n请看"
    assert Case.objects.get().subject.startswith("电费高\ufffd了")
