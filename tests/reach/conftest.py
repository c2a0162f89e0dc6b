"""A whole house, one thing of each kind elsewhere and one in the own unit, and somebody with every right in that unit."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import translation

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.remembering import forget
from ruoshui.organization.actions import hire, issue_token, set_memberships
from ruoshui.organization.models import Permission, Reach, Role, Scope, Staff, Unit
from ruoshui.queues.floor import forget_floors
from tests.conftest import NOW, loaded
from tests.reach.ground import Ground, number


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Built once for all tests of a file, in a transaction around theirs."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        with translation.override("en"):
            yield _build(patch)
        transaction.set_rollback(True)
    forget()
    forget_floors()


@pytest.fixture
def house(built: SimpleNamespace, db: None) -> SimpleNamespace:
    """house.ground, house.home (a unit), house.holder (every right in `home` and below), house.secret (a token's);
    house.anyone (in every unit) with what house.role says; house.insider the same, and with every right in `home`;
    house.words: their tokens'.
    """
    return built


def _build(patch: pytest.MonkeyPatch) -> SimpleNamespace:
    from ruoshui.demo.cases import tell_demo_cases
    from ruoshui.demo.setup import Demo
    from ruoshui.queues.models import Branch

    demo = loaded()
    branches = {branch.unit.code: branch for branch in Branch.objects.select_related("unit")}
    tell_demo_cases(Demo(demo.units, demo.staff, demo.types, demo.teams, branches, demo.roles), NOW)
    patch.setattr("django.utils.timezone.now", lambda: NOW)
    home = demo.units["city2"]
    both = number(home)
    holder, _role = _holder("holder", [home])
    _token, secret = issue_token(holder, name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    anyone, role = _holder("anyone", list(Unit.objects.filter(is_active=True)))
    _token, word = issue_token(anyone, name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    insider, full = _holder("insider", [home])
    everywhere = [(unit, role) for unit in Unit.objects.filter(is_active=True)]
    set_memberships(insider, [(home, full), *everywhere], by=SYSTEM, at=NOW)
    _token, inner = issue_token(insider, name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    return SimpleNamespace(
        ground=Ground(),
        home=home,
        holder=holder,
        secret=secret,
        both=both,
        demo=demo,
        anyone=anyone,
        role=role,
        words={anyone: word, insider: inner},
        insider=insider,
    )


def _holder(username: str, units: list[Unit]) -> tuple[Staff, Role]:
    values = {
        "code": username,
        "name_zh": "全权",
        "reach": Reach.SUBTREE,
        "permissions": [str(one) for one in Permission],
    }
    role = configure(Role(), values, by=SYSTEM, at=NOW)
    staff = hire(username=username, name_zh="全权", unit=units[0], password=None, roles=[role], by=SYSTEM, at=NOW)
    set_memberships(staff, [(unit, role) for unit in units], by=SYSTEM, at=NOW)
    return staff, role
