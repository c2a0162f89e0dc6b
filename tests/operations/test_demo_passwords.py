"""The demo's known password is for one machine: whoever opens the demo to others gets passwords of their own."""

import re

import pytest

from ruoshui.demo.passwords import KNOWN
from ruoshui.operations.demo import NAMES, examine_demo, settle_demo_passwords, with_known_password
from ruoshui.operations.findings import BAD, LOOK, OK
from ruoshui.operations.greeting import _demo_words
from ruoshui.operations.reach import others_reach
from ruoshui.organization.actions import enter
from ruoshui.organization.models import Staff
from ruoshui.settings.places import mark
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("host", "url", "reached"),
    [
        ("127.0.0.1", None, False),
        ("localhost", "http://localhost:8000", False),
        ("::1", "http://[::1]:8000", False),
        ("127.0.0.1", "https://localhost", True),
        ("127.0.0.1", "https://service.example", True),
        ("127.0.0.1", "http://service.example", True),
        ("0.0.0.0", "http://localhost:8000", True),
        ("::", "http://localhost:8000", True),
        ("10.1.2.3", None, True),
        ("service.example", None, True),
    ],
)
def test_who_is_reached_by_others(monkeypatch, host, url, reached):
    monkeypatch.delenv("RUOSHUI_PUBLIC_URL", raising=False)
    if url:
        monkeypatch.setenv("RUOSHUI_PUBLIC_URL", url)
    assert others_reach(host) == reached


def test_every_account_gets_a_password_of_its_own_that_is_shown_once(demo, capsys):
    assert {staff.username for staff in with_known_password()} == set(NAMES) == set(demo.staff)
    settle_demo_passwords()
    shown = dict(re.findall(r"^      (\w+) +([a-z2-9-]{19})$", capsys.readouterr().out, re.MULTILINE))
    assert (set(shown), len(set(shown.values()))) == (set(NAMES), len(NAMES))
    assert with_known_password() == []
    for n, (username, password) in enumerate(shown.items()):
        assert enter(username, KNOWN, address=f"10.0.{n}.1", at=NOW) is None
        assert enter(username, password, address=f"10.0.{n}.1", at=NOW) == demo.staff[username]
    assert not Staff.objects.filter(must_change_password=True).exists()
    settle_demo_passwords()
    assert capsys.readouterr().out == ""


def test_the_doctor_says_when_others_reach_the_known_password(demo, monkeypatch):
    monkeypatch.setenv("RUOSHUI_PUBLIC_URL", "http://localhost:8000")
    assert [found[0] for found in examine_demo()] == [LOOK]
    monkeypatch.setenv("RUOSHUI_PUBLIC_URL", "https://service.example")
    assert [found[0] for found in examine_demo()] == [BAD]
    settle_demo_passwords()
    assert [found[0] for found in examine_demo()] == [OK]


def test_the_greeting_names_no_password_that_is_no_longer_true(tmp_path, monkeypatch):
    monkeypatch.setenv("RUOSHUI_DATA", str(tmp_path))
    assert _demo_words() == ""
    mark("demo-loaded").touch()
    assert KNOWN in _demo_words()
    mark("demo-passwords").touch()
    assert (KNOWN in _demo_words(), "shown once" in _demo_words()) == (False, True)
