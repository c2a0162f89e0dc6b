"""The steps of cases as process mining reads them."""

from datetime import timedelta

import pytest
from django.utils import translation
from lxml import etree

from ruoshui.cases.actions import pause_case, resume_case
from ruoshui.cases.models import Case
from ruoshui.reports import process_log
from ruoshui.reports.process_log import log_of, map_of, step_name, xes_of
from tests.conftest import NOW

XES = {"x": "http://www.xes-standard.org/"}


@pytest.fixture
def paused(opened, demo):
    """Opened, paused for an hour, resumed."""
    case, chen = opened(), demo.staff["chen"].actor
    pause_case(case, reason="customer", by=chen, at=NOW + timedelta(hours=1))
    resume_case(Case.objects.get(pk=case.pk), by=chen, at=NOW + timedelta(hours=2))
    return case


def kinds(case):
    return [step.kind for step in log_of(Case.objects.filter(pk=case.pk))[case.pk]]


def test_steps_stand_in_the_order_of_time_and_nothing_else_is_a_step(paused):
    found = kinds(paused)
    assert [kind for kind in found if kind != "cases.assigned"] == ["cases.opened", "cases.waiting", "cases.resumed"]
    assert set(found) <= set(process_log.STEPS)


def test_a_step_is_named_in_the_readers_language():
    with translation.override("en"):
        assert [step_name("cases.opened"), step_name("something.new")] == ["opened", "something.new"]
    with translation.override("zh-hans"):
        assert step_name("cases.opened") != "opened"


def test_every_kind_of_step_has_a_name_but_tasks_which_bring_their_own():
    with translation.override("en"):
        assert [kind for kind in process_log.STEPS if step_name(kind) == kind] == ["processes.task_done"]


def test_only_the_newest_cases_are_read(opened, monkeypatch):
    monkeypatch.setattr(process_log, "MOST_CASES", 1)
    opened()
    newest = opened()
    assert list(log_of(Case.objects.all())) == [newest.pk]


def test_no_cases_give_an_empty_log_and_an_empty_map(demo):
    assert log_of(Case.objects.none()) == {}
    assert map_of(Case.objects.none()).nodes == ()


def test_the_map_shows_how_often_one_step_follows_another(paused, opened):
    opened()
    with translation.override("en"):
        nodes = {node.name: (node.cases, node.times) for node in map_of(Case.objects.all()).nodes}
    assert nodes["opened"] == (2, 2)
    assert nodes["paused"] == (1, 1)


def test_the_log_for_other_tools_names_no_person(paused, demo):
    with translation.override("en"):
        log = etree.fromstring(b"".join(xes_of(Case.objects.all())))
    (trace,) = log.findall("x:trace", XES)
    number = trace.find("x:string[@key='concept:name']", XES)
    assert number.get("value") == f"RS{paused.pk:08d}"
    names = [one.get("value") for one in trace.findall("x:event/x:string[@key='concept:name']", XES)]
    assert [name for name in names if name != "assigned"] == ["opened", "paused", "resumed"]
    who = {one.get("value") for one in trace.findall("x:event/x:string[@key='org:resource']", XES)}
    assert f"staff:{demo.staff['chen'].pk}" in who
    text = etree.tostring(log, encoding="unicode")
    assert not [name for name in (demo.staff["chen"].name_zh, paused.customer.name) if name in text]


def test_moments_of_the_log_carry_their_zone(paused):
    log = etree.fromstring(b"".join(xes_of(Case.objects.all())))
    moments = [one.get("value") for one in log.iterfind(".//x:date", XES)]
    assert moments
    assert [moment for moment in moments if not moment.endswith(("+00:00", "+08:00"))] == []
