"""Promises in working time: who gets which, when they are kept, broken, made again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ruoshui.cases.actions import (
    categorize_case,
    close_case,
    pause_case,
    reopen_case,
    reply_as_customer,
    reply_case,
    resolve_case,
    split_case,
)
from ruoshui.cases.models import Case, CaseType
from ruoshui.cases.refusals import CaseNotActive
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import revise_customer
from ruoshui.organization.actions import define_special_day
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions import (
    backdate_promise,
    correct_wait,
    promise_again,
    reach_milestone,
    resume_due_cases,
    sweep_clocks,
)
from ruoshui.sla.models import Clock, Level, Matrix
from ruoshui.sla.refusals import LevelNotPublished, MilestoneReachedAlready, MilestoneTooEarly, NoSuchMilestone
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock, events, revise


def test_due_times_skip_the_lunch_break_and_the_night(opened):
    case = opened(at=at("2026-03-04 10:00"))
    assert clock(case, "first_response").due_at == at("2026-03-04 15:00")
    # 7 h on Wednesday, 8 on Thursday, 8 on Friday, the last one on Monday.
    assert clock(case).due_at == at("2026-03-09 10:00")


def test_a_promise_is_kept_to_the_second_and_broken_a_second_later(opened, chen):
    kept, broken = opened(at=at("2026-03-04 10:00")), opened(at=at("2026-03-04 10:00"))
    reply_case(kept, body="好", by=chen, at=at("2026-03-04 15:00"))
    reply_case(broken, body="晚了", by=chen, at=at("2026-03-04 15:00") + timedelta(seconds=1))
    assert clock(kept, "first_response").state == "kept"
    assert clock(broken, "first_response").state == "broken"
    assert events(broken, "sla.promise_broken").get().at == at("2026-03-04 15:00")


def test_the_sweep_breaks_each_promise_once_at_the_time_it_was_due(opened):
    case = opened(at=at("2026-03-04 10:00"))
    sweep_clocks(at("2026-03-04 14:59"))
    assert not events(case, "sla.promise_broken").exists()
    sweep_clocks(at("2026-03-06 12:00"))
    assert sweep_clocks(at("2026-03-06 12:00")) == 0
    event = events(case, "sla.promise_broken").get()
    assert (event.at, event.data["target"]) == (at("2026-03-04 15:00"), "first_response")


def test_a_pause_with_an_end_ends_by_itself(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, reason="parts", until=at("2026-03-05 09:00"), by=chen, at=at("2026-03-04 11:00"))
    assert resume_due_cases(at("2026-03-05 08:59")) == 0
    assert resume_due_cases(at("2026-03-05 09:00")) == 1
    assert Case.objects.get(pk=case.pk).state == "open"


def test_resolving_a_paused_case_keeps_its_promise(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    close_case(case, outcome="explained", by=chen, at=at("2026-06-01 10:00"))
    assert clock(case).state == "kept"


def test_the_first_rule_that_fits_decides(opened, demo, customer):
    from ruoshui.customers.models import Tier

    assert opened().promise.version.level.code == "3a"
    assert opened("outage", form={"address": "东湖路"}).promise.version.level.code == "2a"
    revise_customer(customer, {"tier": Tier.objects.get(code="diamond")}, by=SYSTEM, at=NOW)
    customer.refresh_from_db()
    assert opened().promise.version.level.code == "1a"


def test_without_a_rule_nothing_is_promised(opened, demo):
    Matrix.objects.all().delete()
    case = opened()
    assert not Clock.objects.filter(case=case).exists()


def test_another_type_promises_its_own_level(opened, chen):
    case = opened()
    values = {"type": CaseType.objects.get(code="complaint"), "form": {}}
    categorize_case(case, values, by=chen, at=NOW + timedelta(minutes=5))
    case.promise.refresh_from_db()
    assert case.promise.version.level.code == "2a"


def test_a_promise_made_again_by_a_person_is_told_to_the_customer(opened, demo, lead):
    case = opened(at=at("2026-03-04 10:00"))
    promise = promise_again(case, demo.levels["2a"], reason="客户急用", by=lead.actor, at=at("2026-03-04 11:00"))
    assert (promise.version.level.code, promise.row) == ("2a", None)
    # 8 hours from the opening on: the hour already used stays used.
    assert clock(case).due_at == at("2026-03-05 10:00")
    message = case.messages.get(kind="notice")
    assert "2A" in message.body
    assert "客户急用" in message.body
    assert events(case, "sla.promise_made").latest("id").data["reason"] == "客户急用"
    assert Case.objects.get(pk=case.pk).first_replied_at is None


def test_a_promise_made_afresh_counts_from_now(opened, demo, lead):
    case = opened(at=at("2026-03-04 10:00"))
    promise_again(case, demo.levels["2a"], reason="范围扩大", afresh=True, by=lead.actor, at=at("2026-03-06 09:00"))
    assert clock(case).due_at == at("2026-03-06 18:00")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_promising_again_needs_a_reason(opened, demo, lead, reason):
    case = opened()
    with refused(Invalid):
        promise_again(case, demo.levels["2a"], reason=reason, by=lead.actor, at=NOW)
    assert case.promise.version.level.code == "3a"


def test_a_level_that_was_never_published_cannot_be_promised(opened, lead):
    level = configure(Level(), {"code": "9a", "name_zh": "草稿"}, by=SYSTEM, at=NOW)
    with refused(LevelNotPublished):
        promise_again(opened(), level, reason="试", by=lead.actor, at=NOW)


def test_each_answer_begins_the_time_until_the_next(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    assert not Clock.objects.filter(case=case, target="update").exists()
    reply_case(case, body="在查", by=chen, at=at("2026-03-04 11:00"))
    # 3A keeps the customer informed every 16 working hours.
    assert clock(case, "update").due_at == at("2026-03-06 11:00")
    reply_case(case, body="还在查", by=chen, at=at("2026-03-05 11:00"))
    first, second = Clock.objects.filter(case=case, target="update").order_by("round")
    assert (first.state, second.due_at) == ("kept", at("2026-03-09 11:00"))
    sweep_clocks(at("2026-03-09 11:00"))
    assert clock(case, "update").state == "broken"


def test_the_next_update_waits_with_the_customer(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    reply_case(case, body="请补材料", by=chen, at=at("2026-03-04 11:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert clock(case, "update").due_at is None


def test_milestones_follow_one_another(opened, chen):
    case = opened("connection", form={"address": "高新区", "use": "工业"}, at=at("2026-03-04 10:00"))
    assert clock(case, "milestone").milestone == "survey"
    assert clock(case, "milestone").due_at == at("2026-03-06 10:00")
    with refused(MilestoneTooEarly):
        reach_milestone(case, "plan", by=chen, at=at("2026-03-04 12:00"))
    reach_milestone(case, "survey", by=chen, at=at("2026-03-05 10:00"))
    assert clock(case, "milestone", milestone="survey").state == "kept"
    assert clock(case, "milestone", milestone="plan").due_at == at("2026-03-10 10:00")
    with refused(MilestoneReachedAlready):
        reach_milestone(case, "survey", by=chen, at=at("2026-03-05 11:00"))
    with refused(NoSuchMilestone):
        reach_milestone(case, "moon", by=chen, at=at("2026-03-05 11:00"))


def test_a_level_may_start_again_at_reopening(opened, chen):
    revise("3a", lambda term: term, on_reopen="restart")
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-05 18:00"))
    reopen_case(case, by=chen, at=at("2026-03-11 09:00"))
    assert Clock.objects.filter(case=case, target="resolution").count() == 1
    assert clock(case).due_at == at("2026-03-13 18:00")


def test_a_level_may_begin_a_second_clock_at_reopening(opened, chen):
    revise("3a", lambda term: term, on_reopen="new")
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-05 18:00"))
    reopen_case(case, by=chen, at=at("2026-03-11 09:00"))
    first, second = Clock.objects.filter(case=case, target="resolution").order_by("round")
    assert (first.state, second.due_at) == ("kept", at("2026-03-13 18:00"))
    resolve_case(case, by=chen, at=at("2026-03-12 09:00"))
    assert [c.state for c in Clock.objects.filter(case=case, target="resolution")] == ["kept", "kept"]


def test_a_split_off_case_is_as_old_as_the_customers_words(opened, chen, customer):
    case = opened(at=at("2026-03-04 10:00"))
    message = reply_as_customer(case, body="另外，请改邮寄地址", by=customer.actor, at=at("2026-03-04 15:00"))
    new = split_case(case, messages=[message.pk], subject="改地址", by=chen, at=at("2026-03-06 09:00"))
    assert clock(new).due_at == at("2026-03-09 15:00")


def test_a_wait_that_the_level_does_not_forgive_goes_on_counting(opened, chen):
    """Waiting for one's own organisation is no excuse towards the customer."""
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, reason="internal", by=chen, at=at("2026-03-04 11:00"))
    assert clock(case).due_at == at("2026-03-09 10:00")


def test_the_customers_own_calendar_counts_where_the_level_says_so(opened, customer):
    always = Calendar.objects.get(code="always")
    revise_customer(customer, {"calendar": always}, by=SYSTEM, at=NOW)
    customer.refresh_from_db()
    revise("3a", lambda term: replace(term, calendar_from="customer"))
    case = opened(at=at("2026-03-04 10:00"), customer=customer)
    assert clock(case).due_at == at("2026-03-05 10:00")


def test_a_fixed_calendar_counts_whoever_has_the_case(opened):
    always = Calendar.objects.get(code="always")
    revise("3a", lambda term: replace(term, calendar_from="fixed", calendar=always))
    assert clock(opened(at=at("2026-03-04 10:00"))).due_at == at("2026-03-05 10:00")


def test_a_fixed_calendar_edited_later_counts_for_the_next_promise(opened):
    """Published terms are read once for the life of a process; the calendar they name is not."""
    always = Calendar.objects.get(code="always")
    revise("3a", lambda term: replace(term, calendar_from="fixed", calendar=always))
    opened(at=at("2026-03-04 10:00"))
    define_special_day(always, at("2026-03-05 00:00").date(), [], by=SYSTEM, at=NOW)
    assert clock(opened(at=at("2026-03-04 10:00"))).due_at == at("2026-03-06 10:00")


def test_a_need_cannot_be_dated_into_the_future(opened, lead):
    with refused(Invalid):
        backdate_promise(opened(), since=NOW + timedelta(hours=1), reason="错", by=lead.actor, at=NOW)


@pytest.mark.parametrize(("begin", "end"), [("12:00", "11:00"), ("11:00", "11:00"), ("09:00", "23:00")])
def test_a_wait_noted_later_lies_in_the_past_and_has_a_length(opened, lead, begin, end):
    case = opened(at=at("2026-03-04 08:00"))
    times = {"begin": at(f"2026-03-04 {begin}"), "end": at(f"2026-03-04 {end}")}
    with refused(Invalid):
        correct_wait(case, **times, reason="customer", note="电话", by=lead.actor, at=at("2026-03-04 22:00"))


def test_a_finished_case_is_promised_nothing_more(opened, demo, lead, chen):
    case = opened("connection", form={"address": "高新区", "use": "工业"})
    close_case(case, outcome="solved", by=chen, at=NOW + timedelta(minutes=5))
    with refused(CaseNotActive):
        promise_again(case, demo.levels["2a"], reason="试", by=lead.actor, at=NOW + timedelta(minutes=6))
    with refused(CaseNotActive):
        reach_milestone(case, "survey", by=chen, at=NOW + timedelta(minutes=6))
    assert not Clock.objects.filter(case=case, ended_at__isnull=True).exists()


def test_a_record_can_be_corrected_after_the_closing_too(opened, lead, chen):
    case = opened(at=at("2026-03-04 10:00"))
    sweep_clocks(at("2026-03-09 10:30"))
    close_case(case, outcome="solved", by=chen, at=at("2026-03-09 11:00"))
    assert clock(case).state == "broken"
    times = {"begin": at("2026-03-05 09:00"), "end": at("2026-03-05 18:00")}
    correct_wait(case, **times, reason="customer", note="电话记录", by=lead.actor, at=at("2026-03-10 10:00"))
    assert clock(case).state == "kept"
