"""Numbers: taken once, told what to expect, called once, never lost."""

import uuid
from datetime import timedelta

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.queues.actions import (
    fill_draft,
    finish_service,
    issue_ticket,
    mark_not_come,
    recall,
    rejoin,
    start_service,
)
from ruoshui.queues.models import Ticket, TicketState
from ruoshui.queues.refusals import (
    BranchNotOpen,
    BusinessNotOffered,
    CounterBusy,
    CounterNotOpen,
    NotAtCounter,
    NotWaiting,
)
from tests.conftest import NOW, at, refused

pytestmark = pytest.mark.django_db


def minutes(n: float):
    return NOW + timedelta(minutes=n)


def test_numbers_follow_one_another_and_begin_anew_each_day(hall, take):
    assert [take().number for _each in range(3)] == ["A001", "A002", "A003"]
    assert take("connect").number == "B001"
    gone = {"state": TicketState.LEFT, "ended_at": NOW}
    Ticket.objects.filter(branch=hall.branch, queue__prefix="A").update(**gone)
    assert take(minute=24 * 60).number == "A001"


def test_numbers_of_two_days_never_wait_together_under_one_code(hall, take):
    assert [take().number for _each in range(2)] == ["A001", "A002"]
    # The hall is open round the clock, and nobody has called them: the new day goes on where the old one is.
    assert [take(minute=24 * 60 + n).number for n in range(2)] == ["A003", "A004"]
    waiting = list(Ticket.objects.filter(branch=hall.branch, state="waiting").values_list("number", flat=True))
    assert len(set(waiting)) == len(waiting)


def test_asking_twice_with_one_key_gives_one_number(hall, take):
    key = uuid.uuid4()
    first, second = take(key=key), take(key=key, minute=1)
    assert (first.pk, Ticket.objects.count()) == (second.pk, 1)


def test_the_tier_decides_the_class(hall, take, demo, customer):
    from ruoshui.customers.models import Tier

    assert take(customer=customer).queue.service_class.code == "ordinary"
    for tier, letter in (("gold", "G"), ("diamond", "V")):
        customer.tier = Tier.objects.get(code=tier)
        assert take(customer=customer).number[0] == letter
    # Where there is no queue for the class, the next one below is taken.
    assert take("ask", customer=customer).number == "C001"


def test_on_joining_one_is_told_of_people_ahead_an_expected_and_a_longest_wait(opened_counters, take):
    first, second = take(), take(minute=1)
    assert (first.said_ahead, second.said_ahead) == (0, 1)
    third = take(minute=2)
    assert third.said_ahead == 2
    assert 0 < second.said_expected < third.said_expected < third.said_maximum
    assert third.said_learned is False
    # Another business with counters of its own does not wait behind them.
    assert take("complain", minute=3).said_ahead == 0


def test_a_closed_branch_gives_no_numbers(hall):
    with refused(BranchNotOpen):
        issue_ticket(hall.west, business=hall.business["pay"], by=SYSTEM, at=at("2026-03-08 10:00"))
    assert Ticket.objects.count() == 0


def test_a_business_that_is_not_offered_is_refused(hall, demo):
    from ruoshui.queues.models import Queue

    Queue.objects.filter(branch=hall.west, business__code="complain").update(is_active=False)
    with refused(BusinessNotOffered):
        issue_ticket(hall.west, business=hall.business["complain"], by=SYSTEM, at=NOW)


def test_the_next_is_who_came_first_among_those_the_counter_serves(opened_counters, take, call):
    take("connect"), take("pay", 1), take("pay", 2)
    assert call(1).number == "A001"
    assert call(3).number == "B001"


def test_a_counter_serves_its_second_turn_only_while_the_first_is_empty(hall, take, call):
    from ruoshui.queues.actions import open_counter

    open_counter(hall.counters[2], staff=hall.clerks[2], by=hall.by, at=NOW)
    take("ask"), take("pay", 3)
    first = call(2)
    assert first.number == "A001"
    mark_not_come(first, by=hall.by, at=minutes(6))
    assert call(2, 7).number == "C001"


def test_a_bonus_counts_as_having_come_earlier_and_no_more(opened_counters, take, call, customer):
    from ruoshui.customers.models import Tier

    customer.tier = Tier.objects.get(code="gold")  # ten minutes
    take(), take(minute=8)
    gold = take(minute=11, customer=customer)
    assert gold.said_ahead == 1
    numbers = []
    for i in range(3):
        ticket = call(1, 20 + i)
        numbers.append(ticket.number)
        mark_not_come(ticket, by=opened_counters.by, at=minutes(20 + i))
    assert numbers == ["A001", "G001", "A002"]


def test_under_the_strict_rule_a_better_class_always_goes_first(opened_counters, take, call, customer):
    from ruoshui.core.remembering import forget
    from ruoshui.customers.models import Tier
    from ruoshui.queues.floor import forget_floors
    from ruoshui.queues.models import Branch

    Branch.objects.update(order_rule="strict")
    forget(), forget_floors()
    customer.tier = Tier.objects.get(code="gold")
    take()
    assert take(minute=200, customer=customer).said_ahead == 0
    assert call(1, 201).number == "G001"


def test_a_counter_with_somebody_calls_nobody_else(opened_counters, take, call):
    take(), take(minute=1)
    call(1)
    with refused(CounterBusy):
        call(1, 6)


def test_a_call_whose_answer_was_lost_is_answered_again_and_calls_nobody_twice(opened_counters, take, call):
    take(), take(minute=1)
    first = call(1, after=0)
    assert call(1, after=0) == first
    assert Ticket.objects.filter(state=TicketState.CALLED).count() == 1


def test_nobody_is_called_to_a_closed_counter(hall, take, call):
    take()
    with refused(CounterNotOpen):
        call(1)


def test_nobody_waiting_is_no_error(opened_counters, call):
    assert call(1) is None


def test_who_is_called_in_vain_may_come_back_to_his_place(opened_counters, take, call):
    first = take()
    take(minute=1)
    ticket = call(1)
    assert ticket == first
    recall(ticket, by=opened_counters.by, at=minutes(6))
    assert ticket.calls == 2
    mark_not_come(ticket, by=opened_counters.by, at=minutes(7))
    with refused(NotAtCounter):
        recall(ticket, by=opened_counters.by, at=minutes(8))
    rejoin(ticket, by=opened_counters.by, at=minutes(9))
    assert call(1, 10) == first
    assert first.first_called_at is None
    ticket.refresh_from_db()
    assert ticket.wait_seconds == 300


def test_a_ticket_that_left_cannot_be_served(opened_counters, take, call):
    from ruoshui.queues.actions import leave_queue

    ticket = take()
    leave_queue(ticket, by=SYSTEM, at=minutes(1))
    assert call(1) is None
    with refused(NotWaiting):
        leave_queue(ticket, by=SYSTEM, at=minutes(2))


def test_the_draft_becomes_a_case_at_the_counter_and_the_loop_closes(opened_counters, take, call, customer, kinds_of):
    ticket = take(customer=customer)
    fill_draft(ticket, {"account": "3300125478"}, by=customer.actor, at=minutes(1))
    called = call(1)
    case = start_service(called, by=opened_counters.by, at=minutes(6))
    assert (case.channel, case.customer, case.form, case.unit) == (
        "counter",
        customer,
        {"account": "3300125478"},
        opened_counters.branch.unit,
    )
    assert case.assignee == opened_counters.clerks[1]
    finish_service(called, outcome="solved", summary="已核对", by=opened_counters.by, at=minutes(12))
    case.refresh_from_db()
    assert (case.state, called.state) == ("closed", "done")
    assert kinds_of(called) == [
        "queues.ticket_issued",
        "queues.draft_filled",
        "queues.ticket_called",
        "queues.service_started",
        "queues.service_finished",
    ]


def test_a_case_with_an_incomplete_form_may_be_served_but_not_closed(opened_counters, take, call):
    from ruoshui.core.refusals import Invalid
    from ruoshui.queues.actions import save_form

    take("connect")
    ticket = call(3)
    case = start_service(ticket, by=opened_counters.by, at=minutes(6))
    with refused(Invalid):
        finish_service(ticket, outcome="solved", by=opened_counters.by, at=minutes(7))
    ticket.refresh_from_db()
    assert ticket.state == TicketState.SERVING
    save_form(ticket, {"address": "东湖路 18 号", "use": "居民"}, by=opened_counters.by, at=minutes(8))
    finish_service(ticket, outcome="solved", by=opened_counters.by, at=minutes(9))
    case.refresh_from_db()
    assert (case.state, case.form["use"]) == ("closed", "居民")


def test_without_an_outcome_the_case_goes_on_behind_the_counter(opened_counters, take, call):
    take("connect")
    ticket = call(3)
    case = start_service(ticket, by=opened_counters.by, at=minutes(6))
    finish_service(ticket, note="材料不全，客户下周补", by=opened_counters.by, at=minutes(9))
    case.refresh_from_db()
    assert (case.state, ticket.state) == ("open", "done")


def test_a_wrong_answer_in_a_draft_changes_nothing(hall, take):
    from ruoshui.core.refusals import Invalid

    ticket = take()
    with refused(Invalid):
        fill_draft(ticket, {"account": "abc"}, by=SYSTEM, at=minutes(1))
    ticket.refresh_from_db()
    assert ticket.draft == {}
