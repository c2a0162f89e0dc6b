"""Working time: exact, monotone, and in agreement with counting minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_science.worktime import NeverOpen, OutsideHorizon, WorkingSpan, compile_worktime

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = [(time(9), time(12)), (time(13), time(18))]
WEEK = dict.fromkeys(range(5), OFFICE)
SPECIAL: dict[date, list[tuple[time, time]]] = {date(2026, 10, d): [] for d in range(1, 8)} | {
    date(2026, 10, 10): OFFICE
}
WORKTIME = compile_worktime(WEEK, SPECIAL, SHANGHAI, date(2026, 1, 1), date(2027, 12, 31))
BEGIN = datetime(2026, 1, 2, tzinfo=SHANGHAI)
moments = st.integers(0, 360 * 86400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
amounts = st.integers(1, 300 * 3600)


@given(moments, amounts)
def test_the_time_added_is_the_time_between(moment, seconds):
    assert WORKTIME.between(moment, WORKTIME.add(moment, seconds)) == seconds


@given(moments, amounts, amounts)
def test_more_work_never_ends_earlier(moment, a, b):
    assert (WORKTIME.add(moment, a) <= WORKTIME.add(moment, b)) == (a <= b) or WORKTIME.add(moment, a) == WORKTIME.add(
        moment, b
    )


@given(moments, amounts, amounts)
def test_adding_in_two_steps_is_adding_at_once(moment, a, b):
    assert WORKTIME.add(WORKTIME.add(moment, a), b) == WORKTIME.add(moment, a + b)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York"])
def test_it_agrees_with_counting_every_minute(zone):
    tz = ZoneInfo(zone)
    week = {day: [(time(0), time(6)), (time(22), time(0))] for day in range(7)}
    worktime = compile_worktime(week, {}, tz, date(2026, 3, 1), date(2026, 4, 10))
    begin, minutes = datetime(2026, 3, 5, 1, 17, tzinfo=tz), 0
    moment = begin.astimezone(UTC)
    for _step in range(30 * 24 * 60):
        local = moment.astimezone(tz)
        minutes += local.hour < 6 or local.hour >= 22
        moment += timedelta(minutes=1)
    assert worktime.between(begin, moment) == minutes * 60


def test_a_public_holiday_does_not_count_and_a_make_up_saturday_does():
    before = datetime(2026, 9, 30, 17, 0, tzinfo=SHANGHAI)
    assert WORKTIME.add(before, 2 * 3600) == datetime(2026, 10, 8, 10, 0, tzinfo=SHANGHAI)
    saturday = datetime(2026, 10, 10, 9, 0, tzinfo=SHANGHAI)
    assert WORKTIME.is_open(saturday)
    assert not WORKTIME.is_open(saturday + timedelta(days=7))


def test_work_that_fills_a_day_ends_at_closing_time_not_at_the_next_opening():
    monday = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
    assert WORKTIME.add(monday, 8 * 3600) == datetime(2026, 3, 2, 18, 0, tzinfo=SHANGHAI)


def test_no_time_at_all_is_the_moment_itself_also_at_night():
    night = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
    assert WORKTIME.add(night, 0) == night
    assert WORKTIME.next_open(night) == datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)


def test_the_day_clocks_change_is_an_hour_shorter():
    berlin = ZoneInfo("Europe/Berlin")
    always = compile_worktime({6: [(time(0), time(0))]}, {}, berlin, date(2026, 3, 1), date(2026, 4, 30))
    assert always.between(datetime(2026, 3, 29, tzinfo=berlin), datetime(2026, 3, 30, tzinfo=berlin)) == 23 * 3600


def test_a_calendar_closed_on_every_day_says_so():
    closed = compile_worktime({}, {}, SHANGHAI, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(NeverOpen):
        closed.add(BEGIN, 60)
    assert closed.between(BEGIN, BEGIN + timedelta(days=30)) == 0


def test_beyond_the_compiled_days_it_refuses_rather_than_guesses():
    with pytest.raises(OutsideHorizon):
        WORKTIME.add(BEGIN, 10_000 * 3600)
    with pytest.raises(ValueError, match="time zone"):
        WORKTIME.add(datetime(2026, 3, 2), 60)


ODD = compile_worktime(
    {day: [(time(8, 7, 13), time(12, 0, 1)), (time(13), time(18, 30))] for day in range(5)},
    SPECIAL,
    SHANGHAI,
    date(2026, 1, 1),
    date(2027, 12, 31),
)


def test_hours_too_odd_for_a_table_are_searched():
    assert WORKTIME.done_table
    assert not ODD.done_table


@given(moments, amounts)
def test_searching_adds_and_counts_alike(moment, seconds):
    assert ODD.between(moment, ODD.add(moment, seconds)) == seconds


@pytest.mark.parametrize("worktime", [WORKTIME, ODD])
def test_arrays_answer_what_single_questions_answer(worktime):
    r = np.random.default_rng(7)
    begins = r.integers(worktime.first, worktime.last - 400 * 86400, 20_000)
    ends, amounts = begins + r.integers(-86400, 300 * 86400, 20_000), r.integers(0, 200 * 3600, 20_000)
    pairs, sums = zip(begins.tolist(), ends.tolist(), strict=True), zip(begins.tolist(), amounts.tolist(), strict=True)
    assert worktime.vector.between(begins, ends).tolist() == [worktime.between_seconds(a, b) for a, b in pairs]
    assert worktime.vector.add(begins, amounts).tolist() == [worktime.add_seconds(a, n) for a, n in sums]


def test_arrays_refuse_what_single_questions_refuse():
    inside = np.array([WORKTIME.first])
    with pytest.raises(OutsideHorizon):
        WORKTIME.vector.between(inside - 1, inside)
    with pytest.raises(OutsideHorizon):
        WORKTIME.vector.add(inside, np.array([10_000 * 3600]))
    with pytest.raises(ValueError, match="never negative"):
        WORKTIME.vector.add(inside, np.array([-1]))
    closed = compile_worktime({}, {}, SHANGHAI, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(NeverOpen):
        closed.vector.add(np.array([closed.first]), np.array([60]))
    assert closed.vector.between(np.array([closed.first]), np.array([closed.last])).tolist() == [0]


def test_the_intervals_of_a_stretch_are_cut_to_it():
    found = list(
        WORKTIME.intervals(datetime(2026, 3, 4, 11, tzinfo=SHANGHAI), datetime(2026, 3, 5, 9, 30, tzinfo=SHANGHAI))
    )
    assert [(a.strftime("%d %H:%M"), b.strftime("%d %H:%M")) for a, b in found] == [
        ("04 11:00", "04 12:00"),
        ("04 13:00", "04 18:00"),
        ("05 09:00", "05 09:30"),
    ]


def test_working_days_end_when_the_last_hours_of_a_date_do():
    thursday = datetime(2026, 9, 24, 20, 0, tzinfo=SHANGHAI)
    ends = [end.isoformat() for end in islice(WORKTIME.closings(thursday.date()), 6)]
    assert ends == [f"2026-{day}T18:00:00+08:00" for day in ("09-25", "09-28", "09-29", "09-30", "10-08", "10-09")]
    assert WORKTIME.add_days(thursday, 7) == datetime(2026, 10, 10, 18, 0, tzinfo=SHANGHAI)
    assert WORKTIME.later(thursday, WorkingSpan(1, 3600)) == datetime(2026, 9, 28, 10, 0, tzinfo=SHANGHAI)


def test_where_work_never_stops_a_day_ends_at_midnight():
    always = compile_worktime(
        {day: [(time(0), time(0))] for day in range(7)}, {}, SHANGHAI, date(2026, 1, 1), date(2026, 1, 9)
    )
    noon = datetime(2026, 1, 3, 12, tzinfo=SHANGHAI)
    assert always.add_days(noon, 2) == datetime(2026, 1, 6, tzinfo=SHANGHAI)
    with pytest.raises(OutsideHorizon):
        always.add_days(noon, 7)
    with pytest.raises(NeverOpen):
        compile_worktime({}, {}, SHANGHAI, date(2026, 1, 1), date(2026, 1, 9)).add_days(noon, 1)


@given(moments, st.integers(1, 60))
def test_n_days_are_n_times_one_day(moment, days):
    end = moment
    for _day in range(days):
        end = WORKTIME.add_days(end, 1)
    assert WORKTIME.add_days(moment, days) == end
    assert WORKTIME.between(end - timedelta(seconds=1), end) == 1
