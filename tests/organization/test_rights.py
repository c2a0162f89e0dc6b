"""Rights end where the unit ends; nobody gives what they do not hold there."""

import pytest

from ruoshui.channels.models import Exchange, Line, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import (
    add_unit,
    change_password,
    hire,
    issue_token,
    join_team,
    leave_team,
    move_unit,
    register_absence,
    revoke_token,
    set_memberships,
)
from ruoshui.organization.guarding import (
    BeyondYourRights,
    NoRightsForOneself,
    NotForOthers,
    NotYoursToGive,
    NotYoursToSetUp,
)
from ruoshui.organization.models import Absence, ApiToken, Calendar, Permission, Reach, Role, Scope, Staff, Team, Unit
from ruoshui.organization.refusals import ServiceAccount, WorksElsewhere
from tests.conftest import NOW, at, refused


@pytest.fixture
def role(demo):
    def make(code, *permissions, reach=Reach.UNIT):
        values = {"code": code, "name_zh": code, "permissions": [str(one) for one in permissions], "reach": reach}
        return configure(Role(), values, by=SYSTEM, at=NOW)

    return make


@pytest.fixture
def keeper(demo, role):
    """keeper("south", …): somebody who holds these rights in that unit alone, or in all below it."""

    def make(unit, *permissions, reach=Reach.UNIT, username="keeper"):
        return hire(
            username=username,
            name_zh="管理员",
            unit=demo.units[unit],
            roles=[role(f"{username}-role", *permissions, reach=reach)],
            password=None,
            by=SYSTEM,
            at=NOW,
        )

    return make


def mailbox(unit, code="box"):
    return {"code": code, "name_zh": "邮箱", "address": f"{code}@example.com", "unit": unit, "type": "billing"}


def test_a_thing_is_set_up_in_the_own_unit_and_in_no_other(demo, keeper):
    by = keeper("south", Permission.SECURITY).actor
    made = configure(Mailbox(), mailbox(demo.units["south"]), by=by, at=NOW)
    assert made.unit == demo.units["south"]
    with refused(NotYoursToSetUp):
        configure(Mailbox(), mailbox(demo.units["city"], "other"), by=by, at=NOW)
    with refused(NotYoursToSetUp):
        configure(made, {"unit": demo.units["city"]}, by=by, at=NOW)
    theirs = configure(Mailbox(), mailbox(demo.units["city"], "theirs"), by=SYSTEM, at=NOW)
    with refused(NotYoursToSetUp):
        configure(theirs, {"unit": demo.units["south"]}, by=by, at=NOW)


def test_another_right_in_the_same_unit_is_not_enough(demo, keeper):
    by = keeper("south", Permission.PEOPLE, Permission.PROCESSES, Permission.BRANCHES).actor
    with refused(NotYoursToSetUp):
        configure(Mailbox(), mailbox(demo.units["south"]), by=by, at=NOW)


def test_what_belongs_to_all_needs_the_right_at_the_top_with_all_below(demo, keeper):
    values = {"code": "new", "name_zh": "新日历"}
    city = keeper("city", Permission.PROCESSES, reach=Reach.SUBTREE)
    with refused(NotYoursToSetUp):
        configure(Calendar(), values, by=city.actor, at=NOW)
    only_top = keeper("hq", Permission.PROCESSES, username="top-alone")
    with refused(NotYoursToSetUp):
        configure(Calendar(), values, by=only_top.actor, at=NOW)
    top = keeper("hq", Permission.PROCESSES, reach=Reach.SUBTREE, username="top")
    assert configure(Calendar(), values, by=top.actor, at=NOW).code == "new"


def test_a_program_has_no_more_than_the_staff_member_behind_it(demo, keeper):
    owner = keeper("south", Permission.SECURITY)
    token, _secret = issue_token(owner, name="t", scopes=[], by=owner.actor, at=NOW)
    assert configure(Mailbox(), mailbox(demo.units["south"]), by=token.actor, at=NOW).pk
    with refused(NotYoursToSetUp):
        configure(Mailbox(), mailbox(demo.units["city"], "other"), by=token.actor, at=NOW)


def test_nobody_gives_a_right_that_they_do_not_hold_there(demo, keeper):
    by = keeper("south", Permission.PEOPLE, Permission.WORK).actor
    given = {"username": "new", "name_zh": "新人", "password": None, "by": by, "at": NOW}
    assert hire(unit=demo.units["south"], roles=[demo.roles["agent"]], **given).may(Permission.WORK)
    for unit, role in (("south", "clerk"), ("south", "admin"), ("south", "supervisor")):
        with refused(NotYoursToGive):
            hire(unit=demo.units[unit], roles=[demo.roles[role]], **given | {"username": "more"})
    with refused(NotYoursToSetUp):
        hire(unit=demo.units["city"], roles=[], **given | {"username": "elsewhere"})
    colleague = demo.staff["south"]
    held = [(demo.units["south"], demo.roles["clerk"])]
    set_memberships(colleague, [*held, (demo.units["south"], demo.roles["agent"])], by=by, at=NOW)
    for unit, role in (("city", "agent"), ("south", "lobby")):
        with refused(NotYoursToGive):
            set_memberships(colleague, [*held, (demo.units[unit], demo.roles[role])], by=by, at=NOW)
    with refused(NotYoursToGive):  # nor takes one away
        set_memberships(colleague, [], by=by, at=NOW)


def test_a_right_over_one_unit_gives_none_over_those_below(demo, keeper, role):
    by = keeper("city", Permission.PEOPLE, Permission.WORK).actor
    wide = role("wide", Permission.WORK, reach=Reach.SUBTREE)
    with refused(NotYoursToGive):
        set_memberships(demo.staff["chen"], [(demo.units["city"], wide)], by=by, at=NOW)


def test_nobody_gives_themselves_a_role(demo):
    admin = demo.staff["admin"]
    held = [(held.unit, held.role) for held in admin.memberships.all()]
    with refused(NoRightsForOneself):
        set_memberships(admin, [*held, (demo.units["hq"], demo.roles["clerk"])], by=admin.actor, at=NOW)
    set_memberships(admin, held, by=admin.actor, at=NOW)  # what stays is no gift


def test_a_role_is_changed_at_the_top_by_who_holds_all_of_it(demo, keeper):
    city = keeper("city", Permission.PEOPLE, Permission.WORK, reach=Reach.SUBTREE)
    with refused(NotYoursToSetUp):
        configure(demo.roles["agent"], {"name_zh": "客服"}, by=city.actor, at=NOW)
    top = keeper("hq", Permission.PEOPLE, Permission.WORK, reach=Reach.SUBTREE, username="top")
    assert configure(demo.roles["agent"], {"name_zh": "客服"}, by=top.actor, at=NOW).name_zh == "客服"
    with refused(NotYoursToGive):
        configure(demo.roles["agent"], {"permissions": ["work", "confidential"]}, by=top.actor, at=NOW)
    with refused(NotYoursToGive):  # nor taken from a role that allows more
        configure(demo.roles["admin"], {"permissions": ["work"]}, by=top.actor, at=NOW)


def test_the_account_of_who_may_do_more_is_out_of_reach(demo, keeper):
    boss = keeper("south", Permission.PEOPLE, Permission.CONFIDENTIAL, username="boss")
    lesser = keeper("south", Permission.PEOPLE, username="lesser")
    with refused(BeyondYourRights):
        change_password(boss, "violet harbour teapot nine", by=lesser.actor, at=NOW)
    with refused(BeyondYourRights):
        configure(boss, {"email": "mine@example.com"}, by=lesser.actor, at=NOW)
    with refused(BeyondYourRights):
        configure(boss, {"is_active": False}, by=lesser.actor, at=NOW)
    with refused(BeyondYourRights):  # a deputy sees what the other sees
        register_absence(boss, starts_at=NOW, ends_at=at("2026-03-09 10:00"), deputy=lesser, by=lesser.actor, at=NOW)
    assert not Absence.objects.exists()


def test_a_password_is_set_by_who_looks_after_people_there_or_by_oneself(demo, keeper):
    lesser = keeper("south", Permission.PEOPLE, username="lesser")
    boss = keeper("south", Permission.PEOPLE, Permission.WORK, username="boss")
    change_password(lesser, "violet harbour teapot nine", by=boss.actor, at=NOW)
    change_password(lesser, "copper lantern on a ferry", by=lesser.actor, at=NOW)
    assert Staff.objects.get(pk=lesser.pk).check_password("copper lantern on a ferry")
    stranger = keeper("city", Permission.PEOPLE, username="stranger")
    with refused(NotYoursToSetUp):
        change_password(lesser, "plum orchard behind rails", by=stranger.actor, at=NOW)


def test_a_token_is_for_oneself_or_a_service_account_that_may_do_no_more(demo, keeper, role):
    issuer = keeper("south", Permission.SECURITY, Permission.WORK)
    given = {"name": "t", "scopes": Scope.values, "by": issuer.actor, "at": NOW}
    assert issue_token(issuer, **given)[0].staff == issuer
    for other in ("south", "admin"):
        with refused(NotForOthers):
            issue_token(demo.staff[other], **given)
    service = {"name_zh": "接口", "password": "never kept", "is_service": True, "by": SYSTEM, "at": NOW}
    own = hire(username="bot", unit=demo.units["south"], roles=[demo.roles["agent"]], **service)
    assert not own.has_usable_password()
    assert issue_token(own, **given)[0].staff == own
    strong = hire(username="strong", unit=demo.units["south"], roles=[demo.roles["clerk"]], **service)
    with refused(BeyondYourRights):
        issue_token(strong, **given)
    far = hire(username="far", unit=demo.units["city"], roles=[], **service)
    with refused(NotYoursToSetUp):
        issue_token(far, **given)
    with refused(ServiceAccount):
        change_password(own, "violet harbour teapot nine", by=SYSTEM, at=NOW)


def test_a_token_is_revoked_in_the_own_units_and_by_its_owner(demo, keeper):
    issuer = keeper("south", Permission.SECURITY)
    token, _secret = issue_token(demo.staff["admin"], name="t", scopes=[], by=SYSTEM, at=NOW)
    with refused(NotYoursToSetUp):
        revoke_token(token, by=issuer.actor, at=NOW)
    revoke_token(token, by=demo.staff["admin"].actor, at=NOW)
    assert ApiToken.objects.get(pk=token.pk).revoked_at == NOW


def test_a_team_takes_only_who_may_work_in_its_unit(demo, keeper):
    by = keeper("city", Permission.PEOPLE).actor
    service, repair = demo.teams["service"], demo.teams["repair"]
    with refused(WorksElsewhere):
        join_team(service, demo.staff["south"], by=by, at=NOW)
    with refused(NotYoursToSetUp):
        leave_team(repair, demo.staff["field"], by=by, at=NOW)
    leave_team(service, demo.staff["chen"], by=by, at=NOW)
    join_team(service, demo.staff["chen"], by=by, at=NOW)
    assert demo.staff["chen"].teams.get().team == service


def test_a_unit_grows_only_below_who_reaches_down(demo, keeper):
    values = {"name_zh": "新营业厅", "at": NOW}
    wide = keeper("city2", Permission.PEOPLE, reach=Reach.SUBTREE)
    assert add_unit(code="new", parent=demo.units["south"], by=wide.actor, **values).is_within(demo.units["city2"])
    narrow = keeper("city2", Permission.PEOPLE, username="narrow")
    for parent in (demo.units["city2"], demo.units["city"], None):
        with refused(NotYoursToSetUp):
            add_unit(code="more", parent=parent, by=narrow.actor, **values)


def test_a_unit_moves_only_where_nobody_gains_more_than_the_mover_holds(demo, keeper):
    mover = keeper("city2", Permission.PEOPLE, reach=Reach.SUBTREE)
    with refused(NotYoursToGive):  # to the other city: not theirs
        move_unit(demo.units["south"], to=demo.units["city"], by=mover.actor, at=NOW)
    with refused(NotYoursToGive):  # to the top: who reaches down from it would see all
        move_unit(demo.units["south"], to=None, by=mover.actor, at=NOW)
    both = keeper("province", Permission.PEOPLE, reach=Reach.SUBTREE, username="both")
    with refused(NotYoursToGive):  # the supervisor of the city would gain what the mover does not hold
        move_unit(demo.units["south"], to=demo.units["city"], by=both.actor, at=NOW)
    move_unit(demo.units["south"], to=demo.units["city"], by=demo.staff["admin"].actor, at=NOW)
    assert Unit.objects.get(code="south").parent == demo.units["city"]


def test_a_calendar_and_the_strategy_are_not_changed_from_a_city(demo, keeper):
    from ruoshui.organization.actions import define_special_day
    from ruoshui.sla.actions import publish_matrix, set_rows

    by = keeper("city", *Permission, reach=Reach.SUBTREE).actor
    with refused(NotYoursToSetUp):
        define_special_day(Calendar.objects.get(code="office"), NOW.date(), [], by=by, at=NOW)
    with refused(NotYoursToSetUp):
        set_rows([], by=by, at=NOW)
    with refused(NotYoursToSetUp):
        publish_matrix(by=by, at=NOW)


def test_a_team_is_not_taken_over_by_changing_its_unit(demo, keeper):
    by = keeper("south", Permission.PEOPLE).actor
    with refused(NotYoursToSetUp):
        configure(Team.objects.get(code="service"), {"unit": demo.units["south"]}, by=by, at=NOW)


@pytest.mark.parametrize("code", ["main_box", "Main-box", "MAIN_BOX"])
@pytest.mark.parametrize(
    ("model", "more"),
    [
        (Mailbox, {"imap_host": "mail.example.com"}),
        (Line, {"kind": "sms", "address": "https://sms.example.com/send"}),
        (Exchange, {"kind": "ami", "host": "exchange.example.com"}),
    ],
)
def test_a_code_that_differs_in_signs_only_does_not_bring_the_secret_of_another_unit(demo, keeper, model, more, code):
    def of(code, unit):
        own = {"address": f"{code}@example.com"} if model is Mailbox else {}
        return more | own | {"code": code, "name_zh": "一", "unit": demo.units[unit], "type": "billing"}

    configure(model(), of("main-box", "city"), by=SYSTEM, at=NOW)
    by = keeper("south", Permission.SECURITY).actor
    with refused(Invalid) as told:
        configure(model(), of(code, "south"), by=by, at=NOW)
    assert set(told.value.errors) == {"code"}
    assert configure(model(), of("main-box-2", "south"), by=by, at=NOW).pk


@pytest.mark.parametrize(
    ("model", "more"),
    [
        (Mailbox, {"address": "main@example.com", "imap_host": "mail.example.com"}),
        (Line, {"kind": "sms", "address": "https://sms.example.com/send"}),
        (Exchange, {"kind": "ami", "host": "exchange.example.com"}),
    ],
)
def test_a_code_is_not_given_up_so_that_nobody_else_finds_the_secret_by_it(demo, keeper, model, more):
    values = more | {"code": "main-box", "name_zh": "一", "unit": demo.units["city"], "type": "billing"}
    theirs = configure(model(), values, by=SYSTEM, at=NOW)
    with refused(Invalid) as told:
        configure(theirs, {"code": "other"}, by=SYSTEM, at=NOW)
    assert set(told.value.errors) == {"code"}
    assert "main-box" in told.value.errors["code"][0]
    assert configure(theirs, {"code": "main_box"}, by=SYSTEM, at=NOW).code == "main_box"  # the same secret
    by = keeper("south", Permission.SECURITY).actor
    taken = values | {"unit": demo.units["south"]} | ({"address": "x@example.com"} if model is Mailbox else {})
    with refused(Invalid):
        configure(model(), taken, by=by, at=NOW)
