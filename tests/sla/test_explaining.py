"""A clock explains itself: every second of its life is in a line, and each line says why."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruoshui.cases.actions import pass_case, pause_case, reply_case, resolve_case, resume_case
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import define_special_day
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions.keeping import locked_clocks, reckon
from ruoshui.sla.explaining import explain
from ruoshui.sla.handoffs import handoffs_of, stays_of
from ruoshui.sla.models import Clock
from tests.conftest import NOW, at
from tests.sla.conftest import clock


def lines_of(case, until, **how):
    found = explain(clock(case), at(until), **how)
    return [
        (
            line.begin.astimezone(NOW.tzinfo).strftime("%d %H:%M"),
            line.kind,
            line.reason or line.names,
            line.counted // 60,
        )
        for line in found.lines
    ]


def test_each_stretch_says_whether_it_counted_and_why_not(opened, chen):
    case = opened(at=at("2026-03-05 16:00"))
    pause_case(case, reason="parts", by=chen, at=at("2026-03-06 10:00"))
    resume_case(case, by=chen, at=at("2026-03-06 14:00"))
    assert lines_of(case, "2026-03-09 10:00") == [
        ("05 16:00", "ran", (), 120),
        ("05 18:00", "closed", "hours", 0),
        ("06 09:00", "ran", (), 60),
        ("06 10:00", "paused", "parts", 0),
        ("06 14:00", "ran", (), 240),
        ("06 18:00", "closed", "weekend", 0),
        ("09 09:00", "ran", (), 60),
    ]


def test_holidays_special_days_and_make_up_days_have_their_names(opened):
    office = Calendar.objects.get(code="office")
    define_special_day(office, at("2026-10-12 00:00").date(), [], name="盘点", by=SYSTEM, at=NOW)
    case = opened(at=at("2026-09-30 17:00"))
    found = lines_of(case, "2026-10-13 10:00", plain=True)
    assert found[0] == ("30 17:00", "ran", (), 60)
    assert found[1][1] == "closed"
    assert any("National Day" in name for name in found[1][2])
    make_up = next(line for line in found if line[0].startswith("10 "))
    assert (make_up[1], make_up[3]) == ("ran", 480)
    assert make_up[2] != ()
    closed = next(line for line in found if "盘点" in str(line[2]))
    assert closed[0] == "10 18:00"


def test_a_customer_reads_days_where_staff_read_hours(opened):
    case = opened(at=at("2026-03-05 10:00"))
    assert lines_of(case, "2026-03-06 10:00", plain=True) == [
        ("05 10:00", "ran", (), 420),
        ("06 09:00", "ran", (), 60),
    ]
    assert len(lines_of(case, "2026-03-06 10:00")) == 5


def test_the_explanation_of_a_settled_clock_ends_with_it(opened, chen):
    case = opened(at=at("2026-03-05 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-05 11:00"))
    explanation = explain(clock(case), at("2026-04-05 11:00"))
    assert (explanation.used, explanation.left) == (3600, 23 * 3600)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_lines_leave_no_gap_and_add_up_to_what_was_used(opened, chen, gaps):
    """Pauses of any length at any time: the lines cover every minute, and the due time is when they say so."""
    moment = at("2026-09-24 09:00")
    case = opened(at=moment)
    for n, gap in enumerate(gaps):
        moment += timedelta(minutes=gap)
        (resume_case if n % 2 else pause_case)(case, by=chen, at=moment)
    until = moment + timedelta(days=3)
    found = explain(clock(case), until)
    assert found.lines[0].begin == at("2026-09-24 09:00")
    assert found.lines[-1].end == until
    assert all(a.end == b.begin for a, b in zip(found.lines, found.lines[1:], strict=False))
    assert found.lines[-1].total == sum(line.counted for line in found.lines) == found.used
    due = clock(case).due_at
    assert (due is not None and due <= until) == (found.used >= found.clock.seconds)


def test_every_holders_stay_is_measured_and_the_outer_clock_goes_on(opened, demo, chen):
    case = opened(at=at("2026-03-04 10:00"))
    due = clock(case).due_at
    lead = demo.staff["lead"].actor
    for to, moment in (("province", "2026-03-04 14:00"), ("city2", "2026-03-05 10:00"), ("south", "2026-03-06 09:00")):
        pass_case(case, to=demo.units[to], reason="请协助", by=lead, at=at(moment))
    assert clock(case).due_at == due
    reply_case(case, body="在办", by=chen, at=at("2026-03-06 10:00"))
    stays = [(stay.unit, stay.begin, stay.end) for stay in stays_of(case)]
    units = [demo.units[code].pk for code in ("city", "province", "city2", "south")]
    assert [stay[0] for stay in stays] == units
    assert [stay[1] for stay in stays] == [
        at("2026-03-04 10:00"),
        at("2026-03-04 14:00"),
        at("2026-03-05 10:00"),
        at("2026-03-06 09:00"),
    ]
    found = handoffs_of(clock(case), at("2026-03-06 12:00"))
    assert [one.seconds // 3600 for one in found] == [3, 5, 7, 3]
    assert sum(one.share for one in found) == pytest.approx(1)


def test_no_sum_is_kept_anywhere_but_in_the_event_log(opened, chen):
    """Wipe every reckoned time: reckoning anew from the events brings the same back."""
    case = opened(at=at("2026-03-04 10:00"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    resume_case(case, by=chen, at=at("2026-03-05 11:00"))
    before = list(Clock.objects.filter(case=case).order_by("pk").values_list("due_at", "alarms_at", "next_at"))
    Clock.objects.filter(case=case).update(due_at=None, alarms_at=[], alarm_rungs=[], next_at=None)
    reckon(case, locked_clocks(case))
    after = list(Clock.objects.filter(case=case).order_by("pk").values_list("due_at", "alarms_at", "next_at"))
    assert after == before
