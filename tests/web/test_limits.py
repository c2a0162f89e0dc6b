"""The monthly assessment of time limits, and the settings of roles and joint groups."""

from datetime import timedelta

from ruoshui.cases.actions import close_case
from ruoshui.organization.models import Role
from ruoshui.processes.models import JointGroup, Seat
from ruoshui.reports.time_limits import assess
from ruoshui.sla.actions import sweep_clocks
from tests.conftest import NOW, at


def test_a_month_counts_what_was_kept_and_what_was_broken(demo, opened):
    kept, late = opened(), opened()
    close_case(kept, outcome="solved", by=demo.staff["chen"].actor, at=NOW + timedelta(hours=1))
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
