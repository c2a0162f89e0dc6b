"""A form that is sent twice is done once, whoever sends it and whatever became of the first answer."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from ruoshui.cases.models import Case, CaseState
from ruoshui.core.idempotency import sweep_answers
from ruoshui.core.models import AnsweredRequest
from ruoshui.web.errors import away
from ruoshui.web.repeating import may_repeat
from tests.web.forms import Form

KEY = "a-key-of-this-form-0001"
WRITTEN = (
    "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables "
    "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname NOT IN ('core_answeredrequest', 'django_session')"
)
FILING = {"name": "Ning Bo", "phone": "13800001234", "subject": "The meter stands still", "once_key": KEY}


def written() -> list[tuple]:
    """What this transaction has written so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return sorted(cursor.fetchall())


def filled(form: Form) -> dict[str, list[str]]:
    words = {"text": "Trial 1", "textarea": "Trial 1", "number": "1", "email": "a@example.com", "date": "2026-03-05"}
    found = {name: values for name, values in form.fields.items() if form.kinds.get(name) != "file"}
    empty = [name for name, kind in form.kinds.items() if kind in words and not any(found.get(name, []))]
    return found | {name: [words[form.kinds[name]]] for name in empty}


def answered(response) -> tuple:
    return response.status_code, response.get("Location"), response.get("Content-Type"), response.content


def test_every_form_that_pages_show_is_done_once(shown_forms):
    client, forms = shown_forms
    done = []
    for form in forms:
        if form.action == reverse("workspace:sign-out"):
            continue  # whoever is not signed in is sent to sign in, whatever they send
        with transaction.atomic():
            data = filled(form)
            assert data["once_key"], form.page
            first = client.post(form.action, data)
            after = written()
            if first.status_code < 400 and first.get("Location") != form.page and after:
                second = client.post(form.action, data)
                if second.get("Idempotency-Replayed"):
                    assert answered(second) == answered(first), form.action
                    assert written() == after, form.action
                    done.append(form.action)
            transaction.set_rollback(True)
    assert len(done) > 30, done


def file_twice(client: Client, **second: str) -> tuple[Any, Any]:
    client.get("/new/billing")
    return client.post("/new/billing", FILING), client.post("/new/billing", FILING | second)


def test_a_need_filed_twice_is_one_case(client, demo):
    first, second = file_twice(client)
    assert first.status_code == 302
    assert second["Location"] == first["Location"]
    assert Case.objects.filter(subject=FILING["subject"]).count() == 1


def test_other_words_under_the_same_key_are_another_press(client, demo):
    first, second = file_twice(client, subject="The meter runs backwards")
    assert second.status_code == 302
    assert second["Location"] != first["Location"]


def test_who_lost_the_first_answer_gets_into_their_case_by_the_second(demo):
    browser = Client()
    browser.get("/new/billing")
    cookie = browser.cookies["csrftoken"].value
    browser.post("/new/billing", FILING)
    again = Client()  # the session came with the answer that was lost
    again.cookies["csrftoken"] = cookie
    place = again.post("/new/billing", FILING)["Location"]
    assert again.get(place).status_code == 200
    assert Client().get(place).status_code != 200


def test_a_stranger_with_the_key_gets_nobodys_outcome(client, demo, signed_in):
    first, _second = file_twice(client)
    stranger = Client()
    stranger.get("/new/billing")
    theirs = stranger.post("/new/billing", FILING)
    assert theirs["Location"] != first["Location"]
    assert theirs.get("Idempotency-Replayed") is None


def test_what_is_kept_tells_nothing_without_the_key(client, demo):
    first, _second = file_twice(client)
    kept = AnsweredRequest.objects.get(scope__startswith="form:")
    number = first["Location"].strip("/").split("/")[-1]
    assert number not in str(kept.body)
    assert KEY not in f"{kept.body}{kept.key}{kept.scope}"


def test_the_same_words_with_another_file_are_another_press(client, demo):
    client.get("/new/billing")
    for content in (b"first", b"first", b"second"):
        client.post("/new/billing", FILING | {"files": SimpleUploadedFile("bill.txt", content)})
    assert Case.objects.filter(subject=FILING["subject"]).count() == 2


def test_a_refused_form_may_be_sent_again_with_its_key(signed_in, opened):
    client, case = signed_in("chen"), opened()
    address, page = reverse("workspace:resolve", args=[case.pk]), reverse("workspace:case", args=[case.pk])
    stale = {"version": str(case.version + 1), "once_key": KEY}  # what is seen is not what is there, yet
    refused = client.post(address, stale, headers={"Referer": f"http://testserver{page}"})
    assert refused.status_code in (302, 409)
    assert AnsweredRequest.objects.filter(scope__startswith="form:").count() == 0
    client.post(reverse("workspace:assign", args=[case.pk]), {"version": str(case.version)})
    client.post(address, stale)
    case.refresh_from_db()
    assert case.state == CaseState.RESOLVED


def test_keys_of_forms_are_kept_for_a_day(client, demo):
    file_twice(client)
    kept = AnsweredRequest.objects.filter(scope__startswith="form:")
    sweep_answers(timezone.now() + timezone.timedelta(hours=23))
    assert kept.count() == 1
    sweep_answers(timezone.now() + timezone.timedelta(hours=25))
    assert kept.count() == 0


def lost(_request):
    raise OperationalError("server closed the connection unexpectedly")


def broken(_request):
    raise ZeroDivisionError


@may_repeat
def free(request):
    return HttpResponse(str(sorted(request.POST)))


urlpatterns = [
    path("lost", lost),
    path("broken", broken),
    path("free", free),
    path("", include("ruoshui.web.urls")),
]
handler404, handler500 = "ruoshui.web.errors.not_found", "ruoshui.web.errors.broken"
here = override_settings(ROOT_URLCONF=__name__)


@here
def test_a_page_without_its_database_says_when_to_come_again_and_comes_by_itself(client, demo):
    page = client.get("/lost")
    assert (page.status_code, page["Retry-After"]) == (503, "3")
    assert "系统暂时无法访问数据库" in page.content.decode()
    assert "The database cannot be reached just now" in page.content.decode()
    assert "http-equiv=refresh" in page.content.decode()


@here
def test_a_form_without_its_database_is_sent_again_under_its_key(client, demo):
    page = client.post(
        "/lost?tab=1", "body=%3Cb%3E%22x%22&once_key=" + KEY, content_type="application/x-www-form-urlencoded"
    )
    text = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, "3")
    assert "同一次提交不会重复办理" in text
    assert "it will not be done twice" in text
    assert 'action="/lost?tab=1" data-again=3' in text
    assert '<input type="hidden" name="body" value="&lt;b&gt;&quot;x&quot;">' in text
    assert f'<input type="hidden" name="once_key" value="{KEY}">' in text
    assert '<input type="hidden" name="sent_again" value="1">' in text
    assert "nothing of yours was changed" not in text


@here
def test_a_form_that_could_bring_files_and_brings_none_is_sent_again_too(client, demo):
    text = client.post("/lost", {"body": "x", "once_key": KEY}).content.decode()
    assert "data-again" in text
    assert f'<input type="hidden" name="once_key" value="{KEY}">' in text


@here
def test_a_form_with_a_file_is_sent_again_by_the_browser_that_has_the_file(client, demo):
    sent = {"body": "x", "once_key": KEY, "files": SimpleUploadedFile("meter.txt", b"81 kWh")}
    text = client.post("/lost", sent).content.decode()
    assert "data-again" not in text
    assert "Reload this page" in text


def test_a_form_that_finds_no_database_for_its_session_is_sent_again_under_its_key(rf):
    """The second try ends before anybody has looked at the key."""
    text = away(rf.post("/work/cases/1/messages", {"body": "x", "once_key": KEY, "sent_again": "1"})).content.decode()
    assert "同一次提交不会重复办理" in text
    assert f'<input type="hidden" name="once_key" value="{KEY}">' in text
    assert '<input type="hidden" name="sent_again" value="2">' in text


def test_a_form_that_nobody_can_read_is_answered_all_the_same(rf):
    sent = rf.post("/lost", b"no boundary", content_type="multipart/form-data")
    assert away(sent).status_code == 503


@here
def test_it_sends_itself_twenty_times_and_then_waits_to_be_asked(client, demo):
    sent = f"once_key={KEY}&sent_again=20"
    text = client.post("/lost", sent, content_type="application/x-www-form-urlencoded").content.decode()
    assert "data-again" not in text
    assert "Send again" in text


@here
def test_how_often_it_was_sent_is_no_part_of_what_is_said(client, demo):
    assert (
        client.post("/free", {"body": "x", "again": "x", "once_key": KEY, "sent_again": "3"}).content
        == b"['again', 'body']"
    )


@here
def test_a_form_without_a_key_is_not_promised_to_be_done_once(client, demo):
    text = client.post("/lost", {"body": "x"}).content.decode()
    assert "look before you send it again" in text
    assert "not be done twice" not in text


@here
def test_a_fault_of_ours_does_not_say_what_it_does_not_know(client, demo):
    client.raise_request_exception = False
    page = client.post("/broken", {"once_key": KEY})
    assert page.status_code == 500
    assert "We do not know whether what you sent was kept" in page.content.decode()
    assert re.search("我们无法确认您提交的内容是否已保存", page.content.decode())
    assert AnsweredRequest.objects.filter(scope__startswith="form:").count() == 0


def test_a_lost_database_is_told_also_where_no_view_was_reached(client, demo, monkeypatch):
    def fails(*_arguments, **_more):
        raise OperationalError("server closed the connection unexpectedly")

    client.raise_request_exception = False
    client.cookies["sessionid"] = "of-somebody"
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fails)
    assert client.get("/work/").status_code == 503
    assert client.post("/work/presence", {"presence": "away", "once_key": KEY}).status_code == 503


def test_a_database_lost_while_the_session_is_kept_is_no_fault_of_who_asked(client, demo, monkeypatch):
    def fails(*_arguments, **_more):
        raise OperationalError("server closed the connection unexpectedly")

    file_twice(client)
    with monkeypatch.context() as without:
        without.setattr("django.contrib.sessions.models.Session.save", fails)
        away = client.post("/new/billing", FILING | {"subject": "Another matter"})
    assert (away.status_code, away["Retry-After"]) == (503, "3")
    again = client.post("/new/billing", FILING | {"subject": "Another matter"})
    assert client.get(again["Location"]).status_code == 200
    assert Case.objects.filter(subject="Another matter").count() == 1


@pytest.mark.parametrize("key", ["k" * 101, "", "\u7684\x01"])
def test_a_key_that_is_none_spoils_nothing(client, demo, key: str):
    client.get("/new/billing")
    answer = client.post("/new/billing", FILING | {"once_key": key})
    assert answer.status_code in (302, 422)
