"""Who gets the next case."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import assign_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.actions import change_presence, register_absence
from ruoshui.organization.models import AssignmentStrategy, Presence, Skill, Staff, StaffSkill
from ruoshui.routing.actions import assign_backlog
from tests.conftest import NOW


@pytest.fixture
def present(demo):
    def make(*names):
        for name in names:
            change_presence(demo.staff[name], Presence.AVAILABLE, by=SYSTEM, at=NOW)

    return make


def holders(cases):
    names = dict(Case.objects.filter(pk__in=[c.pk for c in cases]).values_list("pk", "assignee__username"))
    return [names[case.pk] for case in cases]


def test_nobody_present_means_the_backlog_waits(opened):
    case = opened()
    assert assign_backlog(NOW) == 0
    assert holders([case]) == [None]


def test_the_backlog_is_dealt_out_when_somebody_becomes_available(opened, present):
    cases = [opened(), opened()]
    assign_backlog(NOW)
    present("chen")
    assert assign_backlog(NOW) == 2
    assert holders(cases) == ["chen", "chen"]


def test_the_least_loaded_gets_the_next(opened, present, demo):
    for _each in range(3):
        assign_case(opened(), to=demo.staff["chen"], by=SYSTEM, at=NOW)
    present("chen", "wang")
    cases = [opened(), opened()]
    assign_backlog(NOW)
    assert holders(cases) == ["wang", "wang"]


def test_round_robin_goes_round_also_over_several_sweeps(opened, present, demo):
    configure(demo.teams["service"], {"strategy": AssignmentStrategy.ROUND_ROBIN}, by=SYSTEM, at=NOW)
    present("chen", "wang", "zhao")
    taken = []
    for minute in range(6):
        case = opened()
        assign_backlog(NOW + timedelta(minutes=minute))
        taken += holders([case])
    assert sorted(taken[:3]) == ["chen", "wang", "zhao"]
    assert taken[3:] == taken[:3]


def test_capacity_is_kept(opened, present, demo):
    Staff.objects.filter(username="chen").update(capacity=2)
    present("chen")
    cases = [opened(), opened(), opened()]
    assert assign_backlog(NOW) == 2
    assert holders(cases).count(None) == 1


def test_the_oldest_promise_is_dealt_first(opened, present, demo):
    Staff.objects.filter(username="chen").update(capacity=1)
    present("chen")
    calm, urgent = opened(), opened(priority="urgent")
    assign_backlog(NOW)
    assert holders([calm, urgent]) == [None, "chen"]


def test_an_absent_person_gets_nothing(opened, present, demo):
    present("chen")
    register_absence(demo.staff["chen"], starts_at=NOW, ends_at=NOW + timedelta(days=1), deputy=None, by=SYSTEM, at=NOW)
    opened()
    assert assign_backlog(NOW) == 0


def test_a_skill_is_needed_and_does_not_block_those_behind(opened, present, demo):
    skill = Skill.objects.get(code="repair")
    configure(demo.types["complaint"], {"skill": skill}, by=SYSTEM, at=NOW)
    demo.types["complaint"].refresh_from_db()
    hard, easy = opened("complaint"), opened()
    present("chen")
    assign_backlog(NOW)
    assert holders([hard, easy]) == [None, "chen"]
    StaffSkill.objects.create(staff=demo.staff["chen"], skill=skill)
    assign_backlog(NOW)
    assert holders([hard]) == ["chen"]


def test_a_team_assigned_by_hand_is_left_alone(opened, present, demo):
    configure(demo.teams["service"], {"strategy": AssignmentStrategy.BY_HAND}, by=SYSTEM, at=NOW)
    present("chen")
    opened()
    assert assign_backlog(NOW) == 0


def test_a_stated_duty_beats_all_others_and_the_nearest_team_wins(opened, demo):
    assert opened("outage", form={"address": "东湖路"}).team == demo.teams["repair"]
    assert opened("billing", unit=demo.units["east"]).team == demo.teams["service"]
    assert opened("billing", unit=demo.units["south"]).team is None
