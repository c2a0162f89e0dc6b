"""Reply, wait, resolve, close, reopen: the states of a case and who may be late for what."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import (
    assign_case,
    categorize_case,
    close_case,
    note_case,
    pass_case,
    pause_case,
    queue_case,
    release_case,
    reopen_case,
    reply_as_customer,
    reply_case,
    resolve_case,
    resume_case,
)
from ruoshui.cases.models import Case, CaseLink
from ruoshui.cases.queries import takers_of
from ruoshui.cases.refusals import (
    AssigneeInactive,
    CaseAlreadyClosed,
    CaseAlreadyWaiting,
    CaseNotActive,
    CaseNotWaiting,
    CaseStillOpen,
    SameUnit,
    TeamElsewhere,
)
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import ChangedMeanwhile, Invalid
from ruoshui.organization.actions import register_absence, set_memberships
from ruoshui.organization.models import Staff, Team
from ruoshui.organization.refusals import WorksElsewhere
from tests.conftest import NOW, refused

HOUR = timedelta(hours=1)


@pytest.fixture
def case(opened):
    return opened()


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


def test_the_first_reply_is_the_first_only_once(case, chen, kinds_of):
    reply_case(case, body="正在核实", by=chen, at=NOW + HOUR)
    reply_case(case, body="已核实", by=chen, at=NOW + 2 * HOUR)
    case.refresh_from_db()
    assert case.first_replied_at == NOW + HOUR
    assert kinds_of(case).count("sla.promise_kept") == 1


def test_an_empty_reply_is_refused(case, chen):
    with refused(Invalid) as info:
        reply_case(case, body="   ", by=chen, at=NOW)
    assert list(info.value.errors) == ["body"]


def test_a_case_waits_once_and_resumes(case, chen):
    pause_case(case, by=chen, at=NOW)
    with refused(CaseAlreadyWaiting):
        pause_case(case, by=chen, at=NOW)
    resume_case(case, by=chen, at=NOW + HOUR)
    with refused(CaseNotWaiting):
        resume_case(case, by=chen, at=NOW + HOUR)


def test_the_customers_answer_wakes_a_waiting_case(case, chen, customer):
    pause_case(case, by=chen, at=NOW)
    reply_as_customer(case, body="材料补充如下", by=customer.actor, at=NOW + HOUR)
    case.refresh_from_db()
    assert case.state == "open"


def test_the_customers_answer_reopens_a_resolved_case_at_the_same_desk(case, chen, customer, demo):
    assign_case(case, to=demo.staff["chen"], by=chen, at=NOW)
    resolve_case(case, by=chen, at=NOW)
    reply_as_customer(case, body="还没有解决", by=customer.actor, at=NOW + HOUR)
    case.refresh_from_db()
    assert (case.state, case.reopen_count, case.assignee) == ("open", 1, demo.staff["chen"])


def test_an_answer_long_after_the_closing_begins_a_linked_case(case, chen, customer):
    close_case(case, outcome="solved", by=chen, at=NOW)
    message = reply_as_customer(case, body="又出现了", by=customer.actor, at=NOW + timedelta(days=15))
    assert message.case != case
    assert CaseLink.objects.get(case=message.case).to == case
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_closed_case_is_not_closed_again_nor_replied_to(case, chen):
    close_case(case, outcome="solved", summary="已更正账单", by=chen, at=NOW)
    with refused(CaseAlreadyClosed):
        close_case(case, outcome="solved", by=chen, at=NOW)
    with refused(CaseNotActive):
        reply_case(case, body="晚了", by=chen, at=NOW)
    note_case(case, body="客户来电致谢", by=chen, at=NOW)


@pytest.mark.parametrize("outcome", ["", "perfect", "merged"])
def test_a_case_cannot_end_with_an_unknown_outcome(case, chen, outcome):
    with refused(Invalid) as info:
        close_case(case, outcome=outcome, by=chen, at=NOW)
    assert list(info.value.errors) == ["outcome"]


def test_only_a_finished_case_is_reopened(case, chen):
    with refused(CaseStillOpen):
        reopen_case(case, by=chen, at=NOW)


def test_who_decided_on_an_old_state_is_told_so(case, chen):
    seen = case.version
    reply_case(case, body="正在核实", by=chen, at=NOW)
    with refused(ChangedMeanwhile):
        resolve_case(case, seen=seen, by=chen, at=NOW)
    assert Case.objects.get(pk=case.pk).state == "open"


def test_work_for_somebody_absent_goes_to_his_deputy(case, demo):
    chen, wang, lead = demo.staff["chen"], demo.staff["wang"], demo.staff["lead"]
    register_absence(chen, starts_at=NOW - HOUR, ends_at=NOW + HOUR, deputy=wang, by=SYSTEM, at=NOW)
    assert assign_case(case, to=chen, by=lead.actor, at=NOW) == wang


def test_nobody_who_left_gets_a_case(case, demo):
    demo.staff["chen"].is_active = False
    with refused(AssigneeInactive):
        assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)


def test_a_released_case_is_nobodys(case, demo, chen):
    assign_case(case, to=demo.staff["chen"], by=chen, at=NOW)
    release_case(case, by=chen, at=NOW)
    case.refresh_from_db()
    assert case.assignee is None


@pytest.mark.parametrize(("unit", "direction"), [("east", "down"), ("province", "up"), ("city2", "across")])
def test_a_case_is_passed_down_up_and_across_with_its_promise(case, demo, chen, unit, direction):
    from ruoshui.core.models import RecordedEvent

    due = Case.objects.get(pk=case.pk).due_at
    pass_case(case, to=demo.units[unit], reason="属地办理", by=chen, at=NOW + HOUR)
    case.refresh_from_db()
    assert (case.unit, case.assignee, case.due_at) == (demo.units[unit], None, due)
    event = RecordedEvent.objects.get(about_kind="cases.case", about_id=case.pk, kind="cases.passed")
    assert event.data["direction"] == direction


def test_passing_needs_a_reason_and_another_unit(case, demo, chen):
    with refused(Invalid):
        pass_case(case, to=demo.units["east"], reason=" ", by=chen, at=NOW)
    with refused(SameUnit):
        pass_case(case, to=demo.units["city"], reason="属地办理", by=chen, at=NOW)


def test_another_team_takes_the_case_from_its_holder(case, demo, chen):
    values = {"code": "second", "name_zh": "二线班组", "unit": demo.units["city"]}
    second = configure(Team(), values, by=SYSTEM, at=NOW)
    assign_case(case, to=demo.staff["chen"], by=chen, at=NOW)
    queue_case(case, team=second, by=chen, at=NOW)
    case.refresh_from_db()
    assert (case.team, case.assignee) == (second, None)


def test_a_case_goes_to_teams_of_its_unit_or_of_one_above_it(case, demo, chen):
    with refused(TeamElsewhere):
        queue_case(case, team=demo.teams["repair"], by=chen, at=NOW)


def test_only_who_may_work_in_the_unit_gets_its_cases(case, opened, demo):
    lead = demo.staff["lead"].actor
    for other in ("south", "east", "net"):
        with refused(WorksElsewhere):
            assign_case(case, to=demo.staff[other], by=lead, at=NOW)
    below = opened(unit=demo.units["east"])  # the team of the city takes it
    assert below.team == demo.teams["service"]
    assert assign_case(below, to=demo.staff["chen"], by=lead, at=NOW) == demo.staff["chen"]
    alone = opened(unit=demo.units["south"])
    assert {one.username for one in takers_of(alone)} == {"admin", "province", "south"}
    assert {one.username for one in takers_of(below)} == {
        *("admin", "province", "lead", "east", "east2", "lobby"),
        *("chen", "wang", "zhao"),
    }


def test_who_works_elsewhere_by_now_gets_no_case_of_the_team_on_whose_list_they_stand(demo, opened):
    below, chen = opened(unit=demo.units["east"]), demo.staff["chen"]
    set_memberships(chen, [(demo.units["south"], demo.roles["clerk"])], by=SYSTEM, at=NOW)
    assert below.team == demo.teams["service"]
    assert list(chen.teams.values_list("team", flat=True)) == [below.team.pk]
    moved = Staff.objects.get(pk=chen.pk)
    with refused(WorksElsewhere):
        assign_case(below, to=moved, by=demo.staff["lead"].actor, at=NOW)
    assert {one.username for one in takers_of(below)} == {
        *("admin", "province", "lead", "east", "east2", "lobby"),
        *("wang", "zhao"),
    }


def test_a_deputy_from_elsewhere_stands_in_and_does_not_get_the_case(case, demo):
    chen, south = demo.staff["chen"], demo.staff["south"]
    until = NOW + timedelta(days=1)
    register_absence(chen, starts_at=NOW - timedelta(hours=1), ends_at=until, deputy=south, by=SYSTEM, at=NOW)
    assert assign_case(case, to=chen, by=demo.staff["lead"].actor, at=NOW) == chen


def test_corrected_particulars_are_on_record(case, chen, kinds_of):
    categorize_case(case, {"priority": "urgent", "category": "抄表"}, by=chen, at=NOW)
    case.refresh_from_db()
    assert (case.priority, case.category) == ("urgent", "抄表")
    assert "cases.categorized" in kinds_of(case)
    with refused(Invalid):
        categorize_case(case, {"priority": "whenever"}, by=chen, at=NOW)
