"""Signing in through the browser: what is said, what is kept, what is not carried along."""

import pytest
from django.test import Client

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import change_password
from ruoshui.organization.models import FailureCount
from tests.conftest import NOW, misread

PATH = "/work/sign-in"
RIGHT, WRONG = "lantern-river-208", "not-the-word"


@pytest.fixture(autouse=True)
def still(monkeypatch, settings):
    """Time stands, and the polite limits on requests do not answer first."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.LIMITS = {}


@pytest.fixture(autouse=True)
def own_passwords(demo):
    for username in ("chen", "south"):
        change_password(demo.staff[username], RIGHT, by=SYSTEM, at=NOW)


def browser(language="en", address="81.2.69.5"):
    client = Client(REMOTE_ADDR=address)
    client.cookies["django_language"] = language
    return client


def entering(client, username="chen", password=RIGHT):
    return client.post(PATH, {"username": username, "password": password})


@pytest.mark.parametrize("username", ["chen", "nobody"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "There were too many wrong tries. Wait 3 seconds"), ("zh-hans", "错误次数过多，请等待 3 秒后再试")],
)
def test_too_many_tries_are_told_the_seconds_whether_the_name_exists_or_not(demo, username, language, words):
    client = browser(language)
    came = [entering(client, username, WRONG) for _n in range(7)]
    assert [one.status_code for one in came] == [401] * 6 + [429]
    assert words in came[-1].content.decode()
    assert came[-1].headers["Retry-After"] == "3"
    assert f'value="{username}"' in came[-1].content.decode()


def test_a_try_elsewhere_finds_the_count_and_the_browser_of_the_person_does_not(demo):
    own = browser()
    assert entering(own).status_code == 302
    own.post("/work/sign-out")
    stranger = browser(address="93.184.216.34")
    assert [entering(stranger, password=WRONG).status_code for _n in range(7)] == [401] * 6 + [429]
    assert entering(browser(address="198.41.0.4")).status_code == 429
    assert entering(own).status_code == 302


def test_the_mark_of_a_browser_is_kept_from_scripts_and_other_places(demo):
    cookie = entering(browser()).cookies["known"]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/work/", "Lax")


def test_the_session_gets_a_new_key_and_leaves_behind_what_a_customer_had_opened(demo, opened):
    client, case = browser(), opened()
    client.post("/track", {"number": case.number, "code": case.access_code})
    before = client.session.session_key
    assert client.get(f"/case/{case.number}").status_code == 200
    entering(client, "south")
    assert client.session.session_key != before
    assert client.get(f"/case/{case.number}").status_code == 404


def test_guessing_codes_of_cases_is_slowed_by_both_doors_and_the_right_code_counts_nothing(demo, opened):
    client, case = browser(address="10.0.0.7"), opened()
    wrong = misread(case.access_code)
    for _n in range(3):
        assert client.get(f"/case/{case.number}?code={case.access_code}").status_code == 302
    assert {row.count for row in FailureCount.objects.all()} == {0.0}
    came = [client.get(f"/case/{case.number}?code={wrong}").status_code for _n in range(31)]
    came += [client.post("/track", {"number": case.number, "code": wrong}).status_code for _n in range(31)]
    assert came == [404] * 61 + [429]
    told = client.post("/track", {"number": case.number, "code": case.access_code})
    assert (told.status_code, "too many wrong tries" in told.content.decode()) == (429, True)
    assert client.get(f"/case/{case.number}?code={case.access_code}").status_code == 429
    assert client.get(f"/case/{case.number}").status_code == 200  # opened before, needs no code


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "status"),
    [
        ("127.0.0.1", None, 0, 302),
        ("::ffff:127.0.0.1", None, 0, 302),
        ("127.0.0.1", "81.2.69.5", 0, 403),
        ("127.0.0.1", "81.2.69.5", 1, 403),
        ("127.0.0.1", "127.0.0.1", 1, 302),
        ("10.0.0.7", None, 0, 403),
        ("81.2.69.5", None, 0, 403),
    ],
)
def test_the_known_password_of_the_demo_is_good_on_this_machine_only(
    demo, settings, address, forwarded, proxies, status
):
    settings.PROXIES = proxies
    client = browser(address=address)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.post(PATH, {"username": "lead", "password": "ruoshui-demo"}, headers=headers)
    assert answer.status_code == status
    assert ("good on this machine only" in answer.content.decode()) == (status == 403)


def test_with_an_https_address_the_known_password_is_good_nowhere(demo, settings):
    settings.SECURE = True
    assert entering(browser(address="127.0.0.1"), "lead", "ruoshui-demo").status_code == 403
