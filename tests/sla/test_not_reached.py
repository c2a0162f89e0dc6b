"""A limit that was never reached is neither kept nor broken: it stands in no share, anywhere."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import (
    close_case,
    merge_cases,
    open_case,
    pause_case,
    reopen_case,
    reply_as_customer,
    reply_case,
    resolve_case,
)
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import register_customer
from ruoshui.reports.lateness import record_of
from ruoshui.reports.loop import loop_report
from ruoshui.reports.promises import ended_clocks, kept_by_week, settled_against_promise
from ruoshui.reports.quality_month import months_of
from ruoshui.reports.time_limits import assess
from ruoshui.sla.actions import ask_unit, correct_wait, reach_milestone, sweep_clocks, withdraw_request
from ruoshui.sla.models import Clock
from tests.conftest import NOW, at
from tests.sla.conftest import clock, events

MORNING = at("2026-03-04 10:00")
NOON = at("2026-03-04 12:00")
CONNECTION = {"form": {"address": "高新区", "use": "工业"}, "at": MORNING}
MARCH, APRIL = at("2026-03-01 00:00"), at("2026-04-01 00:00")


def states(case):
    found = Clock.objects.filter(case=case).order_by("pk")
    return {one.milestone or one.target: one.state for one in found}


def test_a_connection_closed_at_an_early_step_has_reached_no_later_milestone(opened, chen):
    case = opened("connection", **CONNECTION)
    close_case(case, outcome="withdrawn", by=chen, at=NOON)
    assert set(states(case).values()) == {"not_reached"}
    assert not events(case, "sla.promise_kept").exists()
    told = events(case, "sla.promise_not_reached").values_list("data__milestone", "data__target")
    assert sorted(filter(None, (row[0] or row[1] for row in told))) == sorted(states(case))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("solved", "kept"),
        ("explained", "kept"),
        ("refused", "kept"),
        ("withdrawn", "not_reached"),
        ("unreachable", "not_reached"),
        ("duplicate", "not_reached"),
    ],
)
def test_only_an_outcome_that_settles_the_need_reaches_the_resolution(opened, chen, outcome, state):
    case = opened(at=MORNING)
    close_case(case, outcome=outcome, by=chen, at=NOON)
    assert states(case)["resolution"] == state


def test_a_first_answer_that_nobody_gave_is_not_given(opened, chen):
    case = opened(at=MORNING)
    close_case(case, outcome="solved", by=chen, at=NOON)
    assert states(case) == {"first_response": "not_reached", "resolution": "kept"}
    assert Case.objects.get(pk=case.pk).first_replied_at is None


def test_a_closing_that_tells_the_outcome_in_words_is_the_first_answer(opened, chen):
    case = opened(at=MORNING)
    close_case(case, outcome="solved", summary="已退还多收的电费。", by=chen, at=NOON)
    assert states(case) == {"first_response": "kept", "resolution": "kept"}
    assert Case.objects.get(pk=case.pk).first_replied_at == NOON


def test_words_at_the_closing_of_a_resolved_case_are_its_first_answer_too(opened, chen):
    case = opened(at=MORNING)
    resolve_case(case, by=chen, at=NOON)
    assert states(case)["first_response"] == "not_reached"
    close_case(case, outcome="solved", summary="已退还。", by=chen, at=NOON + timedelta(minutes=5))
    assert states(case)["first_response"] == "kept"


def test_words_for_nobody_answer_nobody(opened, chen):
    case = opened(customer=None, by=chen, channel="phone", at=MORNING)
    reply_case(case, body="已处理", by=chen, at=NOON)
    assert clock(case, "first_response").state == "running"
    close_case(case, outcome="solved", summary="已处理", by=chen, at=NOON)
    assert states(case)["first_response"] == "not_reached"
    assert Case.objects.get(pk=case.pk).first_replied_at is None


def test_words_for_a_customer_without_any_contact_answer_nobody(opened, chen, demo):
    unknown = register_customer(name="路过的人", at=NOW)
    case = opened(customer=unknown, by=chen, channel="phone", at=MORNING)
    reply_case(case, body="已处理", by=chen, at=NOON)
    assert clock(case, "first_response").state == "running"
    reply_case(case, body="当面说了", channel="counter", by=chen, at=NOON)
    assert clock(case, "first_response").state == "kept"


def test_a_limit_that_was_late_already_stays_broken_whatever_the_outcome(opened, chen):
    swept, unswept = opened(at=MORNING), opened(at=MORNING)
    late = at("2026-03-20 10:00")
    close_case(unswept, outcome="withdrawn", by=chen, at=late)
    sweep_clocks(late)
    close_case(swept, outcome="withdrawn", by=chen, at=late)
    for case in (swept, unswept):
        assert states(case) == {"first_response": "broken", "resolution": "broken"}
        assert events(case, "sla.promise_broken").count() == 2


def test_a_breach_that_is_withdrawn_leaves_what_was_not_reached(opened, chen, lead):
    case = opened(at=MORNING)
    sweep_clocks(at("2026-03-09 10:30"))
    close_case(case, outcome="withdrawn", by=chen, at=at("2026-03-09 11:00"))
    times = {"begin": at("2026-03-05 09:00"), "end": at("2026-03-05 18:00")}
    correct_wait(case, **times, reason="customer", note="电话记录", by=lead.actor, at=at("2026-03-10 10:00"))
    assert clock(case).state == "not_reached"


def test_what_was_not_reached_is_owed_again_when_the_case_is_reopened(opened, chen):
    case = opened("connection", **CONNECTION)
    reach_milestone(case, "survey", by=chen, at=NOON)
    close_case(case, outcome="withdrawn", by=chen, at=at("2026-03-05 10:00"))
    reopen_case(case, by=chen, at=at("2026-03-09 10:00"))
    owed = {"first_response": "running", "resolution": "running", "survey": "kept", "plan": "running"}
    assert states(case) == owed
    reply_case(case, body="好", by=chen, at=at("2026-03-09 10:30"))
    reach_milestone(case, "plan", by=chen, at=at("2026-03-09 11:00"))
    assert (states(case)["survey"], states(case)["plan"]) == ("kept", "kept")


def test_a_first_answer_still_owed_runs_on_when_the_customer_comes_back(opened, chen, customer):
    case = opened(at=MORNING)
    close_case(case, outcome="unreachable", by=chen, at=NOON)
    reply_as_customer(case, body="我在", by=customer.actor, at=at("2026-03-05 10:00"))
    first = clock(case, "first_response")
    # Two of four hours were used; the night it was closed does not count.
    assert (first.state, first.due_at) == ("running", at("2026-03-05 12:00"))


def test_the_next_update_that_was_not_given_is_not_kept(opened, chen):
    case = opened(at=MORNING)
    reply_case(case, body="在查", by=chen, at=NOON)
    close_case(case, outcome="withdrawn", by=chen, at=at("2026-03-05 10:00"))
    assert states(case)["update"] == "not_reached"


def test_a_merged_case_and_a_withdrawn_request_have_reached_nothing(opened, chen, demo):
    survivor, other = opened(at=MORNING), opened(at=MORNING)
    merge_cases(survivor, other, by=demo.staff["lead"].actor, at=NOON)
    assert set(states(other).values()) == {"not_reached"}
    request = ask_unit(
        demo.units["network"],
        subject="查线损",
        level=demo.levels["1b"],
        from_unit=demo.units["city"],
        by=chen,
        at=MORNING,
    )
    withdraw_request(request, reason="不用了", by=SYSTEM, at=NOON)
    assert clock(request, "request").state == "not_reached"


def test_no_share_counts_what_was_not_reached(opened, chen, demo):
    kept, dropped = opened(at=MORNING), opened(at=MORNING)
    connection = opened("connection", **CONNECTION)
    reply_case(kept, body="好", by=chen, at=NOON)
    close_case(kept, outcome="solved", by=chen, at=NOON)
    close_case(dropped, outcome="withdrawn", by=chen, at=NOON)
    close_case(connection, outcome="withdrawn", by=chen, at=NOON)
    units = list(demo.units.values())
    found = assess(units, MARCH, APRIL, now=APRIL)
    assert [(one.kept, one.broken) for one in found.units] == [(2, 0)]
    assert sum(one.kept for one in found.limits) == 2
    assert [(one.kept, one.broken) for one in months_of([unit.pk for unit in units], MARCH, APRIL)] == [(2, 0)]
    ended = ended_clocks(None)
    assert [(week.kept, week.broken) for week in kept_by_week(ended)] == [(2, 0)]
    assert sum(settled_against_promise(ended).values()) == 1
    told = {one.target: (one.kept, one.broken, one.not_reached, one.running) for one in loop_report().promises}
    assert told["first_response"][:2] == (1, 0)
    assert told["resolution"][:2] == (1, 0)
    assert told["milestone"] == (0, 0, 1, 0)


def test_what_was_not_reached_teaches_nothing_of_how_long_things_take(opened, chen):
    for _ in range(12):
        close_case(opened(at=MORNING), outcome="withdrawn", by=chen, at=NOON)
    assert record_of(Case.objects.all(), NOON) == []


def test_a_paused_case_that_is_solved_has_kept_its_resolution(opened, chen):
    case = opened(at=MORNING)
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    close_case(case, outcome="solved", by=chen, at=at("2026-06-01 10:00"))
    assert states(case)["resolution"] == "kept"


def test_history_brought_in_is_believed_when_it_says_that_somebody_answered(demo, chen):
    then = at("2016-03-04 10:00")
    case = open_case(
        demo.types["billing"],
        subject="旧案",
        body="",
        customer=register_customer(name="旧客户", at=then),
        channel="api",
        source_key="log:1",
        by=SYSTEM,
        at=then,
    )
    reply_case(case, body="答复", by=chen, at=then + timedelta(hours=1))
    assert clock(case, "first_response").state == "kept"
