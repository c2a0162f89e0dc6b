"""The supervisor's figures: each unit's own, and rolled up along the tree."""

from datetime import timedelta

from ruoshui.cases.actions import assign_case, pause_case
from ruoshui.cases.models import Case
from ruoshui.organization.models import Unit
from ruoshui.reports.desk import DeskFigures, desk, rolled_up
from ruoshui.sla.actions import sweep_clocks
from ruoshui.sla.queries import SOON
from tests.conftest import NOW

CITY = ("city",)


def of(demo, *codes, at=NOW):
    found = desk([demo.units[code] for code in codes], at)
    return [found[demo.units[code].pk] for code in codes]


def test_a_unit_without_cases_has_naughts_and_no_share(demo):
    (figures,) = of(demo, "south")
    assert figures == DeskFigures()
    assert figures.satisfaction.n == 0


def test_open_cases_are_counted_by_what_they_wait_for(demo, opened):
    held, waiting, _nobodys = opened(), opened(), opened()
    for case in (held, waiting):
        assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)
    Case.objects.exclude(pk__in=[held.pk, waiting.pk]).update(assignee=None)
    pause_case(waiting, reason="customer", until=NOW + timedelta(days=2), by=demo.staff["chen"].actor, at=NOW)
    (figures,) = of(demo, "city")
    assert (figures.open, figures.waiting, figures.unassigned) == (3, 1, 1)


def test_a_closed_case_is_in_none_of_them(demo, closed):
    closed()
    (figures,) = of(demo, "city")
    assert (figures.open, figures.late, figures.soon) == (0, 0, 0)


def test_late_begins_when_the_moment_has_passed_and_soon_ends_there(demo, opened):
    case = opened()
    due = Case.objects.get(pk=case.pk).due_at
    moments = {
        due - SOON - timedelta(seconds=1): (0, 0),
        due - SOON + timedelta(seconds=1): (1, 0),
        due: (1, 0),
        due + timedelta(seconds=1): (0, 1),
    }
    seen = {at: (one.soon, one.late) for at in moments for one in of(demo, "city", at=at)}
    assert seen == moments


def test_limits_broken_in_the_last_thirty_days_are_counted_until_now(demo, opened):
    opened()
    sweep_clocks(NOW + timedelta(days=9))
    days = {9: 2, 30: 2, 60: 0}
    assert {day: of(demo, "city", at=NOW + timedelta(days=day))[0].broken for day in days} == days
    assert of(demo, "city", at=NOW)[0].broken == 0


def test_satisfaction_is_of_the_unit_that_answered_for_the_case_and_of_thirty_days(demo, answered):
    answered(5)
    answered(2)
    answered(4, unit="east")
    answered(1, when=NOW - timedelta(days=31))
    city, east = of(demo, "city", "east")
    assert (city.answers, city.satisfied) == (2, 1)
    assert (east.answers, east.satisfied) == (1, 1)


def test_the_whole_is_the_sum_and_each_child_holds_all_below_it(demo, opened):
    for unit in ("city", "east", "west", "west"):
        opened(unit=demo.units[unit])
    city = demo.units["city"]
    whole, rows = rolled_up(city, Unit.objects.all(), NOW)
    opens = {row.unit.code: row.figures.open for row in rows}
    assert whole.open == 4
    assert sum(opens.values()) == 4
    assert {code: opens[code] for code in ("city", "east", "west")} == {"city": 1, "east": 1, "west": 2}
    top, all_rows = rolled_up(demo.units["hq"], Unit.objects.all(), NOW)
    assert top.open == 4
    assert [row.unit.code for row in all_rows] == [
        unit.code
        for unit in Unit.objects.order_by("path")
        if unit.code == "hq" or unit.parent_id == demo.units["hq"].pk
    ]


def test_units_that_are_not_looked_after_are_left_out(demo, opened):
    opened(unit=demo.units["east"])
    whole, rows = rolled_up(demo.units["city"], [demo.units["city"]], NOW)
    assert (whole.open, [row.unit.code for row in rows]) == (0, ["city"])


def test_a_hundred_units_cost_no_more_than_one(demo, opened, django_assert_num_queries):
    opened()
    for units in ([demo.units["city"]], list(demo.units.values())):
        with django_assert_num_queries(3):
            desk(units, NOW)
