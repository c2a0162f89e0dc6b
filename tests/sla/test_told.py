"""The customer is told every promise, milestones too, and every change of one, once."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from ruoshui.cases.actions import (
    categorize_case,
    pass_case,
    pause_case,
    reopen_case,
    reply_case,
    resolve_case,
    resume_case,
)
from ruoshui.cases.models import Case
from ruoshui.channels.models import LetterOut
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.actions import define_hours, define_special_day
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions import backdate_promise, promise_again, reach_milestone
from ruoshui.sla.actions.redating import redate_clocks
from ruoshui.sla.models import Clock
from ruoshui.sla.promised import promised_now
from ruoshui.sla.refusals import PromiseInThePast
from ruoshui.web.portal.cases import _shown
from tests.channels.conftest import mail, mailbox, take  # noqa: F401 fixtures
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock

MORNING = at("2026-03-04 10:00")
HOME = {"form": {"kind": "新装", "address": "柳岸小区 3 幢"}}


def told(case):
    return [one.body for one in case.messages.filter(kind="notice").order_by("pk")]


def words(case):
    with translation.override("en"):
        return _shown(Case.objects.get(pk=case.pk))["promise_words"]


@pytest.fixture
def always(demo):
    """A unit that works around the clock."""
    configure(demo.units["network"], {"calendar": Calendar.objects.get(code="always")}, by=SYSTEM, at=NOW)
    return demo.units["network"]


def test_the_form_says_by_when_each_stage_would_be_done(demo):
    found = {one.term.milestone: (one.due, one.after) for one in promised_now(demo.types["conn-resident"], MORNING)}
    assert found["survey"] == (at("2026-03-06 18:00"), "")
    assert found["plan"] == (at("2026-03-09 18:00"), "")
    assert found["energised"][0] is None
    assert found["energised"][1]


def test_the_form_on_the_portal_shows_the_dates(client, demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)
    page = client.get("/new/conn-resident", headers={"accept-language": "en"}).content.decode()
    assert "Supply plan answered" in page
    assert "18:00" in page
    assert "after “Accepted, papers done”" in page


def test_the_case_page_shows_the_next_stage_and_all_that_are_promised(opened, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    case = opened("conn-resident", at=MORNING, **HOME)
    shown = _shown(case)
    assert [one.milestone for one in shown["promised"]] == ["survey", "plan"]
    assert (words(case)["text"], words(case)["due"]) == ("Site survey: by", at("2026-03-06 18:00"))


def test_time_that_runs_is_not_said_to_stand_still(opened, chen):
    case = opened("conn-resident", at=MORNING, **HOME)
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert "stands still" not in words(case)["text"]
    assert words(case)["due"] == at("2026-03-06 18:00")


def test_time_that_stands_still_is_said_to(opened, chen):
    case = opened(at=MORNING)
    reply_case(case, body="请补材料", by=chen, at=at("2026-03-04 10:30"))
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert words(case)["text"] == "We are waiting for your answer. Our time stands still meanwhile."
    assert words(case)["due"] is None


def test_waiting_for_our_own_people_is_not_called_waiting_for_the_customer(opened, chen):
    case = opened(at=MORNING)
    pause_case(case, reason="internal", by=chen, at=at("2026-03-04 11:00"))
    assert words(case)["text"].startswith("We are waiting before we can go on. First response is promised all the same")


def test_a_mail_is_acknowledged_with_what_is_promised(take, customer):  # noqa: F811
    take(mail(), at=timezone.now())
    body = LetterOut.objects.latest("pk").body
    case = Case.objects.latest("pk")
    assert case.number in body
    assert len([line for line in body.splitlines() if "：" in line and "前" in line]) == len(_shown(case)["promised"])


def test_the_next_stage_is_told_when_one_is_reached(opened, chen):
    case = opened("connection", form={"address": "高新区", "use": "工业"}, at=MORNING)
    reach_milestone(case, "survey", by=chen, at=at("2026-03-05 10:00"))
    (words_told,) = told(case)
    assert "2026年3月10日 10:00" in words_told


def test_when_a_wait_is_over_the_new_dates_are_told_once(opened, chen):
    case = opened(at=MORNING)
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert told(case) == []
    resume_case(case, by=chen, at=at("2026-03-05 11:00"))
    (words_told,) = told(case)
    assert "2026年3月10日 10:00" in words_told
    reply_case(case, body="好", by=chen, at=at("2026-03-05 11:30"))
    assert len(told(case)) == 1


def test_a_wait_that_moves_nothing_tells_nothing(opened, chen):
    case = opened("conn-resident", at=MORNING, **HOME)
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    resume_case(case, by=chen, at=at("2026-03-05 11:00"))
    assert told(case) == []


def test_what_is_owed_again_after_reopening_is_told(opened, chen):
    case = opened(at=MORNING)
    reply_case(case, body="好", by=chen, at=MORNING)
    resolve_case(case, by=chen, at=at("2026-03-05 10:00"))
    reopen_case(case, by=chen, at=at("2026-03-11 09:00"))
    assert len(told(case)) == 1
    assert "2026年3月12日 18:00" in told(case)[0]


def test_an_edited_calendar_tells_whose_promise_it_moves_and_nobody_else(opened, chen):
    moved, same = opened(at=MORNING), opened(at=at("2026-03-02 09:00"))
    office = Calendar.objects.get(code="office")
    define_special_day(office, at("2026-03-06 00:00").date(), [], name="盘点", by=SYSTEM, at=at("2026-03-04 12:00"))
    redate_clocks(office, at=at("2026-03-04 12:00"))
    redate_clocks(office, at=at("2026-03-04 12:01"))
    assert [len(told(moved)), len(told(same))] == [1, 0]
    assert "2026年3月10日 10:00" in told(moved)[0]


def test_an_edited_calendar_breaks_nothing_that_still_ran(opened, chen):
    case = opened(at=MORNING)
    office = Calendar.objects.get(code="office")
    hours = [(at("2026-03-04 06:00").time(), at("2026-03-04 22:00").time())]
    define_special_day(office, MORNING.date(), hours, name="加班", by=SYSTEM, at=at("2026-03-04 14:30"))
    redate_clocks(office, at=at("2026-03-04 14:30"))
    first = clock(case, "first_response")
    assert first.state == "running"
    assert first.due_at >= at("2026-03-04 14:30")


def test_the_promise_keeps_the_calendar_it_was_given_by(opened, chen, always, demo):
    case = opened(at=MORNING)
    before = {one.target: one.due_at for one in Clock.objects.filter(case=case)}
    pass_case(case, to=always, reason="属地", by=chen, at=at("2026-03-04 11:00"))
    assert {one.target: one.due_at for one in Clock.objects.filter(case=case)} == before
    pass_case(case, to=demo.units["city"], reason="退回", by=chen, at=at("2026-03-04 11:30"))
    assert {one.target: one.due_at for one in Clock.objects.filter(case=case)} == before
    assert told(case) == []


def test_a_new_promise_counts_by_the_calendar_of_who_gives_it(opened, chen, always, demo, lead):
    case = opened(at=MORNING)
    pass_case(case, to=always, reason="属地", by=chen, at=at("2026-03-04 11:00"))
    promise_again(case, demo.levels["2a"], reason="急", afresh=True, by=lead.actor, at=at("2026-03-04 22:00"))
    assert clock(case).due_at == at("2026-03-05 06:00")


def test_a_request_to_another_unit_counts_by_that_units_calendar(demo, chen, always):
    from ruoshui.sla.actions import ask_unit, pass_request

    asked = {"subject": "查", "level": demo.levels["3b"], "from_unit": demo.units["city"], "by": chen}
    request = ask_unit(demo.units["field"], at=at("2026-03-04 17:00"), **asked)
    pass_request(request, to=always, reason="归口", by=chen, at=at("2026-03-04 18:00"))
    assert clock(request, "request").due_at == at("2026-03-05 01:00")


def test_nothing_is_promised_for_a_moment_that_has_passed(opened, demo, lead):
    case = opened(at=MORNING)
    late = at("2026-03-05 11:00")
    with refused(PromiseInThePast) as info:
        promise_again(case, demo.levels["1a"], reason="急", by=lead.actor, at=late)
    assert "Count from now on instead" in str(info.value)
    assert (case.promise.version.level.code, told(case)) == ("3a", [])
    promise_again(case, demo.levels["1a"], reason="急", afresh=True, by=lead.actor, at=late)
    assert all(one.due_at > late for one in Clock.objects.filter(case=case, ended_at__isnull=True))


def test_a_shorter_level_by_the_strategy_counts_from_now_where_the_past_would_be_promised(opened, chen, demo):
    from ruoshui.cases.models import CaseType

    case = opened(at=MORNING)
    late = at("2026-03-05 11:30")
    categorize_case(case, {"type": CaseType.objects.get(code="complaint"), "form": {}}, by=chen, at=late)
    case.promise.refresh_from_db()
    assert case.promise.version.level.code == "2a"
    running = [one for one in Clock.objects.filter(case=case, ended_at__isnull=True) if one.broken_at is None]
    assert running
    assert all(one.due_at > late for one in running)


def test_a_need_found_to_be_older_tells_the_earlier_date(opened, lead):
    case = opened(at=MORNING)
    backdate_promise(case, since=at("2026-03-04 09:00"), reason="电话", by=lead.actor, at=at("2026-03-04 10:30"))
    assert len(told(case)) == 1
    assert "2026年3月6日 18:00" in told(case)[0]


def test_hours_that_are_counted_elsewhere_are_still_explained_by_the_calendar_of_the_promise(opened, chen, always):
    from ruoshui.sla.explaining import explain

    case = opened(at=MORNING)
    pass_case(case, to=always, reason="属地", by=chen, at=at("2026-03-04 12:00"))
    found = explain(clock(case), at("2026-03-05 09:00"))
    assert found.used == int(timedelta(hours=7).total_seconds())


def test_a_unit_that_gets_another_calendar_moves_the_promises_given_by_it(opened, chen, always, demo):
    case = opened(at=MORNING)
    pass_case(case, to=always, reason="属地", by=chen, at=at("2026-03-04 11:00"))
    short = configure(Calendar(), {"code": "short", "name_zh": "半天", "holidays": None}, by=SYSTEM, at=NOW)
    nine, twelve = at("2026-01-01 09:00").time(), at("2026-01-01 12:00").time()
    define_hours(short, [(day, nine, twelve) for day in range(7)], by=SYSTEM, at=NOW)
    configure(demo.units["city"], {"calendar": short}, by=SYSTEM, at=at("2026-03-04 11:00"))
    redate_clocks(Calendar.objects.get(code="office"), at=at("2026-03-04 11:00"))
    assert clock(case, "first_response").due_at == at("2026-03-05 11:00")
