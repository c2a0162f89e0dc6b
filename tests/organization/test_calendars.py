"""Working calendars and the official Chinese days."""

import csv
import json
from datetime import date, time, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import define_hours, define_special_day
from ruoshui.organization.actions.calendars import HoursOverlap
from ruoshui.organization.models import Calendar, Holiday
from ruoshui.organization.worktimes import calendar_of, worktime_of
from tests.conftest import NOW, at, refused

NOTICES = Path(__file__).resolve().parents[3] / "shared/data/cn_calendar/holiday-cn"


def test_a_unit_without_a_calendar_uses_that_of_the_unit_above(demo):
    assert calendar_of(demo.units["east"]).code == "office"
    assert calendar_of(demo.units["field"]).code == "always"


def test_the_spring_festival_is_off_and_its_make_up_days_are_worked(demo):
    worktime = worktime_of(Calendar.objects.get(code="office"))
    assert not worktime.is_open(at("2026-02-17 10:00"))
    assert worktime.is_open(at("2026-02-14 10:00"))  # a Saturday
    assert worktime.is_open(at("2026-02-28 10:00"))


def test_a_revised_calendar_counts_from_the_next_question_on(demo):
    office = Calendar.objects.get(code="office")
    assert worktime_of(office).is_open(at("2026-03-04 10:00"))
    define_special_day(office, date(2026, 3, 4), [], name="停电检修", by=SYSTEM, at=NOW)
    office.refresh_from_db()
    assert not worktime_of(office).is_open(at("2026-03-04 10:00"))


@pytest.mark.parametrize(
    "hours",
    [
        [(0, time(9), time(12)), (0, time(11), time(18))],
        [(0, time(12), time(9))],
        [(0, time(9), time(0)), (0, time(13), time(18))],
    ],
)
def test_hours_that_overlap_or_run_backwards_are_refused(demo, hours):
    office = Calendar.objects.get(code="office")
    with refused(HoursOverlap):
        define_hours(office, hours, by=SYSTEM, at=NOW)
    assert office.hours.count() == 10


def test_an_unknown_time_zone_is_refused(demo):
    from ruoshui.core.configuring import configure

    with refused(Invalid) as info:
        configure(Calendar.objects.get(code="office"), {"zone": "Mars/Olympus"}, by=SYSTEM, at=NOW)
    assert list(info.value.errors) == ["zone"]


def test_every_year_from_2007_to_2026_is_there(demo):
    years = set(Holiday.objects.filter(holidays__code="cn").values_list("date__year", flat=True))
    assert years == set(range(2007, 2027))


@pytest.mark.skipif(not NOTICES.exists(), reason="the notices are not beside the project")
def test_every_day_agrees_with_the_official_notices():
    with (files("ruoshui.organization.data") / "cn_public_days.csv").open() as rows:
        ours = {row["date"]: row["kind"] == "off" for row in csv.DictReader(rows)}
    official = {
        day["date"]: day["isOffDay"]
        for path in NOTICES.glob("20*.json")
        for day in json.loads(path.read_text())["days"]
    }
    day = date(2007, 1, 1)
    while day < date(2027, 1, 1):
        usual = day.weekday() >= 5
        assert ours.get(day.isoformat(), usual) == official.get(day.isoformat(), usual), day
        day += timedelta(days=1)
