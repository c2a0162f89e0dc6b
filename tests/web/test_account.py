"""The page of one's own account, through the browser."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import change_password, enter, set_memberships, sweep_sessions
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.organization.models import Role, Staff, StaffSession
from ruoshui.web.browser_names import browser_name
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
        ("en", {"old": "wrong"}, "This is not your current password."),
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


class Clock:
    """What time it is; moved by the test."""

    def __init__(self, monkeypatch):
        self.now = NOW
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def pass_by(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def is_signed_in(client, **headers):
    return client.get("/work/notices", headers=headers).status_code == 200


def test_a_session_ends_after_twelve_hours_without_activity(demo, clock):
    client = entered()
    for _n in range(3):
        clock.pass_by(hours=11, minutes=59)
        assert is_signed_in(client)
    clock.pass_by(hours=12)
    answer = client.get("/work/cases?sight=all")
    assert (answer.status_code, answer["location"]) == (
        302,
        "/work/sign-in?ended=idle&next=/work/cases%3Fsight%3Dall",
    )
    page = client.get(answer["location"]).content.decode()
    assert "nothing was done here for 12 hours" in page
    assert 'name="next" value="/work/cases?sight=all"' in page


def test_what_a_screen_fetches_by_itself_is_no_activity(demo, clock):
    client = entered()
    for _n in range(4):
        clock.pass_by(hours=3, minutes=1)
        last = client.get("/work/notices/bell", headers={"HX-Request": "true"})
    assert (last.status_code, last["HX-Redirect"]) == (200, "/work/sign-in?ended=idle")


def test_a_session_ends_after_seven_days_however_busy(demo, clock):
    client = entered()
    for _n in range(16):
        clock.pass_by(hours=10)
        assert is_signed_in(client)
    clock.pass_by(hours=8)
    assert client.get("/work/notices")["location"].startswith("/work/sign-in?ended=age")
    assert client.get("/work/notices")["location"] == "/work/sign-in?next=/work/notices"


def test_the_times_are_settings(demo, clock, settings):
    settings.SESSION_IDLE = timedelta(hours=1)
    client = entered()
    clock.pass_by(minutes=61)
    assert not is_signed_in(client)


def test_one_sees_where_one_is_signed_in_and_ends_the_others(demo, clock):
    there = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Edg/140.0"})
    there.post("/work/sign-in", {"username": "chen", "password": OLD}, REMOTE_ADDR="127.0.0.2")
    stranger, here = entered("south"), entered()
    page = here.get("/work/account").content.decode()
    assert ("Edge, Windows" in page, "127.0.0.2" in page, page.count("data-this-session")) == (True, True, 1)
    assert "127.0.0.2" not in stranger.get("/work/account").content.decode()
    for wrong, said in (({}, "not your current password"), ({"present": "wrong"}, "not your current password")):
        answer = here.post("/work/account/sessions/end", wrong)
        assert (answer.status_code, said in answer.content.decode(), is_signed_in(there)) == (422, True, True)
    ended = here.post("/work/account/sessions/end", {"present": OLD}, follow=True).content.decode()
    assert ended.count("in 1 other place") == 1
    assert (is_signed_in(there), is_signed_in(here), is_signed_in(stranger)) == (False, True, True)


def test_what_happens_to_an_account_is_on_record_for_its_owner_and_those_who_see_people(demo, clock, kinds_of):
    chen = demo.staff["chen"]
    client = entered()
    Client().post("/work/sign-in", {"username": "chen", "password": "wrong"}, REMOTE_ADDR="81.2.69.5")
    changing(client)
    client.post("/work/sign-out")
    account = [kind.removeprefix("organization.") for kind in kinds_of(chen) if "presence" not in kind]
    assert account[-4:] == ["signed_in", "sign_in_failed", "password_changed", "signed_out"]
    page = entered("admin").get(f"/settings/staff/{chen.pk}").content.decode()
    for words in (
        "signed in from 127.0.0.1",
        "counted wrong passwords: 1, last from 81.2.69.5",
        "changed the password",
    ):
        assert words in page
    assert entered("wang").get(f"/settings/staff/{chen.pk}").status_code == 403


def test_sessions_are_swept_with_their_end_on_record(demo, clock):
    chen, south = demo.staff["chen"], demo.staff["south"]
    entered()
    entered("south")
    Staff.objects.filter(pk=south.pk).update(is_active=False)
    assert sweep_sessions(at=NOW) == 1
    assert sweep_sessions(at=NOW + timedelta(hours=12, minutes=9)) == 0
    assert sweep_sessions(at=NOW + timedelta(hours=12, minutes=10)) == 1
    assert [south.browser_sessions.get().end, chen.browser_sessions.get().end] == ["left", "idle"]
    assert Session.objects.count() == 0
    sweep_sessions(at=NOW + timedelta(days=91))
    assert StaffSession.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1 MicroMessenger/8.0", "WeChat, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605.1", "Safari, macOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("\x07\u202e", "?"),
        ("", "?"),
    ],
)
def test_browsers_are_named_in_two_words(sent, name):
    assert browser_name(sent) == name


def test_networks_that_guess_are_shown_to_those_who_look_after_the_security_of_all(demo, clock):
    for n in range(60):
        claim_and_fail(f"name{n}", NOW + n * timedelta(seconds=40))
    clock.pass_by(hours=1)
    page = entered("admin").get("/settings/staff").content.decode()
    assert "lets 81.2.69.5/32 wait" in page
    role = Role.objects.create(code="hr", name_zh="人事", permissions=["people"], reach="subtree")
    set_memberships(demo.staff["wang"], [(demo.units["city"], role)], by=SYSTEM, at=NOW)
    answer = entered("wang").get("/settings/staff")
    assert (answer.status_code, "81.2.69.5" in answer.content.decode()) == (200, False)


def claim_and_fail(username, at):
    with suppress(TooManyFailures):
        enter(username, "wrong", address="81.2.69.5", at=at)
