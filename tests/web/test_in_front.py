"""What stands in front of us: hosts, https, proxies that nobody told us of."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from ruoshui.operations.in_front import examine_front
from ruoshui.settings.safety import hosts_of
from ruoshui.web import forwarded

HTTPS = "https://service.bank.example"


@pytest.mark.parametrize("named", ["", "*", "a.example,*", " , "])
def test_with_https_somebody_says_which_names_we_answer_to(named):
    with pytest.raises(ImproperlyConfigured, match="Set RUOSHUI_HOSTS"):
        hosts_of(named, HTTPS)


def test_who_says_so_or_has_no_https_may_start():
    assert hosts_of("service.bank.example, 10.0.0.7", HTTPS) == ["service.bank.example", "10.0.0.7"]
    assert hosts_of("", "http://localhost:8000") == ["*"]


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    given = {name: value for name, value in os.environ.items() if name != "RUOSHUI_HOSTS"} | environment
    return subprocess.run(
        [sys.executable, "-m", "ruoshui.cli", *arguments], env=given, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", ["run", "serve"])
def test_nothing_is_started_otherwise_and_one_sentence_says_why(command, tmp_path):
    done = started(command, RUOSHUI_PUBLIC_URL=HTTPS, RUOSHUI_DATA=str(tmp_path), DATABASE_URL="postgres:///nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"✗ RUOSHUI_PUBLIC_URL is {HTTPS}, but RUOSHUI_HOSTS does not say")
    assert "Traceback" not in done.stderr


NAMES = (
    "from ruoshui.settings import base as b; "
    "print(b.SESSION_COOKIE_NAME, b.CSRF_COOKIE_NAME, b.LANGUAGE_COOKIE_NAME, b.THEME_COOKIE_NAME, b.SESSION_COOKIE_SECURE, b.LANGUAGE_COOKIE_SECURE)"
)


def test_with_https_cookies_have_names_that_no_neighbour_can_set(tmp_path):
    given = os.environ | {"RUOSHUI_PUBLIC_URL": HTTPS, "RUOSHUI_HOSTS": "a.example", "RUOSHUI_DATA": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", NAMES], env=given, capture_output=True, text=True, check=True).stdout
    assert told.split() == [
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-django_language",
        "__Host-theme",
        "True",
        "True",
    ]


@pytest.fixture
def unseen(settings, tmp_path, monkeypatch, caplog):
    caplog.set_level("WARNING")
    settings.DATA = tmp_path
    monkeypatch.setattr(forwarded, "_told", float("-inf"))


def told(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == forwarded.__name__]


def test_a_proxy_nobody_told_us_of_is_said_once_an_hour_and_by_the_doctor(client, demo, unseen, settings, caplog):
    settings.SECURE = True
    (before,) = examine_front()
    for _n in range(3):
        client.get("/", HTTP_X_FORWARDED_FOR="81.2.69.5", REMOTE_ADDR="10.0.0.1")
    (line,) = told(caplog)
    assert "RUOSHUI_PROXIES is 0: everybody behind the proxy counts as 10.0.0.1" in line
    (after,) = examine_front()
    assert (before[0], after[0]) == ("!", "!")
    assert "so a proxy stands in front" in before[1]
    assert after[1].startswith("a proxy named addresses")


def test_a_proxy_on_the_own_machine_is_said_without_https_too(client, demo, unseen, caplog):
    client.get("/", HTTP_X_FORWARDED_FOR="81.2.69.5", REMOTE_ADDR="127.0.0.1")
    assert len(told(caplog)) == 1


def test_a_header_that_anybody_can_send_is_no_proxy(client, demo, unseen, caplog):
    client.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="81.2.69.5")
    assert told(caplog) == []
    assert list(examine_front()) == [("✓", "no proxy stands in front", "")]


def test_who_told_us_of_the_proxies_hears_nothing(client, demo, unseen, settings, caplog):
    settings.PROXIES, settings.SECURE = 1, True
    client.get("/", HTTP_X_FORWARDED_FOR="81.2.69.5", REMOTE_ADDR="10.0.0.1")
    assert told(caplog) == []
    assert [mark for mark, _what, _mend in examine_front()] == ["✓"]
