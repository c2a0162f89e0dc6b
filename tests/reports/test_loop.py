"""The loop's report over everything, or over what came from one source."""

from datetime import timedelta

from ruoshui.cases.actions import reopen_case
from ruoshui.cases.models import Case
from ruoshui.reports.loop import loop_report
from ruoshui.sla.actions import sweep_clocks
from tests.conftest import NOW


def promises(report):
    return {one.target: (one.promised, one.kept, one.broken, one.running, one.not_reached) for one in report.promises}


def test_an_empty_organisation_has_an_empty_report(demo):
    report = loop_report()
    assert (report.cases, report.closed, report.reopened, report.mean_resolution) == (0, 0, 0, None)
    assert (report.promises, report.late_by_unit, report.satisfaction.satisfied.n) == ([], [], 0)


def test_cases_are_counted_by_how_far_they_came(demo, opened, closed):
    opened()
    closed(until=NOW + timedelta(hours=2))
    back = closed(until=NOW + timedelta(hours=4))
    reopen_case(back, reason="未解决", by=back.customer.actor, at=NOW + timedelta(hours=5))
    report = loop_report()
    assert (report.cases, report.closed, report.reopened) == (3, 1, 1)
    assert report.mean_resolution == timedelta(hours=2)


def test_each_promise_is_kept_broken_running_or_not_reached(demo, opened, closed):
    opened()
    closed(until=NOW + timedelta(hours=1))
    assert promises(loop_report())["resolution"] == (2, 1, 0, 1, 0)
    sweep_clocks(NOW + timedelta(days=9))
    assert promises(loop_report())["resolution"] == (2, 1, 1, 0, 0)


def test_units_with_most_broken_promises_come_first_with_their_team(demo, opened):
    late = opened()
    sweep_clocks(NOW + timedelta(days=9))
    opened(unit=demo.units["east"], at=NOW + timedelta(days=9))
    first, second = loop_report().late_by_unit
    team = Case.objects.get(pk=late.pk).team
    name = f"{demo.units['city'].name_zh} / {team.name_zh}" if team else demo.units["city"].name_zh
    assert (first.unit, first.cases, first.broken) == (name, 1, 1)
    assert (second.cases, second.broken) == (1, 0)


def test_of_one_source_only_what_came_from_it_is_counted(demo, opened, closed):
    brought_in = closed(until=NOW + timedelta(hours=1))
    Case.objects.filter(pk=brought_in.pk).update(source_key="letters:71")
    opened()
    report = loop_report("letters")
    assert (report.cases, report.closed) == (1, 1)
    assert promises(report)["resolution"] == (1, 1, 0, 0, 0)
    assert loop_report("letter").cases == 0  # not of a source whose name only begins alike


def test_satisfaction_is_that_of_the_cases_counted(demo, answered):
    Case.objects.filter(pk=answered(5).invitation.case_id).update(source_key="letters:1")
    answered(1)
    assert loop_report("letters").satisfaction.satisfied.n == 1
    assert (loop_report().satisfaction.mean, loop_report().satisfaction.satisfied.n) == (3.0, 2)
