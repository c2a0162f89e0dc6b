"""Staff are told things on the fixed Wednesday."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from ruoshui.notices.actions import tell_staff
from ruoshui.notices.models import Notice
from tests.conftest import NOW

KIND = "tests.something"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real time goes on: what is told as of the fixed Wednesday is not a week old."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def tell(demo: SimpleNamespace) -> Callable[..., Notice]:
    """One notice to one person: tell("chen", {"name": …}, at=…)."""

    def tell_one(username: str = "chen", data: dict | None = None, **values) -> Notice:
        made = {"about": demo.units["city"], "at": NOW} | values
        (notice,) = tell_staff([demo.staff[username]], KIND, data or {}, **made)
        return notice

    return tell_one
