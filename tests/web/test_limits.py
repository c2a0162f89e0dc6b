"""The monthly assessment of time limits, and the settings of roles and joint groups."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import close_case, merge_cases, pass_case, reopen_case
from ruoshui.organization.models import Role
from ruoshui.processes.models import JointGroup, Seat
from ruoshui.reports.quality_month import advice_of, held_by, holders_of, months_of, types_of
from ruoshui.reports.time_limits import assess
from ruoshui.sla.actions import ask_unit, sweep_clocks
from tests.conftest import NOW, at


def test_a_month_counts_what_was_kept_and_what_was_broken(demo, opened):
    kept, late = opened(), opened()
    chen = demo.staff["chen"].actor
    close_case(kept, outcome="solved", summary="已退还。", by=chen, at=NOW + timedelta(hours=1))
    sweep_clocks(NOW + timedelta(days=9))
    close_case(late, outcome="solved", by=demo.staff["chen"].actor, at=NOW + timedelta(days=9))
    found = assess(demo.units.values(), at("2026-03-01 00:00"), at("2026-04-01 00:00"), now=at("2026-04-01 00:00"))
    assert {(one.kept, one.broken) for one in found.limits} == {(1, 1)}
    assert [(one.unit.code, one.kept, one.broken) for one in found.units] == [("city", 2, 2)]
    assert {clock.case_id for clock in found.broken} == {late.pk}
    empty = assess([demo.units["south"]], at("2026-03-01 00:00"), at("2026-04-01 00:00"), now=at("2026-04-01 00:00"))
    assert (empty.limits, empty.units) == ([], [])


def test_a_limit_counts_once_in_the_month_it_was_broken(demo, opened):
    late = opened()
    sweep_clocks(NOW + timedelta(days=9))
    march, april, may = at("2026-03-01 00:00"), at("2026-04-01 00:00"), at("2026-05-01 00:00")
    now = late.clocks.filter(broken_at__isnull=False).latest("broken_at").broken_at + timedelta(hours=3)
    running = assess(demo.units.values(), march, april, now=now)
    assert min(one.median_over for one in running.limits if one.broken) == 3.0  # until now, not until the month's end
    close_case(late, outcome="solved", by=demo.staff["chen"].actor, at=april + timedelta(days=1))
    counted = [
        sum(one.broken for one in assess(demo.units.values(), *month, now=may).limits)
        for month in ((march, april), (april, may))
    ]
    assert counted == [2, 0]


def test_the_page_shows_a_month_to_supervisors_only(signed_in, demo, opened):
    opened()
    sweep_clocks(NOW + timedelta(days=9))
    page = signed_in("lead").get("/cockpit/limits?month=2026-03").text
    assert ("Bulletin of broken limits" in page, "2026-03" in page) == (True, True)
    assert signed_in("lead").get("/cockpit/limits?month=nonsense").status_code == 200
    assert signed_in("chen").get("/cockpit/limits").status_code == 403


def month(units, begin="2026-03-01 00:00", end="2026-04-01 00:00"):
    found = assess(units, at(begin), at(end), now=at("2026-05-01 00:00"))
    return found, holders_of(found.broken)


def test_a_merged_case_is_neither_kept_nor_broken(demo, opened):
    survivor, other = opened(), opened()
    merge_cases(survivor, other, by=demo.staff["lead"].actor, at=NOW)
    found, _holders = month(demo.units.values())
    assert (found.limits, months_of([one.pk for one in demo.units.values()], at("2026-03-01 00:00"), NOW)) == ([], [])


def test_the_time_of_a_broken_limit_went_where_it_lay_longest(demo, opened):
    chen = demo.staff["chen"].actor
    passed, asked, stayed = (opened() for _each in range(3))
    pass_case(passed, to=demo.units["field"], reason="试", by=chen, at=NOW + timedelta(hours=1))
    ask_unit(
        demo.units["province"], subject="查线路", body="", level=demo.levels["2b"], from_unit=demo.units["city"],
        case=asked, is_awaited=False, asked_by=demo.staff["chen"], by=chen, at=NOW + timedelta(hours=2),
    )  # fmt: skip
    sweep_clocks(NOW + timedelta(days=9))
    found, holders = month(demo.units.values())
    settled = {
        clock.case_id: holders[clock.pk] for clock in found.broken if clock.target == "resolution" and clock.case
    }
    units = demo.units
    assert settled == {passed.pk: units["field"].pk, asked.pk: units["province"].pk, stayed.pk: units["city"].pk}
    held = {one.unit.code: one.broken for one in held_by(holders)}
    assert (held["field"], held["province"]) == (2, 2)
    advice = {one.clock.target: one for one in advice_of(found.broken, found.ended, holders)}
    assert (advice["resolution"].broken, advice["resolution"].of, advice["resolution"].unit) == (3, 3, None)


def test_months_are_compared_and_kinds_of_cases_told_apart(demo, opened):
    chen, ids = demo.staff["chen"].actor, [one.pk for one in demo.units.values()]
    kept, late = opened(), opened()
    close_case(kept, outcome="solved", summary="已退还。", by=chen, at=NOW + timedelta(hours=1))
    reopen_case(kept, by=chen, at=NOW + timedelta(hours=2))
    sweep_clocks(NOW + timedelta(days=40))
    close_case(late, outcome="solved", by=chen, at=NOW + timedelta(days=40))
    trend = months_of(ids, at("2026-01-01 00:00"), at("2026-05-01 00:00"))
    assert [(f"{one.begin:%Y-%m}", one.broken) for one in trend] == [("2026-03", 3)]
    (march,) = types_of(ids, at("2026-03-01 00:00"), at("2026-04-01 00:00"))
    (april,) = types_of(ids, at("2026-04-01 00:00"), at("2026-05-01 00:00"))
    assert [(one.type.code, one.closed, one.reopened) for one in (march, april)] == [
        ("billing", 0, 1),
        ("billing", 1, 0),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_broken(
    signed_in, demo, opened, number, django_assert_max_num_queries
):
    for _each in range(number):
        opened()
    sweep_clocks(NOW + timedelta(days=9))
    client = signed_in("lead")
    with django_assert_max_num_queries(27):
        assert "What to look at first" in client.get("/cockpit/limits?month=2026-03").text


def test_roles_and_seats_are_set_in_the_browser(signed_in, demo):
    admin = signed_in("admin")
    new = {"code": "cashier", "name_zh": "出纳", "name_en": "Cashier", "reach": "unit", "permissions": ["work"]}
    admin.post("/settings/roles/new", new)
    assert Role.objects.get(code="cashier").permissions == ["work"]
    wrong = admin.post("/settings/roles/new", {**new, "code": "x", "permissions": ["fly"]})
    assert wrong.status_code == 422
    group = JointGroup.objects.get(code="green")
    seat = Seat.objects.get(group=group, code="planning")
    values = {"group": group.pk, "code": "planning", "name_zh": "规划", "staff": demo.staff["inspect"].pk}
    admin.post(f"/settings/seats/{seat.pk}", values)
    seat.refresh_from_db()
    assert seat.staff == demo.staff["inspect"]
    assert signed_in("lead").get("/settings/seats").status_code == 403
