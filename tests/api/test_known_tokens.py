"""A token that is known by now: what its owner may do is still decided by what is true at this moment."""

import pytest

from ruoshui.organization.models import Membership, Permission, Role, Staff
from ruoshui.organization.rights import rights_revision
from ruoshui.queues.models import Branch

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(program, demo):
    """The status of taking a number in the east branch, asked once so that token and branch are known."""
    ask = program("east")

    def status():
        return ask("POST", "/branches/east/tickets", {"business": "pay"})[0]

    status()
    return status


def test_of_one_who_lost_his_role_in_the_branch_it_does_not_exist_any_more(take, demo):
    assert take() in (201, 409)  # 409 outside the opening hours: allowed all the same
    Membership.objects.filter(staff=demo.staff["east"]).delete()
    assert take() == 404


def test_a_role_that_loses_its_permission_is_noticed(take, demo):
    for role in Role.objects.filter(memberships__staff=demo.staff["east"]):
        role.permissions = [one for one in role.permissions if one != Permission.WORK]
        role.save()
    assert take() == 403


def test_who_may_not_sign_in_any_more_is_refused(take, demo):
    Staff.objects.filter(username="east").update(is_active=False)
    assert take() == 401


def test_a_branch_taken_out_of_use_is_noticed(take, demo):
    Branch.objects.filter(unit__code="east").update(is_active=False)
    assert take() == 404


def test_being_present_or_not_gives_nobody_another_right(demo):
    before = rights_revision()
    Staff.objects.filter(username="east").update(presence="busy")
    assert rights_revision() == before
    Staff.objects.filter(username="east").update(capacity=3)
    assert rights_revision() != before


def test_a_stranger_stays_one(program):
    assert program("wang")("POST", "/branches/east/tickets", {"business": "pay"})[0] == 404
