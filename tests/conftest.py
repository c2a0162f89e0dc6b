"""The world of the tests: the demo organisation on a fixed Wednesday, and a few shorthands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from ruoshui.core import remembering
from ruoshui.organization import worktimes
from tests.template import copied

SHANGHAI = ZoneInfo("Asia/Shanghai")
# An ordinary Wednesday morning, inside working hours.
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    """ "2026-03-04 10:00" in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def misread(code: str) -> str:
    """The same code, its last letter another one."""
    return code[:-1] + ("y" if code.endswith("x") else "x")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their kind alone: two workers must find the same names, and a zip holds its moment."""
    return "bytes" if isinstance(val, bytes | bytearray) else None


@contextmanager
def refused(kind: type[Exception]) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """The verb inside is refused, and what it had begun is undone."""
    with pytest.raises(kind) as info, transaction.atomic():
        yield info


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The organisation is set up once and kept; each test's own doings are rolled back."""
    with django_db_blocker.unblock(), copied(NOW - timedelta(days=365)), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from ruoshui.queues.floor import forget_floors

    # How many queries a page costs must not depend on how slow the machine is just now.
    monkeypatch.setattr(remembering, "SECONDS", 3600.0)
    remembering.forget()
    forget_floors()
    worktimes._compiled.clear()  # what a rolled-back test compiled
    cache.clear()
    translation.activate("en")
    yield
    translation.deactivate_all()


@pytest.fixture
def demo(db: None) -> SimpleNamespace:
    """Units, staff, types, teams, levels by their codes: demo.staff["chen"]."""
    return loaded()


def loaded() -> SimpleNamespace:
    """The demo organisation as it stands in the database."""
    from ruoshui.cases.models import CaseType
    from ruoshui.organization.models import Role, Staff, Team, Unit
    from ruoshui.sla.models import Level

    return SimpleNamespace(
        units={unit.code: unit for unit in Unit.objects.all()},
        staff={staff.username: staff for staff in Staff.objects.select_related("unit")},
        types={type.code: type for type in CaseType.objects.select_related("unit")},
        teams={team.code: team for team in Team.objects.all()},
        roles={role.code: role for role in Role.objects.all()},
        levels={level.code: level for level in Level.objects.all()},
    )


@pytest.fixture
def customer(demo: SimpleNamespace):
    from ruoshui.customers.actions import register_customer

    return register_customer(
        name="许文", contacts=[("phone", "138 0000 9999"), ("email", "Xu@Example.com")], unit=demo.units["city"], at=NOW
    )


@pytest.fixture
def opened(demo: SimpleNamespace, customer) -> Callable:
    """Open a case: opened(), opened("outage", at=…, form=…)."""
    from ruoshui.cases.actions import open_case

    def make(code: str = "billing", **values):
        made = {
            "subject": "电费比平时高一倍",
            "body": "请帮我核对抄表数据",
            "customer": customer,
            "by": customer.actor,
            "at": NOW,
        } | values
        return open_case(demo.types[code], **made)

    return make


@pytest.fixture
def signed_in(client, demo: SimpleNamespace) -> Callable:
    """A browser's client signed in as somebody."""

    def sign(username: str):
        client.force_login(demo.staff[username])
        client.cookies["django_language"] = "en"
        return client

    return sign


@pytest.fixture
def kinds_of() -> Callable:
    """The kinds of the events about something, oldest first."""
    from ruoshui.core.models import RecordedEvent

    def kinds(thing) -> list[str]:
        events = RecordedEvent.objects.filter(about_kind=thing._meta.label_lower, about_id=thing.pk)
        return list(events.order_by("at", "id").values_list("kind", flat=True))

    return kinds
