"""Whoever looks after people does not come by a confidential case through them: by account, deputy, seat or token."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ruoshui.cases.actions import add_participant, assign_case
from ruoshui.cases.models import Case
from ruoshui.channels.models import Exchange, Extension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.actions import change_password, hire, issue_token, register_absence
from ruoshui.organization.guarding import BeyondYourRights, NotYoursToGive
from ruoshui.organization.models import Absence, Permission, Reach, Role, Scope
from ruoshui.organization.refusals import WorksElsewhere
from ruoshui.processes.guarding import NoSeatForOneself
from ruoshui.processes.models import JointGroup, Seat
from tests.conftest import NOW, refused

PASSWORD = "violet harbour teapot nine"


@pytest.fixture
def keeper(demo):
    """keeper(…): holds these rights in the city and below, and works there."""

    def make(*permissions, username="keeper"):
        values = {"code": username, "name_zh": username, "reach": Reach.SUBTREE}
        rights = [str(one) for one in (*permissions, Permission.WORK, Permission.CUSTOMERS)]
        role = configure(Role(), values | {"permissions": rights}, by=SYSTEM, at=NOW)
        given = {"name_zh": username, "roles": [role], "password": None, "by": SYSTEM, "at": NOW}
        return hire(username=username, unit=demo.units["city"], **given)

    return make


@pytest.fixture
def clerk(demo):
    """Works in the city with a role that any keeper outranks."""
    values = {"code": "plain", "name_zh": "p", "permissions": [str(Permission.WORK)]}
    role = configure(Role(), values, by=SYSTEM, at=NOW)
    given = {"name_zh": "职员", "roles": [role], "password": None, "by": SYSTEM, "at": NOW}
    return hire(username="clerk", unit=demo.units["city"], **given)


def away(person, deputy, by):
    now = timezone.now()
    starts, ends = now - timedelta(hours=1), now + timedelta(days=1)
    return register_absence(person, starts_at=starts, ends_at=ends, deputy=deputy, by=by, at=now)


TAKE_OVERS = {
    "password": lambda clerk, by: change_password(clerk, PASSWORD, by=by.actor, at=NOW),
    "address": lambda clerk, by: configure(clerk, {"email": "mine@example.com"}, by=by.actor, at=NOW),
    "deputy": lambda clerk, by: away(clerk, by, by.actor),
}


@pytest.mark.parametrize("what", TAKE_OVERS)
def test_nobody_takes_over_the_account_of_who_is_on_a_case_that_is_kept_from_them(demo, keeper, clerk, opened, what):
    lesser = keeper(Permission.PEOPLE)
    TAKE_OVERS[what](clerk, lesser)
    Absence.objects.all().delete()
    secret = opened(confidential=True)
    add_participant(secret, staff=clerk, by=demo.staff["lead"].actor, at=NOW)
    with refused(BeyondYourRights) as told:
        TAKE_OVERS[what](clerk, lesser)
    assert "confidential" not in str(told.value)
    TAKE_OVERS[what](clerk, keeper(Permission.PEOPLE, Permission.CONFIDENTIAL, username="greater"))


def test_who_takes_part_in_the_same_case_may_look_after_the_other(demo, keeper, clerk, opened):
    lesser, lead = keeper(Permission.PEOPLE), demo.staff["lead"].actor
    secret = opened(confidential=True)
    for one in (clerk, lesser):
        add_participant(secret, staff=one, by=lead, at=NOW)
    change_password(clerk, PASSWORD, by=lesser.actor, at=NOW)


def test_a_deputy_is_let_into_secret_cases_only_by_who_may_let_people_in(demo, keeper, clerk, opened):
    """Also by the absent one: taking part in a case lets nobody decide who else knows of it."""
    lesser = keeper(Permission.PEOPLE)
    secret = opened(confidential=True)
    assign_case(secret, to=lesser, by=demo.staff["lead"].actor, at=NOW)
    with refused(NotYoursToGive):
        away(lesser, clerk, lesser.actor)
    away(lesser, None, lesser.actor)
    away(lesser, demo.staff["lead"], lesser.actor)  # who sees it anyway
    greater = keeper(Permission.PEOPLE, Permission.CONFIDENTIAL, username="greater")
    away(lesser, clerk, greater.actor)
    assert Case.objects.visible_to(clerk).filter(pk=secret.pk).exists()


def test_no_token_is_issued_for_a_service_account_that_sees_more(demo, keeper, opened):
    issuer = keeper(Permission.SECURITY)
    given = {"name_zh": "b", "roles": [], "password": None, "is_service": True, "by": SYSTEM, "at": NOW}
    bot = hire(username="bot", unit=demo.units["city"], **given)
    issue_token(bot, name="t", scopes=Scope.values, by=issuer.actor, at=NOW)
    add_participant(opened(confidential=True), staff=bot, by=demo.staff["lead"].actor, at=NOW)
    with refused(BeyondYourRights):
        issue_token(bot, name="t", scopes=Scope.values, by=issuer.actor, at=NOW)


@pytest.fixture
def group(demo):
    values = {"code": "storm", "name_zh": "抢修", "unit": demo.units["city"]}
    return configure(JointGroup(), values, by=SYSTEM, at=NOW)


def seat(group, person, by, code="line", **more):
    values = {"group": group, "code": code, "name_zh": code, "staff": person} | more
    return configure(Seat(), values, by=by.actor, at=NOW)


def test_nobody_sits_down_in_a_joint_group_by_themselves(demo, keeper, group, clerk):
    greater = keeper(Permission.PEOPLE, Permission.CONFIDENTIAL)
    with refused(NoSeatForOneself):
        seat(group, greater, greater)
    taken = seat(group, clerk, greater)
    with refused(NoSeatForOneself):
        configure(taken, {"staff": greater}, by=greater.actor, at=NOW)
    own = configure(Seat(), {"group": group, "code": "own", "name_zh": "o", "staff": greater}, by=SYSTEM, at=NOW)
    own = configure(own, {"name_zh": "另一个名字"}, by=greater.actor, at=NOW)  # what stays is no gift
    assert configure(own, {"staff": clerk}, by=greater.actor, at=NOW).staff == clerk


def test_a_seat_is_given_by_who_may_let_people_see_secret_cases(demo, keeper, group, clerk):
    lesser = keeper(Permission.PEOPLE)
    with refused(NotYoursToGive):
        seat(group, clerk, lesser)
    assert not Seat.objects.filter(group=group).exists()


def test_a_seat_and_an_extension_are_for_people_of_the_own_units_or_who_work_there(demo, keeper, group, clerk):
    greater = keeper(Permission.PEOPLE, Permission.CONFIDENTIAL, Permission.SECURITY)
    values = {"code": "ex", "name_zh": "e", "unit": demo.units["city"], "kind": "signed", "type": "billing"}
    exchange = configure(Exchange(), values, by=SYSTEM, at=NOW)
    stranger = demo.staff["south"]

    def extension(person, number):
        named = {"exchange": exchange, "number": number, "staff": person}
        return configure(Extension(), named, by=greater.actor, at=NOW)

    for name in (lambda: seat(group, stranger, greater), lambda: extension(stranger, "901")):
        with refused(WorksElsewhere):
            name()
    assert seat(group, clerk, greater).staff == clerk
    assert extension(clerk, "902").staff == clerk
    assert seat(group, demo.staff["admin"], greater, code="wide").staff.unit != group.unit  # works here too


@pytest.mark.parametrize("section", ["seats", "extensions"])
def test_the_forms_offer_nobody_of_other_units(demo, keeper, client, section):
    person = keeper(Permission.PEOPLE, Permission.SECURITY, Permission.CONFIDENTIAL)
    client.force_login(person)
    page = client.get(f"/settings/{section}/new").content.decode()
    assert f'<option value="{demo.staff["chen"].pk}">' in page
    assert f'<option value="{demo.staff["south"].pk}">' not in page
