"""The portal: a customer files, follows, answers and rates, and sees nobody else's case."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ruoshui.cases.actions import close_case, merge_cases, note_case, reply_case
from ruoshui.cases.models import Attachment, Case, Message
from ruoshui.core.models import RecordedEvent
from ruoshui.customers.actions import register_customer
from ruoshui.feedback.actions import invite
from ruoshui.feedback.models import Answer
from tests.conftest import NOW

FILED = {
    "subject": "整栋楼停电",
    "body": "晚上八点起",
    "name": "沈佳",
    "phone": "13800001111",
    "form_address": "东湖路 18 号",
}


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


def file(client, **changes):
    return client.post("/new/outage", {k: v for k, v in (FILED | changes).items() if v is not None})


def test_filing_shows_number_code_and_promise(client, demo):
    response = file(client)
    case = Case.objects.get()
    assert response["location"] == f"/case/{case.number}"
    page = client.get(response["location"]).content.decode()
    assert case.number in page
    assert case.access_code in page
    assert "You will have a first answer by" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": ""}, "few words"),
        ({"name": " "}, "your name"),
        ({"phone": None}, "phone number or an e-mail"),
        ({"phone": "abc"}, "not a phone number"),
        ({"form_address": ""}, "please fill this in"),
        ({"form_scope": "整个城市"}, "choose one of the options"),
        ({"body": "长" * 50_001}, "50,000 characters"),
        ({"files": SimpleUploadedFile("x.exe", b"MZ")}, "programs are not taken"),
        ({"files": SimpleUploadedFile("x.png", b"no picture")}, "damaged"),
    ],
)
def test_bad_input_is_refused_in_words_and_opens_nothing(client, demo, changes, words):
    response = file(client, **changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Case.objects.count() == 0


def test_what_was_typed_is_still_there_after_a_refusal(client, demo):
    page = file(client, phone="abc").content.decode()
    assert "整栋楼停电" in page
    assert "东湖路 18 号" in page


def test_number_and_code_open_the_case_and_a_strangers_number_does_not(client, demo, opened):
    mine, other = opened(), opened()
    assert client.get(f"/case/{mine.number}").status_code == 404
    assert client.post("/track", {"number": mine.number, "code": other.access_code}).status_code == 404
    assert client.post("/track", {"number": mine.number.lower(), "code": mine.access_code.lower()}).status_code == 302
    assert client.get(f"/case/{mine.number}").status_code == 200
    assert client.get(f"/case/{other.number}").status_code == 404
    before = Message.objects.count()
    assert client.post(f"/case/{other.number}/messages", {"body": "x"}).status_code == 302
    assert Message.objects.count() == before


def test_who_writes_about_a_case_that_is_no_longer_open_here_is_asked_for_its_code_and_told_that_the_words_are_kept(
    client, demo, opened
):
    case = opened()
    client.cookies["django_language"] = "zh-hans"
    for number in (case.number, "RS99999999"):  # the same, whether there is such a case or not
        sent = client.post(f"/case/{number}/messages", {"body": "Still dark here"})
        assert sent["Location"] == f"/track?number={number}&unsent=1"
        page = client.get(sent["Location"]).content.decode()
        assert f'value="{number}"' in page
        assert "已保留在本浏览器中" in page
        assert "has_it" not in client.cookies


@pytest.mark.parametrize("number", ["RS", "99999999999999999999", "%E4%B8%80", "RS00000001' OR 1=1"])
def test_odd_numbers_are_not_found(client, demo, number):
    assert client.get(f"/case/{number}").status_code == 404
    assert client.post("/track", {"number": number, "code": "x"}).status_code == 404


def test_internal_notes_never_show(client, demo, opened):
    case = opened()
    note_case(case, body="内部：客户情绪激动", by=demo.staff["chen"].actor, at=NOW)
    reply_case(case, body="您好，正在核实", by=demo.staff["chen"].actor, at=NOW)
    client.get(f"/case/{case.number}?code={case.access_code}")
    page = client.get(f"/case/{case.number}").content.decode()
    assert "您好，正在核实" in page
    assert "内部" not in page


def test_after_a_merge_nobody_reads_the_other_customers_words(client, demo, opened):
    other = register_customer(name="邻居", at=NOW)
    mine = opened(body="我的账户 33001")
    theirs = opened(customer=other, by=other.actor, body="邻居的秘密")
    merge_cases(mine, theirs, by=demo.staff["lead"].actor, at=NOW)
    for case, own, foreign in ((mine, "我的账户 33001", "邻居的秘密"), (theirs, "邻居的秘密", "我的账户 33001")):
        client.get(f"/case/{case.number}?code={case.access_code}")
        page = client.get(f"/case/{case.number}").content.decode()
        assert own in page
        assert foreign not in page


def test_a_file_is_downloaded_by_its_owner_only(client, demo):
    file(client, files=SimpleUploadedFile("meter.txt", b"12345"))
    attachment, case = Attachment.objects.get(), Case.objects.get()
    response = client.get(f"/case/{case.number}/files/{attachment.pk}")
    assert b"".join(response.streaming_content) == b"12345"
    assert "attachment" in response["content-disposition"]
    client.session.flush()
    client.cookies.pop("sessionid")
    assert client.get(f"/case/{case.number}/files/{attachment.pk}").status_code == 404


@pytest.fixture
def invitation(opened, demo):
    case = opened()
    close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    closing = RecordedEvent.objects.get(about_kind="cases.case", about_id=case.pk, kind="cases.closed").pk
    found = invite(case, closing=closing, outcome="solved", at=NOW)
    found.expires_at = found.expires_at.replace(year=2099)
    found.save()
    return found


def test_a_survey_is_answered_once(client, invitation):
    url = f"/s/{invitation.token}"
    assert "Are you satisfied" in client.get(url).content.decode()
    assert client.post(url, {"satisfaction": "2"}).status_code == 422
    assert client.post(url, {"satisfaction": "2", "comment": "太慢"}).status_code == 200
    assert client.post(url, {"satisfaction": "5"}).status_code == 409
    assert Answer.objects.get().score == 2
    assert client.get("/s/nonsense").status_code == 404


def test_an_expired_survey_says_so(client, invitation):
    invitation.expires_at = NOW
    invitation.save()
    assert client.get(f"/s/{invitation.token}").status_code == 410


def test_both_languages_are_complete_on_the_first_page(client, demo):
    assert "What can we do for you?" in client.get("/").content.decode()
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/").content.decode()
    assert "有什么可以帮您" in page
    assert not re.search(r">\s*[A-Z][a-z]+ [a-z]+", page)


@pytest.mark.parametrize("path", ["/?x=%00", "/new/nope", "/nowhere"])
def test_odd_addresses_are_refused_without_a_fault(client, demo, path):
    assert client.get(path).status_code in (400, 404)
