"""The first administrator of an empty installation."""

from ruoshui.operations.first import make_admin
from ruoshui.organization.models import Permission, Staff


def test_an_administrator_may_set_everything_up(demo, monkeypatch, capsys):
    monkeypatch.setenv("RUOSHUI_ADMIN_PASSWORD", "a-good-password-1")
    assert make_admin("boss", "老板") == 0
    boss = Staff.objects.get(username="boss")
    assert boss.check_password("a-good-password-1")
    assert boss.may(Permission.PEOPLE)
    assert make_admin("boss", "老板") == 1
    assert "✗" in capsys.readouterr().err


def test_a_weak_password_is_refused(demo, monkeypatch, capsys):
    monkeypatch.setenv("RUOSHUI_ADMIN_PASSWORD", "short")
    assert make_admin("boss2", "老板") == 1
    assert not Staff.objects.filter(username="boss2").exists()
