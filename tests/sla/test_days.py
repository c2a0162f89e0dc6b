"""Limits in working days: to the end of the n-th, whatever the hours; the day on which they begin does not count."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from ruoshui.cases.actions import pass_case, pause_case, resolve_case, resume_case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import define_hours
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions import ask_extension, correct_wait, decide_extension, promise_again, sweep_clocks
from ruoshui.sla.drafts import RungDraft
from ruoshui.sla.explaining import explain
from ruoshui.sla.models import Level
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock, events, revise


@pytest.fixture
def three_days(demo):
    """Billing is settled within three working days."""

    def change(term):
        return replace(term, minutes=0, days=3) if term.target == "resolution" else None

    return revise("3a", change)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-03-04 10:00", "2026-03-09 18:00"),
        ("2026-03-04 08:00", "2026-03-09 18:00"),  # Wednesday; Thursday, Friday, Monday
        ("2026-03-04 23:59", "2026-03-09 18:00"),
        ("2026-03-07 11:00", "2026-03-11 18:00"),  # Saturday
        ("2026-09-29 10:00", "2026-10-09 18:00"),  # the 30th, the 8th and the 9th: the holidays do not count
        ("2026-10-08 10:00", "2026-10-12 18:00"),  # the Saturday in between is worked
    ],
)
def test_three_days_end_with_the_third_working_day_after_the_first(three_days, opened, begins, ends):
    case = opened(at=at(begins))
    assert clock(case).due_at == at(ends)
    sweep_clocks(at(ends) - timedelta(seconds=1))
    assert not events(case, "sla.promise_broken").exists()


def test_shorter_days_are_days_as_well(three_days, opened):
    define_hours(
        Calendar.objects.get(code="office"), [(day, time(10), time(14)) for day in range(5)], by=SYSTEM, at=NOW
    )
    assert clock(opened(at=at("2026-03-04 11:00"))).due_at == at("2026-03-09 14:00")


def test_around_the_clock_a_day_ends_at_midnight(opened):
    revise("3a", lambda term: replace(term, minutes=0, days=2, calendar_from="always"))
    assert clock(opened(at=at("2026-03-06 11:00"))).due_at == at("2026-03-09 00:00")


def test_a_wait_within_a_day_moves_nothing(three_days, opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-05 09:30"))
    assert clock(case).due_at is None
    resume_case(case, by=chen, at=at("2026-03-05 17:59"))
    assert clock(case).due_at == at("2026-03-09 18:00")


def test_a_day_that_ends_in_a_wait_is_not_used_up(three_days, opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-05 17:00"))
    resume_case(case, by=chen, at=at("2026-03-08 12:00"))  # over two ends of day, resumed on a Sunday
    assert clock(case).due_at == at("2026-03-11 18:00")


def test_the_first_day_does_not_count_however_often_it_waits(three_days, opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 10:30"))
    resume_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert clock(case).due_at == at("2026-03-09 18:00")


def test_the_days_of_a_promise_are_those_of_the_office_that_gave_it(three_days, opened, demo):
    early = configure(Calendar(), {"code": "early", "name_zh": "早", "zone": "Asia/Shanghai"}, by=SYSTEM, at=NOW)
    define_hours(early, [(day, time(8), time(12)) for day in range(5)], by=SYSTEM, at=NOW)
    configure(demo.units["province"], {"calendar": early}, by=SYSTEM, at=NOW)
    configure(demo.units["city"], {"calendar": Calendar.objects.get(code="office")}, by=SYSTEM, at=NOW)
    case = opened(at=at("2026-03-04 07:00"), unit=demo.units["city"])
    pass_case(case, to=demo.units["province"], reason="试", by=SYSTEM, at=at("2026-03-04 07:30"))
    assert clock(case).due_at == at("2026-03-09 18:00")
    case = opened(at=at("2026-03-04 07:00"), unit=demo.units["province"])
    # Thursday ended at noon in the province; when it ends once more in the city, it is still one day.
    pass_case(case, to=demo.units["city"], reason="试", by=SYSTEM, at=at("2026-03-05 13:00"))
    assert clock(case).due_at == at("2026-03-09 12:00")


def test_more_time_is_working_time_after_the_last_day(three_days, opened, demo):
    case = opened(at=at("2026-03-04 10:00"))
    asked = ask_extension(clock(case), minutes=120, reason="等配件", by=demo.staff["chen"], at=NOW)
    decide_extension(asked, approve=True, by=demo.staff["lead"], at=NOW)
    assert clock(case).due_at == at("2026-03-10 11:00")


def test_warnings_are_shares_of_the_time_until_then(opened):
    revise("3a", lambda term: replace(term, minutes=0, days=3, rungs=(RungDraft("percent", 50, "holder"),)))
    case = opened(at=at("2026-03-04 10:00"))
    # 7 hours are left of Wednesday, and 24 follow: half of it is used up at half past four on Friday less an hour.
    assert clock(case).seconds == 31 * 3600
    assert clock(case).alarms_at == [at("2026-03-06 09:30")]


def test_the_explanation_adds_up_to_what_was_promised(three_days, opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-05 17:00"))
    assert clock(case).seconds == (7 + 8 + 8 + 8) * 3600  # as though the wait were over at once
    resume_case(case, by=chen, at=at("2026-03-06 09:00"))
    assert clock(case).seconds == (7 + 7 + 8 + 8 + 8) * 3600  # Thursday ended in a wait, so another day follows
    resolve_case(case, by=chen, at=at("2026-03-10 18:00"))
    explained = explain(clock(case), at("2026-03-11 10:00"))
    assert (explained.left, clock(case).state) == (0, "kept")


def test_a_wait_found_out_later_withdraws_the_breach(three_days, opened, demo, lead):
    case = opened(at=at("2026-03-04 10:00"))
    sweep_clocks(at("2026-03-09 18:01"))
    assert clock(case).broken_at == at("2026-03-09 18:00")
    correct_wait(
        case,
        begin=at("2026-03-05 09:00"),
        end=at("2026-03-06 10:00"),
        reason="customer",
        note="电话录音",
        by=lead.actor,
        at=at("2026-03-10 09:00"),
    )
    assert (clock(case).broken_at, clock(case).due_at) == (None, at("2026-03-10 18:00"))


def test_another_promise_takes_hours_instead(three_days, opened, lead):
    case = opened(at=at("2026-03-04 10:00"))
    promise_again(case, Level.objects.get(code="4a"), reason="试", by=lead.actor, at=at("2026-03-04 10:00"))
    term = clock(case).term
    assert (term.version.level.code, clock(case).seconds) == ("4a", term.minutes * 60)


@pytest.mark.parametrize(("minutes", "days"), [(0, 0), (60, 1)])
def test_a_term_is_in_minutes_or_in_days(demo, minutes, days):
    with refused(Invalid):
        revise("3a", lambda term: replace(term, minutes=minutes, days=days))


def test_a_break_is_found_a_second_after_the_last_day(three_days, opened, chen):
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-09 18:00") + timedelta(seconds=1))
    assert clock(case).state == "broken"
