"""Whole numbers in addresses: what int or the database would refuse is no number, and no page fails on it."""

import pytest
from django.core.exceptions import ValidationError

from ruoshui.core.models import RecordedEvent
from ruoshui.core.typed import is_whole, moment_in
from ruoshui.customers.contacts import normal_contact


@pytest.mark.parametrize(
    ("text", "whole"),
    [("0", True), ("000123", True), ("9" * 15, True), ("9" * 16, False), ("", False), (None, False), ("²", False), ("٣", False), ("-1", False), (" 1", False)],
)  # fmt: skip
def test_a_whole_number_is_what_int_and_the_database_take(text: str | None, whole: bool):
    assert is_whole(text) == whole


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-04T10:00", "2026-03-04T10:00:00+08:00"),
        ("2026-03-04T10:00Z", "2026-03-04T18:00:00+08:00"),
        ("2026-03-04T10:00+23:59", "2026-03-03T18:01:00+08:00"),  # no database reads such a zone
        ("9999-12-31T23:59-14:00", None),
        ("2026-02-30T10:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_into_the_zone_of_the_reader(text: str | None, read: str | None):
    moment = moment_in(text)
    assert (moment.isoformat() if moment else None) == read


@pytest.mark.parametrize("text", ["²", "9" * 40])
@pytest.mark.parametrize(
    "address",
    [
        "/work/tasks?after={}",
        "/work/notices?after={}",
        "/work/requests?after={}",
        "/work/customers?after={}",
        "/work/desk?after=2026-13-45T09:00:00%2B08:00,{}",
        "/work/desk?after=2026-13-45T09:00:00%2B08:00,7",
        "/work/desk?after=2026-03-02T09:00:00,7",
        "/work/desk?after=2026-03-02T09:00:00%2B08:00,{}",
        "/work/cases/new?customer={}",
        "/cockpit/limits?month={0}-{0}",
        "/cockpit/processes?days={}",
    ],
)
def test_a_page_shows_its_beginning_for_what_is_no_number(signed_in, demo, address: str, text: str):
    assert signed_in("lead").get(address.format(text)).status_code == 200


@pytest.mark.parametrize(
    ("verb", "posted"),
    [
        ("suspension", {"until": "2026-13-45T25:00"}),
        ("suspension", {"until": "tomorrow"}),
        ("unit", {"unit": "²", "reason": "x"}),
        ("team", {"team": "9" * 40}),
        ("participants", {"staff": "x"}),
        ("assignment", {"assignee": "²"}),
        ("tasks", {"name": "Look", "role": "x", "unit": "²", "due_at": "2026-13-45T25:00"}),
    ],
)
def test_a_form_with_nonsense_is_answered_and_changes_nothing(signed_in, opened, verb: str, posted: dict[str, str]):
    case = opened()
    before = RecordedEvent.objects.count()
    answer = signed_in("lead").post(f"/work/cases/{case.pk}/{verb}", posted)
    assert (answer.status_code, RecordedEvent.objects.count()) == (302, before)


def test_a_raised_digit_makes_no_phone_number():
    with pytest.raises(ValidationError, match="This is not a phone number"):
        normal_contact("phone", "138²0013800")
