"""What was typed is kept until we say that we have it, sent in nobody else's name, and never lost to an old page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from ruoshui.cases.models import Case, Message
from ruoshui.web.keeping import AT_MOST, mark_of

OURS = "http://testserver"


@pytest.fixture
def strict(demo):
    """Browsers whose forms are looked at as in production."""

    def browser(username: str = "", language: str = "en") -> Client:
        client = Client(enforce_csrf_checks=True)
        client.cookies["django_language"] = language
        client.get("/work/sign-in")
        if username:
            client.force_login(demo.staff[username])
        return client

    return browser


def noted(client: Client, case: Case, **more: str):
    words = {"kind": "note", "body": "They were promised Thursday", **more}
    return client.post(reverse("workspace:say", args=[case.pk]), words, headers={"Origin": OURS})


def key_on(client: Client, page: str) -> str:
    return str(re.findall(r'name="once_key" value="([^"]+)"', client.get(page).content.decode())[-1])


def test_the_answer_to_a_form_that_was_done_says_so_by_the_end_of_its_key_and_that_of_a_refused_one_does_not(
    signed_in, opened
):
    client, case = signed_in("chen"), opened()
    noted(client, case, once_key="key-number-one-00000001")
    assert client.cookies["has_it"].value == "00000001"
    assert client.cookies["has_it"]["httponly"] == ""
    noted(client, case, once_key="key-number-two-00000002", body=" ")
    assert client.cookies["has_it"].value == "00000001"
    noted(client, case, once_key="key-number-two-00000002")
    assert client.cookies["has_it"].value == "00000001.00000002"


def test_the_second_of_two_presses_is_told_as_well(signed_in, opened):
    client, case = signed_in("chen"), opened()
    noted(client, case, once_key="key-number-one-00000001")
    del client.cookies["has_it"]
    assert noted(client, case, once_key="key-number-one-00000001")["Idempotency-Replayed"] == "true"
    assert client.cookies["has_it"].value == "00000001"


def test_the_latest_ten_are_named_and_nothing_that_is_no_end_of_a_key(signed_in, opened):
    client, case = signed_in("chen"), opened()
    client.cookies["has_it"] = "<script>.12345678.ab"
    for number in range(AT_MOST):
        noted(client, case, once_key=f"key-number-{number:08}", body=f"Note {number}")
    assert client.cookies["has_it"].value == ".".join(f"{number:08}" for number in range(AT_MOST))
    noted(client, case, once_key="key-of-odd-letters-;=,\u4e00\u4e01", body="Odd")
    assert client.cookies["has_it"].value.endswith(f"{AT_MOST - 1:08}")


def test_a_form_of_one_person_is_not_sent_as_anothers_who_signed_in_meanwhile(signed_in, demo, opened):
    case = opened()
    page = reverse("workspace:case", args=[case.pk])
    key = key_on(signed_in("chen"), page)
    assert key.startswith(f"{mark_of(demo.staff['chen'].pk)}.")
    refused = noted(signed_in("lead"), case, once_key=key)
    assert (refused.status_code, Message.objects.filter(case=case, body__startswith="They were").count()) == (409, 0)
    assert "has_it" not in refused.cookies
    assert noted(signed_in("chen"), case, once_key=key).status_code == 302
    assert Message.objects.filter(case=case, body__startswith="They were").count() == 1


@pytest.mark.parametrize(("language", "words"), [("en", "kept in this browser"), ("zh-hans", "已保留在本浏览器中")])
def test_who_sends_without_being_signed_in_comes_back_to_the_page_of_the_form(demo, opened, language, words):
    client, case = Client(), opened()
    client.cookies["django_language"] = language
    page = reverse("workspace:case", args=[case.pk])
    sent = client.post(
        reverse("workspace:say", args=[case.pk]), {"body": "x"}, headers={"Referer": f"{OURS}{page}?x=1"}
    )
    assert sent["Location"] == f"/work/sign-in?unsent=1&next={page}%3Fx%3D1"
    asked = client.get(sent["Location"]).content.decode()
    assert (words in asked, f'name="next" value="{page}?x=1"' in asked) == (True, True)
    assert "has_it" not in client.cookies


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in_and_back(demo, opened):
    page = reverse("workspace:case", args=[opened().pk])
    asked = Client().get(
        f"{page}?part=talk", headers={"HX-Request": "true", "HX-Current-URL": f"{OURS}{page}", "Referer": OURS}
    )
    assert (asked.status_code, asked["HX-Redirect"]) == (200, f"/work/sign-in?next={page}")


def test_a_form_of_an_earlier_session_can_be_sent_again_with_its_words_and_its_key_and_is_done_once(strict, opened):
    client, case = strict("chen"), opened()
    key = key_on(client, reverse("workspace:case", args=[case.pk]))
    page = noted(client, case, once_key=key, csrfmiddlewaretoken="x" * 64)
    text = page.content.decode()
    assert (page.status_code, "Send it again: it is done once" in text) == (403, True)
    assert [word for word in ("CSRF", "DEBUG", "Django") if word in text] == []
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    assert (fields["once_key"], fields["body"], fields["kind"]) == (key, "They were promised Thursday", "note")
    address = re.findall(r'<form method="post" action="([^"]+)"', text)
    for _press in range(2):
        client.post(address[0], fields, headers={"Origin": OURS})
    assert Message.objects.filter(case=case, body="They were promised Thursday").count() == 1


def test_it_is_said_in_the_readers_language(strict, opened):
    text = noted(strict("chen", "zh-hans"), opened(), csrfmiddlewaretoken="x" * 64).content.decode()
    assert ("再次提交" in text, "Send again" in text) == (True, False)


def test_another_site_gets_nobody_to_send_its_form(strict, opened):
    client, case = strict("chen"), opened()
    for origin in ("https://evil.example", "null", ""):
        page = client.post(
            reverse("workspace:say", args=[case.pk]), {"kind": "note", "body": "x"}, headers={"Origin": origin}
        )
        assert (page.status_code, "<form" in page.content.decode()) == (403, False), origin


def test_an_old_form_of_somebody_else_is_refused_and_of_nobody_leads_to_sign_in(strict, demo, opened):
    case = opened()
    key = f"{mark_of(demo.staff['chen'].pk)}.0123456789abcdef"
    other = noted(strict("lead"), case, once_key=key, csrfmiddlewaretoken="x" * 64)
    assert (other.status_code, "<form" in other.content.decode()) == (409, False)
    nobody = noted(strict(), case, once_key=key, csrfmiddlewaretoken="x" * 64)
    assert nobody["Location"] == "/work/sign-in?unsent=1"


def test_every_page_with_words_brings_the_notice_of_what_was_not_sent_and_names_its_owner(signed_in, demo):
    page = signed_in("chen").get("/work/cases/new").content.decode()
    assert f'data-owner="{mark_of(demo.staff["chen"].pk)}"' in page
    assert 'id="kept-note"' in page
    visitor = Client().get("/new/billing").content.decode()
    assert ('data-owner=""' in visitor, 'id="kept-note"' in visitor) == (True, True)
