"""Years that are not announced have the statutory days, provisionally; the notice dates again what they touched."""

from datetime import date

import pytest

from ruoshui.cases.actions import pause_case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import announce_days, define_hours
from ruoshui.organization.models import Calendar, HolidaySet
from ruoshui.organization.statutory import is_provisional, statutory_days, unannounced_soon
from ruoshui.organization.worktimes import worked_between
from ruoshui.sla.actions.redating import redate_clocks
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock

EVE = at("2026-12-30 10:00")


def hours_on(day):
    office = Calendar.objects.get(code="office")
    return worked_between(office, at(f"{day} 00:00"), at(f"{day} 23:59")) / 3600


def announce(*days):
    rows = [(date.fromisoformat(day), is_off, "元旦") for day, is_off in days]
    announce_days(HolidaySet.objects.get(code="cn"), 2027, rows, by=SYSTEM, at=EVE)


@pytest.mark.parametrize("day", ["2027-01-01", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01"])
def test_statutory_days_of_a_year_not_announced_are_off(demo, day):
    assert hours_on(day) == 0


def test_the_days_around_them_are_worked(demo):
    assert [hours_on(day) for day in ("2027-01-04", "2027-02-10", "2027-10-08")] == [8, 8, 8]


def test_an_announced_year_is_as_its_notice_says(demo):
    assert not [day for day in statutory_days(2026) if is_provisional(Calendar.objects.get(code="office"), day.date)]
    assert is_provisional(Calendar.objects.get(code="office"), date(2027, 3, 1))
    assert not is_provisional(Calendar.objects.get(code="always"), date(2027, 3, 1))


def test_a_promise_that_reaches_such_a_year_says_so_and_is_dated_again_by_the_notice(opened):
    case = opened(at=EVE)
    first = clock(case)
    assert (first.due_at, first.is_provisional) == (at("2027-01-05 10:00"), True)
    announce(("2027-01-01", True), ("2027-01-04", True), ("2027-01-03", False))
    redate_clocks(Calendar.objects.get(code="office"), at=EVE)
    again = clock(case)
    assert (again.due_at, again.is_provisional) == (at("2027-01-05 10:00"), False)
    assert not clock(opened(at=NOW)).is_provisional


def test_what_the_notice_moves_is_told(opened):
    case = opened(at=EVE)
    announce(("2027-01-01", True), ("2027-01-04", True))
    redate_clocks(Calendar.objects.get(code="office"), at=EVE)
    (told,) = case.messages.filter(kind="notice")
    assert "2027年1月6日 10:00" in told.body


@pytest.mark.parametrize("days", [[], [("2026-01-01", True)], [("2027-01-01", True), ("2027-01-01", False)]])
def test_a_notice_that_cannot_be_is_refused(demo, days):
    with refused(Invalid):
        announce(*days)
    assert hours_on("2027-01-01") == 0


def test_sixty_days_before_people_are_warned(demo):
    assert unannounced_soon(date(2026, 11, 1)) is None
    assert unannounced_soon(date(2026, 11, 2)) == 2027
    announce(("2027-01-01", True))
    assert unannounced_soon(date(2026, 11, 2)) is None


def test_the_desk_and_the_settings_warn(demo, signed_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-12-01 10:00"))
    assert "data-missing-year" in signed_in("lead").get("/work/desk").content.decode()
    assert "data-missing-year" in signed_in("admin").get("/settings/calendars").content.decode()


def test_the_notice_is_entered_on_a_page(demo, signed_in):
    china = HolidaySet.objects.get(code="cn").pk
    wrong = {"set": china, "days": "2027-01-01 vielleicht"}
    page = signed_in("admin").post("/settings/calendars/notice", wrong, follow=True).content.decode()
    assert "cannot be read" in page
    signed_in("admin").post(
        "/settings/calendars/notice", {"set": china, "days": "2027-01-04 off 元旦\n2027-01-03 班 调休"}
    )
    assert [hours_on(day) for day in ("2027-01-04", "2027-01-03", "2027-01-01")] == [0, 8, 8]


def test_a_make_up_day_counts_a_weekdays_hours_however_short_saturdays_are(demo):
    office = Calendar.objects.get(code="office")
    nine, noon, one, six = (at(f"2026-01-01 {hour}:00").time() for hour in ("09", "12", "13", "18"))
    week = [(day, nine, noon) for day in range(6)] + [(day, one, six) for day in range(5)]
    define_hours(office, week, by=SYSTEM, at=NOW)
    assert [hours_on(day) for day in ("2026-10-10", "2026-10-17")] == [8, 3]


def test_a_pause_ends_in_the_future(opened, demo):
    case = opened(at=NOW)
    with refused(Invalid):
        pause_case(case, until=NOW, by=demo.staff["chen"].actor, at=NOW)
    case.refresh_from_db()
    assert case.state == "open"
