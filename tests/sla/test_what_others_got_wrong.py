"""Seventeen mistakes about time that other systems made and their users reported. None of them here."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from ruoshui.cases.actions import (
    categorize_case,
    merge_cases,
    pass_case,
    pause_case,
    reopen_case,
    resolve_case,
    resume_case,
)
from ruoshui.cases.models import Case, WaitReason
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.notices.actions import show_due_notices
from ruoshui.notices.models import Notice
from ruoshui.organization.actions import define_hours, define_special_day
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions import backdate_promise, correct_wait, sweep_clocks
from ruoshui.sla.actions.redating import redate_clocks
from ruoshui.sla.models import Clock
from tests.conftest import NOW, at
from tests.sla.conftest import clock, events, revise


def test_01_a_pause_is_not_lost_when_the_level_changes(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    categorize_case(case, {"priority": "urgent"}, by=chen, at=at("2026-03-04 14:00"))
    assert clock(case).due_at is None
    resume_case(case, by=chen, at=at("2026-03-05 09:00"))
    # Urgent is 1A, settled in 4 hours; one was used before the pause.
    assert clock(case).due_at == at("2026-03-05 12:00")


def test_02_a_pause_is_not_lost_when_the_case_is_reopened(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    resume_case(case, by=chen, at=at("2026-03-05 11:00"))
    resolve_case(case, by=chen, at=at("2026-03-05 12:00"))
    reopen_case(case, by=chen, at=at("2026-03-06 09:00"))
    # 1 h before the pause and 1 h after it were used: 22 remain.
    assert clock(case).due_at == at("2026-03-10 16:00")


def test_03_a_pause_over_a_holiday_uses_up_no_time(opened, chen):
    case = opened(at=at("2026-09-29 10:00"))
    pause_case(case, by=chen, at=at("2026-09-29 11:00"))
    assert clock(case).due_at is None
    resume_case(case, by=chen, at=at("2026-10-08 09:00"))
    # 23 of 24 hours from the first day back on: 8 on the 8th, 8 on the 9th, 7 on the made-up 10th.
    assert clock(case).due_at == at("2026-10-10 17:00")


def test_04_a_pause_that_starts_outside_hours_loses_nothing(opened, chen):
    case = opened(at=at("2026-03-04 17:00"))
    pause_case(case, by=chen, at=at("2026-03-04 22:00"))
    resume_case(case, by=chen, at=at("2026-03-05 07:00"))
    assert clock(case).due_at == at("2026-03-09 17:00")


def test_05_two_pauses_in_one_minute_count_once_each(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    before = clock(case).due_at
    for second in (0, 20):
        pause_case(case, by=chen, at=at("2026-03-04 11:00") + timedelta(seconds=second))
        resume_case(case, by=chen, at=at("2026-03-04 11:00") + timedelta(seconds=second + 10))
    assert clock(case).due_at == before + timedelta(seconds=20)


def test_06_a_renamed_state_or_reason_breaks_no_clock(opened, chen, monkeypatch):
    """Events keep codes; what a code is called on the screen does not matter to any clock."""
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    monkeypatch.setattr(WaitReason.CUSTOMER, "_label_", "awaiting the client")
    configure(case.type, {"name_zh": "改名", "name_en": "Renamed"}, by=SYSTEM, at=NOW)
    resume_case(case, by=chen, at=at("2026-03-05 09:00"))
    assert clock(case).due_at == at("2026-03-09 17:00")


def test_07_a_level_edited_while_cases_are_open_changes_no_promise(opened):
    case = opened(at=at("2026-03-04 10:00"))
    revise("3a", lambda term: replace(term, minutes=60))
    pause_case(case, by=SYSTEM, at=at("2026-03-04 11:00"))
    resume_case(case, by=SYSTEM, at=at("2026-03-04 11:01"))
    assert clock(case).due_at == at("2026-03-09 10:01")
    assert clock(opened(at=at("2026-03-04 10:00"))).due_at == at("2026-03-04 11:00")


def test_08_a_case_made_at_2359_on_friday_begins_on_monday(opened):
    case = opened(at=at("2026-03-06 23:59"))
    assert clock(case, "first_response").due_at == at("2026-03-09 14:00")


def test_09_the_day_clocks_change_has_its_true_length(opened, demo):
    calendar = Calendar.objects.get(code="office")
    calendar = configure(calendar, {"zone": "Europe/Berlin", "holidays": None}, by=SYSTEM, at=NOW)
    define_hours(calendar, [(day, *hours) for day in range(7) for hours in [ALL_DAY]], by=SYSTEM, at=NOW)
    begin = at("2026-03-29 00:00").astimezone(calendar.tzinfo).replace(day=28, hour=12, minute=0)
    case = opened(at=begin)
    # Twenty-four hours of work later the wall clock says one hour more: the night of the 29th had 23 hours.
    assert (clock(case).due_at - begin.astimezone(UTC)) == timedelta(hours=24)
    assert clock(case).due_at.astimezone(calendar.tzinfo).hour == 13


ALL_DAY = (at("2026-01-01 00:00").time(), at("2026-01-01 00:00").time())


def test_10_a_calendar_closed_on_every_day_promises_no_date_and_breaks_nothing(opened):
    define_hours(Calendar.objects.get(code="office"), [], by=SYSTEM, at=NOW)
    case = opened()
    assert clock(case).due_at is None
    assert Case.objects.get(pk=case.pk).due is None
    assert sweep_clocks(at("2027-03-04 10:00")) == 0


def test_11_all_that_is_overdue_is_handled_in_one_sweep_not_the_first_hundred(opened, monkeypatch):
    from ruoshui.sla.actions import sweeping

    monkeypatch.setattr(sweeping, "BATCH", 4)
    cases = [opened(at=at("2026-03-04 10:00")) for _each in range(7)]
    sweep_clocks(at("2026-04-30 10:00"))
    assert Clock.objects.filter(case__in=cases, broken_at__isnull=False).count() == 14


def test_12_no_alarm_rings_at_night_unless_it_is_urgent(opened, demo, monkeypatch):
    """A promise that runs around the clock is broken at three in the morning; people are told at nine."""
    night = at("2026-03-05 03:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    case = opened("outage", form={"address": "东湖路"}, at=at("2026-03-04 19:00"))
    urgent = opened("outage", priority="urgent", form={"address": "东湖路"}, at=at("2026-03-04 22:00"))
    sweep_clocks(night)
    assert show_due_notices(night) > 0
    told = Notice.objects.filter(staff=demo.staff["lead"], shown_at__isnull=False)
    assert {notice.about_id for notice in told} == {urgent.pk}
    show_due_notices(at("2026-03-05 08:59"))
    assert not Notice.objects.filter(about_id=case.pk, shown_at__isnull=False).exists()
    show_due_notices(at("2026-03-05 09:00"))
    assert Notice.objects.filter(about_id=case.pk, staff=demo.staff["lead"], shown_at__isnull=False).exists()


def test_13_a_make_up_saturday_is_worked(opened):
    case = opened(at=at("2026-10-09 17:00"))
    # The tenth is a Saturday that is worked for the National Day holiday.
    assert clock(case, "first_response").due_at == at("2026-10-10 12:00")


def test_14_reopening_after_days_closed_goes_on_with_the_time_that_was_left(opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-04 11:00"))
    reopen_case(case, by=chen, at=at("2026-03-11 09:00"))
    # 1 of 24 hours was used: 23 remain from the reopening on.
    assert clock(case).due_at == at("2026-03-13 17:00")
    # Nobody has answered yet: three of the four hours for the first answer remain too.
    assert Case.objects.get(pk=case.pk).due_at == at("2026-03-11 12:00")


def test_15_a_calendar_edited_afterwards_moves_what_still_runs(opened, demo):
    case = opened(at=at("2026-03-04 10:00"))
    office = Calendar.objects.get(code="office")
    define_special_day(office, at("2026-03-05 00:00").date(), [], name="停业盘点", by=SYSTEM, at=at("2026-03-04 12:00"))
    redate_clocks(office, at=at("2026-03-04 12:00"))
    # The closed Thursday takes its eight hours with it.
    assert clock(case).due_at == at("2026-03-10 10:00")
    assert Case.objects.get(pk=case.pk).due_at == at("2026-03-04 15:00")


def test_16_a_case_passed_to_another_zone_keeps_the_promise_that_was_given(opened, demo):
    london = configure(
        Calendar(), {"code": "london", "name_zh": "伦敦", "zone": "Europe/London", "holidays": None}, by=SYSTEM, at=NOW
    )
    nine, five = at("2026-01-01 09:00").time(), at("2026-01-01 17:00").time()
    define_hours(london, [(day, nine, five) for day in range(5)], by=SYSTEM, at=NOW)
    configure(demo.units["city2"], {"calendar": london}, by=SYSTEM, at=NOW)
    case = opened(at=at("2026-03-04 10:00"))
    pass_case(case, to=demo.units["city2"], reason="涉外", by=SYSTEM, at=at("2026-03-04 12:00"))
    # The customer was promised by Shanghai's hours: London's neither bring it forward nor put it off.
    assert clock(case).due_at == at("2026-03-09 10:00")
    assert clock(case).unit_id == demo.units["city2"].pk


@pytest.mark.parametrize("is_swept", [True, False])
def test_17_what_is_corrected_afterwards_is_reckoned_as_if_it_had_always_been_known(opened, lead, is_swept):
    case = opened(at=at("2026-03-04 10:00"))
    if is_swept:
        sweep_clocks(at("2026-03-09 11:00"))
        assert clock(case).state == "broken"
    correct_wait(
        case,
        begin=at("2026-03-05 09:00"),
        end=at("2026-03-05 18:00"),
        reason="customer",
        note="客户电话里要求周五再来",
        by=lead.actor,
        at=at("2026-03-09 11:00"),
    )
    assert clock(case).state == "running"
    assert clock(case).due_at == at("2026-03-10 10:00")
    assert events(case, "sla.breach_withdrawn").count() == is_swept
    backdate_promise(case, since=at("2026-03-03 17:00"), reason="来信邮戳", by=lead.actor, at=at("2026-03-09 11:10"))
    assert clock(case).due_at == at("2026-03-09 17:00")


def test_a_merged_case_owes_nothing_and_breaks_nothing(opened, chen):
    first, second = opened(at=at("2026-03-04 10:00")), opened(at=at("2026-03-04 10:00"))
    merge_cases(first, second, by=chen, at=at("2026-03-04 10:30"))
    sweep_clocks(at("2026-04-30 10:00"))
    assert not events(second, "sla.promise_broken").exists()
    assert events(first, "sla.promise_broken").count() == 2
