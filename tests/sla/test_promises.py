"""Promises in working time: each test here is a mistake that another system made."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import (
    categorize_case,
    close_case,
    merge_cases,
    pause_case,
    reopen_case,
    reply_case,
    resolve_case,
    resume_case,
)
from ruoshui.cases.models import Case, CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.models import RecordedEvent
from ruoshui.sla.actions import break_due_promises, resume_due_cases
from ruoshui.sla.models import Clock, Level, LevelRule
from tests.conftest import NOW, at

# Billing gets 3A: a first answer in 4 working hours, settled in 24. Office hours 9–12 and 13–18.


def clock(case, target="resolution"):
    return Clock.objects.get(case=case, target=target)


def events(case, kind):
    return RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk, kind=kind)


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


def test_due_times_skip_the_lunch_break_and_the_night(opened):
    case = opened(at=at("2026-03-04 10:00"))
    assert clock(case, "first_response").due_at == at("2026-03-04 15:00")
    # 7 h on Wednesday, 8 on Thursday, 8 on Friday, the last one on Monday.
    assert clock(case).due_at == at("2026-03-09 10:00")


def test_a_case_made_at_2359_on_friday_begins_on_monday(opened):
    case = opened(at=at("2026-03-06 23:59"))
    assert clock(case, "first_response").due_at == at("2026-03-09 14:00")


def test_a_pause_over_a_holiday_does_not_use_up_time(opened, chen):
    case = opened(at=at("2026-09-29 10:00"))
    pause_case(case, by=chen, at=at("2026-09-29 11:00"))
    assert clock(case).due_at is None
    resume_case(case, by=chen, at=at("2026-10-08 09:00"))
    # One hour was used; 23 of 24 remain from the first day back on: 8 h on the 8th, 8 h on the 9th, 7 h on the made-up 10th.
    assert clock(case).due_at == at("2026-10-10 17:00")


def test_a_pause_that_starts_outside_hours_loses_nothing(opened, chen):
    case = opened(at=at("2026-03-04 17:00"))
    pause_case(case, by=chen, at=at("2026-03-04 22:00"))
    resume_case(case, by=chen, at=at("2026-03-05 07:00"))
    assert clock(case).due_at == at("2026-03-09 17:00")


def test_two_pauses_in_one_minute_count_once_each(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    before = clock(case).due_at
    for second in (0, 20):
        pause_case(case, by=chen, at=at("2026-03-04 11:00") + timedelta(seconds=second))
        resume_case(case, by=chen, at=at("2026-03-04 11:00") + timedelta(seconds=second + 10))
    assert clock(case).due_at == before + timedelta(seconds=20)


def test_a_pause_survives_a_change_of_priority(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    categorize_case(case, {"priority": "urgent"}, by=chen, at=at("2026-03-04 14:00"))
    assert clock(case).due_at is None
    resume_case(case, by=chen, at=at("2026-03-05 09:00"))
    # Urgent is 1A, settled in 4 hours; one was used before the pause.
    assert clock(case).due_at == at("2026-03-05 12:00")


def test_reopening_goes_on_with_the_time_that_was_left(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-04 11:00"))
    reopen_case(case, by=chen, at=at("2026-03-11 09:00"))
    # 1 of 24 hours was used: 23 remain from the reopening on.
    assert clock(case).due_at == at("2026-03-13 17:00")
    assert Case.objects.get(pk=case.pk).due_at == at("2026-03-13 17:00")


def test_a_promise_is_kept_to_the_second_and_broken_a_second_later(opened, chen):
    kept, broken = opened(at=at("2026-03-04 10:00")), opened(at=at("2026-03-04 10:00"))
    reply_case(kept, body="好", by=chen, at=at("2026-03-04 15:00"))
    reply_case(broken, body="晚了", by=chen, at=at("2026-03-04 15:00") + timedelta(seconds=1))
    assert clock(kept, "first_response").state == "kept"
    assert clock(broken, "first_response").state == "broken"
    assert events(broken, "sla.promise_broken").get().at == at("2026-03-04 15:00")


def test_the_sweep_breaks_each_promise_once_at_the_time_it_was_due(opened):
    case = opened(at=at("2026-03-04 10:00"))
    assert break_due_promises(at("2026-03-04 14:59")) == 0
    assert break_due_promises(at("2026-03-06 12:00")) == 1
    assert break_due_promises(at("2026-03-06 12:00")) == 0
    event = events(case, "sla.promise_broken").get()
    assert (event.at, event.data["target"]) == (at("2026-03-04 15:00"), "first_response")


def test_all_that_is_overdue_is_handled_in_one_sweep(opened, monkeypatch):
    from ruoshui.sla.actions import sweeping

    monkeypatch.setattr(sweeping, "BATCH", 4)
    for _each in range(7):
        opened(at=at("2026-03-04 10:00"))
    assert break_due_promises(at("2026-04-30 10:00")) == 14


def test_an_edited_level_changes_no_promise_that_was_made(opened):
    case = opened(at=at("2026-03-04 10:00"))
    configure(Level.objects.get(code="3a"), {"resolution_minutes": 60}, by=SYSTEM, at=NOW)
    pause_case(case, by=SYSTEM, at=at("2026-03-04 11:00"))
    resume_case(case, by=SYSTEM, at=at("2026-03-04 11:00") + timedelta(minutes=1))
    assert case.promise.resolution_minutes == 24 * 60
    assert clock(case).due_at > at("2026-03-06 12:00")


def test_a_calendar_closed_on_every_day_promises_no_date_and_breaks_nothing(opened, demo):
    from ruoshui.organization.actions import define_hours
    from ruoshui.organization.models import Calendar

    define_hours(Calendar.objects.get(code="office"), [], by=SYSTEM, at=NOW)
    case = opened()
    assert clock(case).due_at is None
    assert Case.objects.get(pk=case.pk).due is None


def test_a_merged_case_owes_nothing_and_breaks_nothing(opened, chen):
    first, second = opened(at=at("2026-03-04 10:00")), opened(at=at("2026-03-04 10:00"))
    merge_cases(first, second, by=chen, at=at("2026-03-04 10:30"))
    break_due_promises(at("2026-04-30 10:00"))
    assert not events(second, "sla.promise_broken").exists()
    assert events(first, "sla.promise_broken").count() == 2


def test_a_pause_with_an_end_ends_by_itself(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, reason="parts", until=at("2026-03-05 09:00"), by=chen, at=at("2026-03-04 11:00"))
    assert resume_due_cases(at("2026-03-05 08:59")) == 0
    assert resume_due_cases(at("2026-03-05 09:00")) == 1
    assert Case.objects.get(pk=case.pk).state == "open"


def test_resolving_a_paused_case_keeps_its_promise(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    close_case(case, outcome="withdrawn", by=chen, at=at("2026-06-01 10:00"))
    assert clock(case).state == "kept"


def test_the_first_rule_that_fits_decides(opened, demo, customer):
    from ruoshui.customers.actions import revise_customer
    from ruoshui.customers.models import Tier

    assert opened().promise.level.code == "3a"
    assert opened("outage", form={"address": "东湖路"}).promise.level.code == "2a"
    revise_customer(customer, {"tier": Tier.objects.get(code="diamond")}, by=SYSTEM, at=NOW)
    customer.refresh_from_db()
    assert opened().promise.level.code == "1a"


def test_without_a_rule_nothing_is_promised(opened, demo):
    LevelRule.objects.all().delete()
    case = opened()
    assert not Clock.objects.filter(case=case).exists()


def test_another_type_promises_its_own_level(opened, chen):
    case = opened()
    values = {"type": CaseType.objects.get(code="complaint"), "form": {}}
    categorize_case(case, values, by=chen, at=NOW + timedelta(minutes=5))
    case.promise.refresh_from_db()
    assert case.promise.level.code == "2a"
