"""Merge and split."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ruoshui.cases.actions import (
    close_case,
    merge_cases,
    note_case,
    pause_case,
    reply_as_customer,
    reply_case,
    split_back,
    split_case,
    survivor_of,
)
from ruoshui.cases.models import Case, CaseLink, Merger
from ruoshui.cases.refusals import (
    CannotMerge,
    CaseWasMerged,
    NoMessagesToSplit,
    NotMerged,
    SurvivorFinished,
    TooLateToSplitBack,
)
from ruoshui.customers.actions import register_customer
from ruoshui.processes.actions import add_task
from ruoshui.processes.models import Task
from ruoshui.sla.actions import ask_unit
from ruoshui.sla.models import Clock
from ruoshui.web.conversation import public_conversation, whole_conversation
from tests.conftest import NOW, refused
from tests.sla.conftest import clock


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


def test_a_later_reply_to_a_merged_case_lands_in_the_survivor(opened, chen, customer):
    first, second, third = opened(), opened(), opened()
    merge_cases(second, third, by=chen, at=NOW)
    merge_cases(first, second, by=chen, at=NOW)
    third = Case.objects.get(pk=third.pk)
    message = reply_as_customer(third, body="还有一点", by=customer.actor, at=NOW)
    assert message.case_id == first.pk
    assert survivor_of(third) == first


def test_the_merged_case_is_closed_and_takes_no_more_work(opened, chen):
    first, second = opened(), opened()
    merge_cases(first, second, by=chen, at=NOW)
    second = Case.objects.get(pk=second.pk)
    assert (second.state, second.closure.outcome, second.due) == ("closed", "merged", None)
    with refused(CaseWasMerged):
        reply_case(second, body="这里", by=chen, at=NOW)
    with refused(CannotMerge):
        merge_cases(second, first, by=chen, at=NOW)


def test_the_other_customer_takes_part_in_the_survivor(opened, chen):
    other = register_customer(name="邻居", at=NOW)
    first, second = opened(), opened(customer=other, by=other.actor)
    merge_cases(first, second, by=chen, at=NOW)
    assert [p.customer for p in first.participants.all()] == [other]


def test_a_second_matter_becomes_a_case_of_its_own(opened, chen, customer):
    case = opened()
    extra = reply_as_customer(case, body="另外，发票抬头有误", by=customer.actor, at=NOW)
    new = split_case(case, messages=[extra.pk], subject="发票抬头有误", by=chen, at=NOW)
    assert [m.body for m in new.messages.all()] == ["另外，发票抬头有误"]
    assert new.messages.get().by == customer.actor
    assert CaseLink.objects.get(case=new).to == case
    assert case.messages.count() == 2


def test_splitting_needs_messages_of_this_case(opened, chen):
    case, other = opened(), opened()
    with refused(NoMessagesToSplit):
        split_case(case, messages=[other.messages.get().pk], subject="x", by=chen, at=NOW)


def both_read(case):
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def neighbour(demo):
    return register_customer(name="邻居", contacts=[("phone", "13900001111")], unit=demo.units["city"], at=NOW)


def test_nothing_is_merged_into_a_finished_case_unless_it_is_reopened_with_it(opened, chen):
    survivor, other = opened(), opened()
    close_case(survivor, outcome="solved", by=chen, at=NOW)
    with refused(SurvivorFinished):
        merge_cases(survivor, other, by=chen, at=NOW)
    assert both_read(other).state == "open"
    merge_cases(survivor, other, reopen=True, by=chen, at=NOW + timedelta(minutes=1))
    assert (both_read(survivor).state, both_read(other).merged_into_id) == ("open", survivor.pk)


def test_a_case_split_back_is_as_it_was(opened, chen, kinds_of):
    survivor, other = opened(), opened()
    due = clock(other).due_at
    merge_cases(survivor, other, by=chen, at=NOW)
    split_back(other, by=chen, at=NOW + timedelta(hours=1))
    other = both_read(other)
    assert (other.state, other.merged_into, other.closed_at) == ("open", None, None)
    assert {one.state for one in Clock.objects.filter(case=other)} == {"running"}
    assert clock(other).due_at == due + timedelta(hours=1)  # the hour in between is not counted
    assert kinds_of(other)[-2:] == ["cases.split_back", "cases.told"]
    assert kinds_of(survivor)[-1] == "cases.given_back"
    reply_case(other, body="好", by=chen, at=NOW + timedelta(hours=2))


def test_the_outcome_that_a_closed_case_had_comes_back_with_it(opened, chen):
    survivor, other = opened(), opened()
    close_case(other, outcome="refused", summary="不在服务范围", by=chen, at=NOW)
    merge_cases(survivor, other, by=chen, at=NOW + timedelta(hours=1))
    assert both_read(other).closure.outcome == "merged"
    split_back(other, by=chen, at=NOW + timedelta(hours=2))
    other = both_read(other)
    assert (other.state, other.closed_at) == ("closed", NOW)
    assert (other.closure.outcome, other.closure.summary, other.closure.by) == ("refused", "不在服务范围", chen)
    assert not Clock.objects.filter(case=other, ended_at__isnull=True).exists()


def test_a_case_that_waited_goes_on_open(opened, chen):
    survivor, other = opened(), opened()
    pause_case(other, by=chen, at=NOW)
    merge_cases(survivor, other, by=chen, at=NOW)
    split_back(other, by=chen, at=NOW)
    assert both_read(other).state == "open"


def test_after_thirty_days_it_is_too_late_to_split_back(opened, chen):
    survivor, other = opened(), opened()
    merge_cases(survivor, other, by=chen, at=NOW)
    with refused(TooLateToSplitBack):
        split_back(other, by=chen, at=NOW + timedelta(days=30, seconds=1))
    split_back(other, by=chen, at=NOW + timedelta(days=30))
    with refused(NotMerged):
        split_back(both_read(other), by=chen, at=NOW + timedelta(days=30))


def test_it_can_be_merged_and_split_back_again_and_again(opened, chen):
    survivor, other = opened(), opened()
    for n in range(3):
        merge_cases(survivor, both_read(other), by=chen, at=NOW + timedelta(hours=2 * n))
        split_back(both_read(other), by=chen, at=NOW + timedelta(hours=2 * n + 1))
    assert Merger.objects.filter(other=other).count() == 3
    assert {one.state for one in Clock.objects.filter(case=other)} == {"running"}


def test_what_another_customer_wrote_meanwhile_comes_back_with_their_case(opened, chen, neighbour):
    survivor, other = opened(), opened(customer=neighbour, by=neighbour.actor)
    merge_cases(survivor, other, by=chen, at=NOW)
    reply_as_customer(both_read(other), body="我这边也停电", by=neighbour.actor, at=NOW + timedelta(hours=1))
    assert survivor.messages.filter(body="我这边也停电").exists()
    split_back(other, by=chen, at=NOW + timedelta(hours=2))
    assert [m.body for m in other.messages.filter(kind="customer")] == ["请帮我核对抄表数据", "我这边也停电"]
    assert not survivor.participants.exists()


def test_what_was_asked_of_another_unit_comes_back_with_the_case(opened, chen, demo):
    survivor, other = opened(), opened()
    asked = {"level": demo.levels["2b"], "from_unit": demo.units["city"], "by": chen, "at": NOW}
    ours = ask_unit(demo.units["network"], subject="甲", case=survivor, **asked)
    theirs = ask_unit(demo.units["network"], subject="乙", case=other, **asked)
    merge_cases(survivor, other, by=chen, at=NOW)
    assert set(survivor.requests.all()) == {ours, theirs}
    split_back(other, by=chen, at=NOW)
    assert (list(survivor.requests.all()), list(other.requests.all())) == ([ours], [theirs])


def test_the_work_of_a_case_goes_on_when_it_is_split_back(opened, chen, demo):
    survivor = opened("conn-resident", form={"kind": "新装", "address": "柳岸小区"})
    other = opened("conn-resident", form={"kind": "新装", "address": "柳岸小区"})
    add_task(other, name="打电话", to=demo.staff["chen"], by=chen, at=NOW)
    before = sorted(Task.objects.to_do().filter(case=other).values_list("name_zh", "state"))
    merge_cases(survivor, other, by=chen, at=NOW + timedelta(hours=1))
    assert not Task.objects.to_do().filter(case=other).exists()
    split_back(other, by=chen, at=NOW + timedelta(hours=2))
    assert sorted(Task.objects.to_do().filter(case=other).values_list("name_zh", "state")) == before
    assert other.run.status == "running"


def test_words_of_a_chain_of_merged_cases_stay_readable_and_say_where_they_are_from(opened, chen):
    first, second, third = opened(), opened(), opened(body="第三个")
    merge_cases(second, third, by=chen, at=NOW)
    merge_cases(first, second, by=chen, at=NOW)
    found = whole_conversation(both_read(first))
    assert [(one.case_id, one.came_from) for one in found] == [
        (first.pk, ""),
        (second.pk, second.number),
        (third.pk, third.number),
    ]


def test_the_other_customer_reads_what_is_answered_from_then_on(opened, chen, neighbour, customer):
    survivor, other = opened(), opened(customer=neighbour, by=neighbour.actor, body="我的事")
    reply_case(survivor, body="之前的答复", by=chen, at=NOW)
    merge_cases(survivor, other, by=chen, at=NOW + timedelta(hours=1))
    reply_case(survivor, body="之后的答复", by=chen, at=NOW + timedelta(hours=2))
    note_case(survivor, body="内部", by=chen, at=NOW + timedelta(hours=2))
    reply_as_customer(survivor, body="许文的话", by=customer.actor, at=NOW + timedelta(hours=3))
    seen = [one.body for one in public_conversation(both_read(other), both_read(survivor))]
    assert seen == ["我的事", "之后的答复"]
    theirs = [one.body for one in public_conversation(both_read(survivor), both_read(survivor))]
    assert theirs == ["请帮我核对抄表数据", "之前的答复", "之后的答复", "许文的话"]


def test_the_page_shows_both_before_they_are_merged_and_warns_of_another_customer(opened, neighbour, signed_in):
    survivor, other = opened(subject="甲事"), opened(subject="乙事", customer=neighbour, by=neighbour.actor)
    client = signed_in("lead")
    page = client.get(f"/work/cases/{survivor.pk}/comparison?number={other.number}").content.decode()
    assert page.count("data-side") == 2
    assert all(word in page for word in ("甲事", "乙事", "邻居", "data-other-customer"))
    same = client.get(f"/work/cases/{survivor.pk}/comparison?number={opened().number}").content.decode()
    assert "data-other-customer" not in same


def test_the_page_asks_to_reopen_a_finished_one(opened, chen, signed_in):
    survivor, other = opened(), opened()
    close_case(survivor, outcome="solved", by=chen, at=NOW)
    client = signed_in("lead")
    assert 'name="reopen"' in client.get(f"/work/cases/{survivor.pk}/comparison?number={other.number}").content.decode()
    url = f"/work/cases/{survivor.pk}/merger"
    assert "is finished" in client.post(url, {"number": other.number}, follow=True).content.decode()
    client.post(url, {"number": other.number, "reopen": "1"})
    assert both_read(other).merged_into_id == survivor.pk


def test_only_supervisors_compare_and_split_back_and_strangers_find_nothing(opened, chen, signed_in):
    survivor, other = opened(), opened()
    merge_cases(survivor, other, by=chen, at=timezone.now())
    url = f"/work/cases/{other.pk}/split-back"
    assert signed_in("south").post(url).status_code == 404
    assert signed_in("chen").post(url).status_code == 403
    assert "Split back" in signed_in("lead").get(f"/work/cases/{other.pk}").content.decode()
    signed_in("lead").post(url)
    assert both_read(other).merged_into_id is None
    for who, status in (("south", 404), ("chen", 403)):
        page = f"/work/cases/{survivor.pk}/comparison?number={other.number}"
        assert signed_in(who).get(page).status_code == status


def test_a_number_of_a_case_one_may_not_see_says_nothing_of_it(opened, signed_in, demo, chen):
    survivor = opened()
    hidden = opened(unit=demo.units["south"])
    told = signed_in("lead").get(f"/work/cases/{survivor.pk}/comparison?number={hidden.number}", follow=True)
    assert "Enter the number of the other case" in told.content.decode()
