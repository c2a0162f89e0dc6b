"""A whole house, one thing of each kind elsewhere and one in the own unit, and somebody with every right in that unit."""

from types import SimpleNamespace

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.actions import hire, issue_token, set_memberships
from ruoshui.organization.models import Permission, Reach, Role, Scope
from tests.conftest import NOW
from tests.reach.ground import Ground, number


@pytest.fixture
def house(demo, monkeypatch) -> SimpleNamespace:
    """house.ground, house.home (a unit), house.holder (every right in `home` and below), house.token."""
    from ruoshui.demo.cases import tell_demo_cases
    from ruoshui.demo.setup import Demo
    from ruoshui.queues.models import Branch

    branches = {branch.unit.code: branch for branch in Branch.objects.select_related("unit")}
    tell_demo_cases(Demo(demo.units, demo.staff, demo.types, demo.teams, branches, demo.roles), NOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    home = demo.units["city2"]
    both = number(home)
    holder = _holder("holder", home)
    _token, secret = issue_token(holder, name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    return SimpleNamespace(ground=Ground(), home=home, holder=holder, secret=secret, both=both, demo=demo)


def _holder(username, unit):
    values = {
        "code": username,
        "name_zh": "全权",
        "reach": Reach.SUBTREE,
        "permissions": [str(one) for one in Permission],
    }
    role = configure(Role(), values, by=SYSTEM, at=NOW)
    given = {"password": None, "roles": [role], "by": SYSTEM, "at": NOW}
    staff = hire(username=username, name_zh="全权", unit=unit, **given)
    set_memberships(staff, [(unit, role)], by=SYSTEM, at=NOW)
    return staff
