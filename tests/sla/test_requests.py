"""Internal requests: one department asks another, by a clock of their own."""

import pytest

from ruoshui.cases.actions import close_case, merge_cases, pause_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.notices.models import Notice
from ruoshui.reports.internal import service_by_unit
from ruoshui.sla.actions import (
    accept_request,
    ask_again,
    ask_unit,
    finish_request,
    pass_request,
    rate_request,
    return_request,
    sweep_clocks,
    withdraw_request,
)
from ruoshui.sla.handoffs import handoffs_of, heaviest
from ruoshui.sla.models import InternalRequest, Level
from ruoshui.sla.refusals import LevelNotPublished, RequestInState, RequestToItself
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock, events


@pytest.fixture
def asked(demo):
    """The city asks the network department, by 2B: half a working day. Both keep office hours here."""
    configure(demo.units["network"], {"calendar": None}, by=SYSTEM, at=NOW)

    def ask(case=None, *, when="2026-03-04 10:00", to="network", level="2b", awaited=False):
        lead = demo.staff["lead"]
        return ask_unit(
            demo.units[to],
            subject="请核查线路负荷",
            level=demo.levels[level],
            from_unit=demo.units["city"],
            case=case,
            is_awaited=awaited,
            asked_by=lead,
            by=lead.actor,
            at=at(when),
        )

    return ask


@pytest.fixture
def net(demo):
    return demo.staff["net"]


def test_a_request_has_a_clock_and_a_holder_of_its_own(asked, net, demo):
    request = asked()
    assert clock(request, "request").due_at == at("2026-03-04 15:00")
    accept_request(request, to=net, by=net.actor, at=at("2026-03-04 10:30"))
    assert (request.state, request.assignee) == ("accepted", net)
    finish_request(request, answer="已核查，负荷正常", by=net.actor, at=at("2026-03-04 14:00"))
    assert clock(request, "request").state == "kept"
    assert events(request, "sla.promise_kept").count() == 1


def test_the_served_unit_is_told_and_so_is_who_asked(asked, net, demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-03-04 10:00"))
    request = asked()
    assert set(Notice.objects.filter(kind="sla.request_asked").values_list("staff__username", flat=True)) == {
        "net",
        "netlead",
    }
    finish_request(request, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    assert list(Notice.objects.filter(kind="sla.request_done").values_list("staff__username", flat=True)) == ["lead"]


def test_several_at_once_each_run_alone(asked, net):
    first, second = asked(), asked(to="field", level="1b")
    finish_request(first, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    assert clock(first, "request").ended_at is not None
    assert clock(second, "request").ended_at is None


def test_a_request_sent_back_stands_still_until_it_is_asked_again(asked, net, lead):
    request = asked()
    return_request(request, reason="缺少杆号", by=net.actor, at=at("2026-03-04 11:00"))
    assert clock(request, "request").due_at is None
    ask_again(request, note="杆号 7", by=lead.actor, at=at("2026-03-05 09:00"))
    # One of four hours was used.
    assert clock(request, "request").due_at == at("2026-03-05 12:00")


def test_a_request_passed_on_keeps_its_time_and_loses_its_holder(asked, net, demo):
    request = asked()
    accept_request(request, to=net, by=net.actor, at=at("2026-03-04 10:30"))
    pass_request(request, to=demo.units["field"], reason="属于抢修", by=net.actor, at=at("2026-03-04 12:00"))
    assert (request.unit, request.assignee, request.state) == (demo.units["field"], None, "asked")
    # Two hours are left, and field service works around the clock.
    assert clock(request, "request").due_at == at("2026-03-04 14:00")


def test_a_case_can_wait_for_its_requests_and_goes_on_after_the_last(opened, asked, net):
    case = opened(at=at("2026-03-04 09:30"))
    first, second = asked(case, awaited=True), asked(case, to="field", awaited=True)
    assert Case.objects.get(pk=case.pk).state == "waiting"
    finish_request(first, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    assert Case.objects.get(pk=case.pk).state == "waiting"
    return_request(second, reason="缺少材料", by=net.actor, at=at("2026-03-04 11:30"))
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_case_that_waits_for_the_customer_as_well_is_not_woken(opened, asked, net, chen):
    case = opened(at=at("2026-03-04 09:30"))
    pause_case(case, reason="customer", by=chen, at=at("2026-03-04 09:40"))
    request = asked(case, awaited=True)
    finish_request(request, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    assert Case.objects.get(pk=case.pk).state == "waiting"


def test_a_broken_outer_promise_names_the_hand_off(opened, asked, net, demo):
    case = opened(at=at("2026-03-04 10:00"))
    request = asked(case, when="2026-03-04 11:00", awaited=True)
    sweep_clocks(at("2026-03-10 09:00"))
    assert clock(request, "request").broken_at == at("2026-03-04 16:00")
    resolution = clock(case)
    assert resolution.broken_at == at("2026-03-09 10:00")
    found = handoffs_of(resolution, at("2026-03-10 09:00"))
    assert [(h.unit, h.seconds, h.request) for h in found] == [
        (demo.units["city"].pk, 24 * 3600, None),
        (demo.units["network"].pk, 23 * 3600, request),
    ]
    assert heaviest(found).request == request


def test_a_done_request_is_rated_once(asked, net, lead):
    request = asked()
    with refused(RequestInState):
        rate_request(request, score=5, by=lead.actor, at=NOW)
    finish_request(request, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    with refused(Invalid):
        rate_request(request, score=6, by=lead.actor, at=NOW)
    rate_request(request, score=4, remark="很快", by=lead.actor, at=NOW)
    assert events(request, "sla.request_rated").get().data["score"] == 4
    with refused(RequestInState):
        rate_request(request, score=1, by=lead.actor, at=NOW)


def test_what_is_no_longer_needed_is_neither_kept_nor_broken(asked, lead, net):
    request = asked()
    withdraw_request(request, reason="客户撤诉", by=lead.actor, at=at("2026-03-04 11:00"))
    assert not events(request, "sla.promise_kept").exists()
    assert sweep_clocks(at("2026-05-04 11:00")) == 0
    with refused(RequestInState):
        finish_request(request, answer="晚了", by=net.actor, at=at("2026-03-04 12:00"))


def test_closing_the_case_withdraws_what_is_still_asked(opened, asked, chen):
    case = opened(at=at("2026-03-04 09:30"))
    request = asked(case)
    close_case(case, outcome="withdrawn", by=chen, at=at("2026-03-04 11:00"))
    assert InternalRequest.objects.get(pk=request.pk).state == "withdrawn"


def test_requests_go_with_a_merged_case_to_its_survivor(opened, asked, chen):
    survivor, other = opened(at=at("2026-03-04 09:00")), opened(at=at("2026-03-04 09:30"))
    request = asked(other)
    merge_cases(survivor, other, by=chen, at=at("2026-03-04 11:00"))
    assert InternalRequest.objects.get(pk=request.pk).case_id == survivor.pk


@pytest.mark.parametrize("username", ["net", "netlead", "lead", "province", "admin"])
def test_both_sides_and_those_above_see_a_request(asked, demo, username):
    request = asked()
    assert list(InternalRequest.objects.visible_to(demo.staff[username])) == [request]


@pytest.mark.parametrize("username", ["south", "east", "field"])
def test_a_stranger_does_not(asked, demo, username):
    asked()
    assert list(InternalRequest.objects.visible_to(demo.staff[username])) == []


def test_nobody_asks_his_own_unit_or_by_a_level_without_requests(asked, demo):
    with refused(RequestToItself):
        asked(to="city")
    with refused(LevelNotPublished):
        asked(level="3a")
    configure(Level.objects.get(code="2b"), {"is_active": False}, by=SYSTEM, at=NOW)
    with refused(LevelNotPublished):
        asked()


def test_a_request_cannot_be_older_than_its_case(opened, asked):
    with refused(Invalid):
        asked(opened(at=at("2026-03-04 12:00")), when="2026-03-04 11:00")


def test_how_a_unit_served_the_others_is_reported(asked, net, lead, demo):
    in_time, late = asked(), asked()
    finish_request(in_time, answer="好了", by=net.actor, at=at("2026-03-04 11:00"))
    finish_request(late, answer="晚了", by=net.actor, at=at("2026-03-06 11:00"))
    rate_request(in_time, score=5, by=lead.actor, at=NOW)
    rate_request(late, score=2, by=lead.actor, at=NOW)
    [row] = service_by_unit([unit.pk for unit in demo.units.values()])
    assert (row.unit, row.done, row.kept.value, row.satisfied.value) == (demo.units["network"], 2, 0.5, 0.5)
    assert service_by_unit([demo.units["city"].pk]) == []
