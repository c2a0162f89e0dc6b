"""The chat on a web page: a visitor without an account, his words in a case, the answers back to him alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ruoshui.cases.actions import close_case, note_case, reply_case
from ruoshui.cases.models import Attachment, Case
from ruoshui.channels.chat.visitors import token_of
from ruoshui.channels.models import RefusedCall, TextIn, TextOut
from tests.conftest import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def chat(line):
    return line("chat", code="web", sites="https://www.bank.example\nhttp://localhost:5000/")


class Visitor:
    def __init__(self, line, name="a", language="en"):
        self.client, self.token, self.language, self.n = Client(), token_of(line, f"visitor-{name}"), language, 0

    def _post(self, path, data, token=None):
        headers = {"X-Chat-Token": self.token if token is None else token, "X-Chat-Language": self.language}
        return self.client.post(f"/chat/web/{path}", data, headers=headers)

    def say(self, text, key=None, **more):
        self.n += 1
        return self._post("say", {"text": text, "key": key or f"{self.n:032x}", **more})

    def sees(self, token=None):
        return self._post("talk", {}, token).content.decode()


@pytest.fixture
def visitor(chat):
    return Visitor(chat)


def test_the_first_word_opens_a_case_and_the_answer_comes_back(visitor, demo):
    assert "Hello!" in visitor.sees()
    assert visitor.say("电费怎么算？", name="许文", phone="138 0000 9999").status_code == 200
    case = Case.objects.select_related("customer").get()
    assert (case.channel, case.customer.name, case.subject) == ("chat", "许文", "电费怎么算？")
    reply_case(case, body="按阶梯计算", by=demo.staff["chen"].actor, at=NOW)
    note_case(case, body="内部的话", by=demo.staff["chen"].actor, at=NOW)
    seen = visitor.sees()
    assert ("电费怎么算？" in seen, "按阶梯计算" in seen, "内部的话" in seen, case.number in seen) == (
        True,
        True,
        False,
        True,
    )
    visitor.say("谢谢")
    assert [(m.kind, m.channel) for m in case.messages.exclude(kind="note")] == [
        ("customer", "chat"), ("reply", "chat"), ("customer", "chat"),
    ]  # fmt: skip
    assert TextOut.objects.count() == 0


def test_another_visitor_sees_nothing_of_it(visitor, chat):
    visitor.say("我的秘密")
    assert "我的秘密" not in Visitor(chat, "b").sees()


def test_who_gives_the_phone_of_a_customer_sees_none_of_his_cases(visitor, opened, customer):
    opened(subject="许文的事")
    visitor.say("电费", name="许文", phone="13800009999")
    assert Case.objects.latest("pk").customer == customer
    assert "许文的事" not in visitor.sees()


def test_a_message_sent_twice_is_taken_once(visitor):
    for _n in range(2):
        assert visitor.say("电费", key="a" * 32).status_code == 200
    assert (TextIn.objects.count(), Case.objects.count()) == (1, 1)


def test_a_file_reaches_the_case_and_comes_back_only_with_the_token(visitor, chat, demo):
    visitor.say("", file=SimpleUploadedFile("meter.png", PNG, "image/png"))
    attachment = Attachment.objects.get()
    assert attachment.name == "meter.png"
    address = f"/chat/web/files/{attachment.pk}"
    assert b"".join(Client().post(address, {"token": visitor.token}).streaming_content) == PNG
    assert Client().post(address, {"token": token_of(chat, "visitor-b")}).status_code == 404
    assert Client().post(address, {"token": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"text": ""}, "Write something"),
        ({"text": "x" * 4001}, "At most"),
        ({"text": "x", "key": "no"}, "out of date"),
        ({"text": "x", "phone": "abc"}, "not a phone"),
    ],
)
def test_what_cannot_be_taken_is_said_and_changes_nothing(visitor, data, word):
    response = visitor.say(**({"key": "a" * 32} | data))
    assert (response.status_code, word in response.json()["errors"][0], TextIn.objects.count()) == (422, True, 0)


def test_a_wrong_token_is_refused_and_on_record(visitor, line):
    other = line("chat", code="other")
    for token in ("", "x", visitor.token + "x", token_of(other, "visitor-a")):
        assert visitor._post("talk", {}, token).status_code == 403
    row = RefusedCall.objects.get()
    assert (row.source, row.why, row.count) == ("line:web", "wrong-signature", 4)


def test_the_frame_may_stand_only_on_the_sites_of_the_line(visitor):
    response = visitor.client.get("/chat/web")
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://www.bank.example http://localhost:5000;" in policy
    assert "X-Frame-Options" not in response.headers
    assert visitor.client.get("/chat/none").status_code == 404


def test_the_script_opens_the_frame_of_its_line(visitor):
    response = visitor.client.get("/chat/web.js")
    assert (response.headers["Content-Type"], b"/chat/web?lang=" in response.content) == (
        "text/javascript; charset=utf-8", True,
    )  # fmt: skip


def test_no_other_request_method_says_anything(visitor):
    assert visitor.client.get("/chat/web/say").status_code == 405


def test_a_closed_matter_says_so(visitor, demo):
    visitor.say("电费", name="许文", phone="13800009999")
    case = Case.objects.get()
    close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    assert "This matter is closed" in visitor.sees()


def test_what_is_not_taken_in_yet_is_shown_as_received(visitor, demo):
    from ruoshui.core.actors import SYSTEM
    from ruoshui.core.configuring import configure

    configure(demo.types["enquiry"], {"is_active": False}, by=SYSTEM, at=NOW)
    response = visitor.say("电费")
    assert (response.status_code, "电费" in response.content.decode(), Case.objects.count()) == (200, True, 0)
