"""The page of one's own account, through the browser."""

import pytest
from django.test import Client

from ruoshui.organization.actions import change_password
from ruoshui.organization.models import Staff
from tests.conftest import NOW

OLD, NEW = "ruoshui-demo", "lantern-river-208"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def entered(username="chen", password=OLD, language="en"):
    client = Client()
    assert client.post("/work/sign-in", {"username": username, "password": password}).status_code == 302
    client.cookies["django_language"] = language
    return client


def changing(client, old=OLD, new=NEW, again=None):
    return client.post("/work/account/password", {"old": old, "password": new, "again": again or new})


def test_nobody_changes_a_password_without_signing_in(client, demo):
    for answer in (client.get("/work/account"), changing(client)):
        assert (answer.status_code, answer["location"].split("?")[0]) == (302, "/work/sign-in")


def test_every_staff_member_finds_the_page_from_every_page(signed_in, demo):
    for username in ("chen", "south", "field", "admin"):
        client = signed_in(username)
        assert 'href="/work/account"' in client.get("/work/notices").content.decode()
        assert "At least 8 characters" in client.get("/work/account").content.decode()


def test_a_change_keeps_this_session_and_ends_the_others(demo):
    here, there = entered(), entered()
    feed = demo.staff["chen"].sealed("feed")
    answer = changing(here)
    assert (answer.status_code, answer["location"]) == (302, "/work/account")
    assert "Your password is changed" in here.get("/work/account").content.decode()
    assert there.get("/work/account").status_code == 302
    assert Staff.objects.get(username="chen").sealed("feed") != feed
    assert Client().post("/work/sign-in", {"username": "chen", "password": OLD}).status_code == 401
    assert entered(password=NEW).get("/work/account").status_code == 200


@pytest.mark.parametrize(
    ("language", "values", "words"),
    [
        ("en", {"old": "wrong"}, "This is not your present password."),
        ("zh-hans", {"new": "chenchen"}, "这类密码最先被猜到"),
        ("zh-hans", {"again": "lantern"}, "两次输入不一致"),
        ("en", {"new": "evil1234"}, "easy to guess"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_changes_nothing(demo, language, values, words):
    client = entered(language=language)
    before = Staff.objects.values_list("password", flat=True).get(username="chen")
    answer = changing(client, **values)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert Staff.objects.values_list("password", flat=True).get(username="chen") == before


def test_wrong_old_passwords_are_slowed_here_too(demo):
    client = entered()
    assert [changing(client, old="wrong").status_code for _n in range(7)] == [422] * 6 + [429]


ANY_PAGE = ("/work/cases", "/work/customers", "/cockpit/", "/settings/units", "/branch/", "/work/notices")


@pytest.mark.parametrize("path", ANY_PAGE)
def test_with_a_one_time_password_every_page_leads_to_one_s_own(demo, path):
    change_password(demo.staff["chen"], "teapot-glacier-47", by=demo.staff["admin"].actor, at=NOW)
    client = entered(password="teapot-glacier-47")
    answer = client.get(path)
    assert (answer.status_code, answer["location"]) == (302, "/work/account")
    part = client.get(path, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"], part.content) == (200, "/work/account", b"")
    page = client.get("/work/account").content.decode()
    assert "one-time password that somebody else chose" in page
    changing(client, old="teapot-glacier-47")
    assert client.get("/work/notices").status_code == 200


def test_no_write_goes_through_before_the_own_password_is_chosen(demo):
    change_password(demo.staff["chen"], "teapot-glacier-47", by=demo.staff["admin"].actor, at=NOW)
    client = entered(password="teapot-glacier-47")
    client.post("/work/presence", {"presence": "busy"})
    assert Staff.objects.get(username="chen").presence == "available"
    assert client.post("/work/sign-out").status_code == 302


def test_an_administrator_s_form_refuses_a_weak_password_in_words(signed_in, demo):
    form = {"username": "lu", "name_zh": "陆羽", "unit": demo.units["city"].pk, "password": "password1"}
    page = signed_in("admin").post("/settings/staff/new", form).content.decode()
    assert ("easy to guess" in page, Staff.objects.filter(username="lu").exists()) == (True, False)
