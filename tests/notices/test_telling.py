"""Staff are told in their working time, once, and what is kept from them is not shown any more."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import categorize_case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.notices.actions import read_notices, show_due_notices, tell_staff
from ruoshui.notices.models import Notice
from tests.conftest import NOW, at
from tests.notices.conftest import KIND

EVENING, MORNING = at("2026-03-04 21:30"), at("2026-03-05 09:00")


def shown_to(staff):
    return list(Notice.objects.shown_to(staff).values_list("pk", flat=True))


def test_in_working_time_a_notice_is_shown_with_the_next_round(tell, demo):
    notice = tell()
    assert shown_to(demo.staff["chen"]) == []
    assert show_due_notices(NOW) == 1
    assert shown_to(demo.staff["chen"]) == [notice.pk]
    assert show_due_notices(NOW + timedelta(minutes=1)) == 0


def test_nobody_is_disturbed_at_night(tell, demo):
    notice = tell(at=EVENING)
    assert notice.show_at == MORNING
    assert show_due_notices(MORNING - timedelta(seconds=1)) == 0
    assert show_due_notices(MORNING) == 1


def test_what_is_urgent_is_shown_at_any_hour(tell):
    notice = tell(at=EVENING, is_urgent=True)
    assert notice.show_at == EVENING
    assert show_due_notices(EVENING) == 1


def test_without_a_calendar_people_are_told_at_once(tell, demo):
    for unit in demo.units.values():
        configure(unit, {"calendar": None}, by=SYSTEM, at=NOW)
    demo.staff["chen"].refresh_from_db()
    assert tell(at=EVENING).show_at == EVENING


@pytest.mark.parametrize(("days", "count"), [(6, 1), (7, 1), (8, 0)])
def test_of_what_happened_over_a_week_ago_nobody_is_told(demo, days, count):
    made = tell_staff([demo.staff["chen"]], KIND, {}, about=demo.units["city"], at=NOW - timedelta(days=days))
    assert len(made) == count == Notice.objects.count()


def test_each_of_several_is_told_and_reads_for_themselves(demo):
    people = [demo.staff["chen"], demo.staff["wang"]]
    tell_staff(people, KIND, {}, about=demo.units["city"], at=NOW)
    show_due_notices(NOW)
    assert read_notices(demo.staff["chen"], at=NOW) == 1
    assert read_notices(demo.staff["chen"], at=NOW) == 0
    assert [notice.read_at for notice in Notice.objects.order_by("staff__username")] == [NOW, None]


def test_only_those_named_are_read_and_nobody_reads_those_of_others(tell, demo):
    first, second, other = tell(), tell(), tell("wang")
    show_due_notices(NOW)
    assert read_notices(demo.staff["chen"], [first.pk, other.pk], at=NOW) == 1
    unread = Notice.objects.filter(read_at__isnull=True).order_by("pk")
    assert list(unread) == [second, other]


def test_what_is_not_shown_yet_cannot_be_read(tell, demo):
    tell(at=EVENING)
    assert read_notices(demo.staff["chen"], at=EVENING) == 0


def test_a_notice_about_a_case_that_is_confidential_by_now_is_not_shown(tell, demo, opened):
    case = opened()
    notice = tell(about=case)
    seen_by_all = tell("admin", about=case)
    show_due_notices(NOW)
    assert shown_to(demo.staff["chen"]) == [notice.pk]
    categorize_case(case, {"confidential": True}, by=demo.staff["admin"].actor, at=NOW)
    assert shown_to(demo.staff["chen"]) == []
    assert shown_to(demo.staff["admin"]) == [seen_by_all.pk]


def test_more_than_a_batch_is_shown_in_one_round(demo, monkeypatch):
    monkeypatch.setattr("ruoshui.notices.actions.telling.BATCH", 2)
    for _each in range(5):
        tell_staff([demo.staff["chen"]], KIND, {}, about=demo.units["city"], at=NOW)
    assert show_due_notices(NOW) == 5
