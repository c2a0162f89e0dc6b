"""Merge and split."""

import pytest

from ruoshui.cases.actions import merge_cases, reply_as_customer, reply_case, split_case, survivor_of
from ruoshui.cases.models import Case, CaseLink
from ruoshui.cases.refusals import CannotMerge, CaseWasMerged, NoMessagesToSplit
from ruoshui.customers.actions import register_customer
from tests.conftest import NOW, refused


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
