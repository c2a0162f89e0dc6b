"""The power utility's connections, through the verbs: limits to the minute, the green channel, who may not decline."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ruoshui.cases.actions import open_case
from ruoshui.cases.models import Case
from ruoshui.core.refusals import Refusal
from ruoshui.documents.models import Requirement
from ruoshui.processes.actions import finish_task, give_task_back, take_task, vote
from ruoshui.processes.models import RunState, Task
from ruoshui.processes.refusals import MayNotDecline, PapersMissing
from ruoshui.sla.actions import sweep_clocks
from ruoshui.sla.models import Clock, Term
from ruoshui.sla.queries import desk_clocks
from tests.conftest import NOW, at, refused
from tests.processing.conftest import waive_papers

BUSINESS = {"kind": "新装", "company": "云州医院", "address": "云州路 1 号", "capacity": 2000.0}
HOME = {"kind": "新装", "address": "柳岸小区 3 幢"}


@pytest.mark.parametrize(
    ("level", "plan", "connection"),
    [("conn-resident", 3, 3), ("conn-low", 7, 5), ("conn-high", 15, 5), ("conn-dual", 30, 5)],
)
def test_the_limits_are_exactly_those_of_the_rules(
    demo: SimpleNamespace, level: str, plan: int, connection: int
) -> None:
    terms = {term.milestone: term for term in Term.objects.filter(version__level__code=level)}
    assert (terms["plan"].days, terms["energised"].days) == (plan, connection)
    assert (terms["plan"].after, terms["energised"].after) == ("", "accepted")


def test_the_green_channels_limits_are_an_hour_a_day_and_a_day(demo: SimpleNamespace) -> None:
    terms = {term.milestone: term for term in Term.objects.filter(version__level__code="green")}
    assert [(terms[code].span, terms[code].after) for code in ("data", "design", "energised")] == [
        ((0, 3600), ""), ((1, 0), "data"), ((1, 0), "accepted"),
    ]  # fmt: skip


def apply(demo: SimpleNamespace, customer: Any, type: str, form: dict[str, Any], when: datetime = NOW) -> Case:
    return open_case(
        demo.types[type], subject="用电申请", body="", customer=customer, form=form, unit=demo.units["city"],
        by=customer.actor, at=when,
    )  # fmt: skip


def do(demo: SimpleNamespace, case: Case, node: str, when: datetime, **answers: Any) -> Task:
    """Whoever it is for takes the task and finishes it."""
    task = Task.objects.to_do().select_related("case", "role", "unit", "assignee", "run").get(case=case, node=node)
    held = [one for one in demo.staff.values() if one.holds(task.role_id, task.unit)]
    who = task.assignee or held[0]
    take_task(task, to=who, by=who.actor, at=when)
    finish_task(task, answers=answers, by=who.actor, at=when)
    return task


def clocks(case: Case) -> dict[str, Clock]:
    return {clock.milestone: clock for clock in Clock.objects.filter(case=case).exclude(milestone="")}


def test_a_home_has_its_supply_within_three_and_three_working_days(demo: SimpleNamespace, customer: Any) -> None:
    case = apply(demo, customer, "conn-resident", HOME)  # Wednesday 4 March, 10:00
    assert list(Requirement.objects.filter(case=case).values_list("code", flat=True)) == ["id", "property"]
    assert clocks(case)["plan"].due_at == at("2026-03-09 18:00")
    do(demo, case, "accept", at("2026-03-04 11:00"), green=False)
    do(demo, case, "survey", at("2026-03-05 10:00"), survey_result="可供电")
    do(demo, case, "plan", at("2026-03-06 15:00"), plan_text="公变供电")
    assert case.messages.filter(kind="reply", body__contains="公变供电").count() == 1
    do(demo, case, "build", at("2026-03-10 10:00"))
    do(demo, case, "inspect", at("2026-03-11 10:00"), passed=False)
    do(demo, case, "build", at("2026-03-11 15:00"))  # inspection sent it back
    do(demo, case, "inspect", at("2026-03-12 10:00"), passed=True)
    with refused(PapersMissing):
        do(demo, case, "paper", at("2026-03-12 10:30"))
    waive_papers(case, at("2026-03-12 10:45"))
    do(demo, case, "paper", at("2026-03-12 11:00"))
    assert clocks(case)["energised"].due_at == at("2026-03-17 18:00")
    do(demo, case, "energise", at("2026-03-16 10:00"), meter="YZ1")
    do(demo, case, "revisit", at("2026-03-18 10:00"), satisfied="满意")
    sweep_clocks(at("2026-03-18 10:00"))
    case.refresh_from_db()
    assert (case.run.status, case.state) == (RunState.FINISHED, "resolved")
    assert {code: clock.state for code, clock in clocks(case).items()} == dict.fromkeys(
        ["survey", "plan", "accepted", "energised"], "kept"
    )


def green(demo: SimpleNamespace, customer: Any) -> Case:
    case = apply(demo, customer, "conn-dual", BUSINESS)
    do(demo, case, "accept", at("2026-03-04 10:10"), green=True)
    approval = Task.objects.to_do().get(case=case)
    assert (approval.node, approval.needs, approval.unit.code) == ("green_approve", "one", "province")
    leader = demo.staff["province"]
    vote(approval, staff=leader, approves=True, by=leader.actor, at=at("2026-03-04 10:30"))
    return case


def test_the_green_channel_is_kept_and_nobody_may_decline(demo: SimpleNamespace, customer: Any) -> None:
    case = green(demo, customer)
    task = Task.objects.to_do().select_related("case").get(case=case)
    chen = demo.staff["chen"]
    assert (task.node, task.assignee, task.must) == ("green_data", chen, True)
    with refused(MayNotDecline):
        give_task_back(task, reason="too busy", by=chen.actor, at=at("2026-03-04 10:35"))
    assert clocks(case)["data"].due_at == at("2026-03-04 11:30")
    do(demo, case, "green_data", at("2026-03-04 11:20"))
    assert clocks(case)["design"].due_at == at("2026-03-05 18:00")
    do(demo, case, "green_plan", at("2026-03-05 10:00"), plan_text="双电源，两座变电站")
    do(demo, case, "green_build", at("2026-03-10 10:00"))
    do(demo, case, "green_inspect", at("2026-03-11 10:00"), passed=True)
    assert clocks(case)["energised"].due_at == at("2026-03-12 18:00")
    waive_papers(case, at("2026-03-11 11:00"))
    do(demo, case, "green_energise", at("2026-03-12 09:30"), meter="YZ2")
    sweep_clocks(at("2026-03-13 10:00"))
    states = {code: clocks(case)[code].state for code in ("data", "design", "accepted", "energised")}
    assert states == dict.fromkeys(states, "kept")


def test_a_broken_hour_shows_at_the_supervision_desk(demo: SimpleNamespace, customer: Any) -> None:
    case = green(demo, customer)
    sweep_clocks(at("2026-03-04 14:00"))
    data = clocks(case)["data"]
    lead = demo.staff["lead"]
    on_desk = desk_clocks(lead, at("2026-03-04 14:00")).filter(case=case, broken_at__isnull=False)
    assert (data.state, data.broken_at, [clock.milestone for clock in on_desk]) == (
        "broken", at("2026-03-04 11:30"), ["data"],
    )  # fmt: skip
    assert list(desk_clocks(demo.staff["south"], at("2026-03-04 14:00")).filter(case=case)) == []


def test_a_leader_who_says_no_leaves_the_ordinary_road(demo: SimpleNamespace, customer: Any) -> None:
    case = apply(demo, customer, "conn-dual", BUSINESS)
    do(demo, case, "accept", at("2026-03-04 10:10"), green=True)
    leader = demo.staff["province"]
    approval = Task.objects.to_do().get(case=case)
    vote(approval, staff=leader, approves=False, remark="not urgent", by=leader.actor, at=at("2026-03-04 10:30"))
    assert (Task.objects.to_do().get(case=case).node, clocks(case)["plan"].due_at) == ("survey", at("2026-04-16 18:00"))


def test_a_fault_that_takes_long_is_noted_and_a_refund_is_approved(demo: SimpleNamespace, customer: Any) -> None:
    from ruoshui.processes.actions import fire_due_timers

    case = apply(demo, customer, "fault", {"address": "东湖路 1 号"})
    do(demo, case, "dispatch", at("2026-03-04 10:05"), crew="一班")
    fire_due_timers(at("2026-03-04 14:00"))
    assert case.messages.filter(kind="note", body__contains="超过两小时").count() == 1
    bill = apply(demo, customer, "bill-complaint", {"account": "123"})
    with pytest.raises(Refusal):
        do(demo, bill, "check", at("2026-03-04 11:00"))
    do(demo, bill, "check", at("2026-03-04 11:00"), finding="多抄 100 度", refund=56.0)
    lead = demo.staff["lead"]
    vote(Task.objects.to_do().get(case=bill), staff=lead, approves=True, by=lead.actor, at=at("2026-03-04 12:00"))
    assert bill.messages.filter(body__contains="退还 56 元").count() == 1
