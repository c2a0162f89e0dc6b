"""The sweeper: everything once, oldest first, by any number of copies, and nobody buried in notices."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from ruoshui.cases.actions import assign_case, pause_case, resolve_case, resume_case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.models import RecordedEvent
from ruoshui.notices.actions import read_notices, show_due_notices
from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of
from ruoshui.notices.tasks import mail_notice
from ruoshui.sla.actions import sweep_clocks
from ruoshui.sla.drafts import RungDraft
from tests.conftest import at
from tests.sla.conftest import clock, events, revise


@pytest.fixture
def now(monkeypatch):
    def set_to(text):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(text))
        return at(text)

    return set_to


def names(notices):
    return sorted(notices.values_list("staff__username", flat=True))


def test_the_holder_and_his_supervisor_are_warned_before_it_is_due(opened, demo, chen, now):
    case = opened(at=at("2026-03-04 10:00"))
    assign_case(case, to=demo.staff["chen"], by=chen, at=at("2026-03-04 10:05"))
    sweep_clocks(now("2026-03-04 14:11"))
    assert not Notice.objects.exists()
    # 80 % of the four hours until the first response are used at 14:12.
    sweep_clocks(now("2026-03-04 14:12"))
    assert names(Notice.objects.filter(kind="sla.clock_warned")) == ["chen", "lead"]
    warned = events(case, "sla.clock_warned")
    assert {event.at for event in warned} == {at("2026-03-04 14:12")}
    assert sentence_of(Notice.objects.first()) == f"{case.number} 电费比平时高一倍: first response is due 03-04 15:00"


def test_the_ladder_steps_up_the_organisation(opened, demo, now):
    opened(at=at("2026-03-04 10:00"))
    # 150 % of four hours: six hours, at 17:00.
    sweep_clocks(now("2026-03-04 17:00"))
    assert names(Notice.objects.filter(kind="sla.promise_broken")) == ["lead", "province"]


def test_warnings_and_breaches_fire_once_however_often_it_sweeps(opened, now):
    case = opened(at=at("2026-03-04 10:00"))
    for moment in ("2026-03-04 14:30", "2026-03-04 15:30", "2026-03-04 15:31", "2026-03-20 10:00"):
        sweep_clocks(now(moment))
        sweep_clocks(at(moment))
    first = clock(case, "first_response")
    told = [*events(case, "sla.clock_warned"), *events(case, "sla.clock_escalated")]
    mine = [event for event in told if event.data["clock"] == first.pk]
    # At 80 % the holder and his supervisors, at 100 % the supervisors, at 150 % those above.
    assert [event.data["told"] for event in mine] == [["holder", "lead"], ["lead"], ["above"]]
    assert events(case, "sla.promise_broken").count() == 2
    assert first.next_at is None


def test_after_two_days_of_downtime_all_of_it_fires_once_and_in_order(opened, now):
    cases = [opened(at=at("2026-03-04 10:00") + timedelta(minutes=n)) for n in (7, 3, 5, 1)]
    sweep_clocks(now("2026-03-06 16:00"))
    told = list(RecordedEvent.objects.filter(kind__in=["sla.clock_warned", "sla.promise_broken"]).order_by("id"))
    assert [event.at for event in told] == sorted(event.at for event in told)
    broken = [event.about_id for event in told if event.kind == "sla.promise_broken"]
    assert broken == [case.pk for case in sorted(cases, key=lambda case: case.opened_at)]


def test_a_pause_moves_the_warning_with_the_due_time(opened, chen, now):
    case = opened(at=at("2026-03-04 10:00"))
    warn = clock(case).alarms_at[0]
    pause_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert clock(case).alarms_at == []
    resume_case(case, by=chen, at=at("2026-03-04 12:00"))
    # One working hour of pause, with the lunch break in between.
    assert clock(case).alarms_at[0] == warn + timedelta(hours=1)


def test_what_is_settled_warns_nobody(opened, chen, now):
    case = opened(at=at("2026-03-04 10:00"))
    resolve_case(case, by=chen, at=at("2026-03-04 11:00"))
    assert sweep_clocks(now("2026-04-04 11:00")) == 0
    assert not Notice.objects.exists()


def test_a_flood_becomes_one_notice_a_reader(opened, demo, now):
    for _n in range(8):
        opened(at=at("2026-03-04 10:00"))
    sweep_clocks(now("2026-03-04 15:00"))
    notices = Notice.objects.filter(staff=demo.staff["lead"], kind="sla.clock_warned")
    assert [notice.count for notice in notices] == [16]
    assert sentence_of(notices[0]).startswith("16 promises come due")


def test_history_is_swept_but_nobody_gets_notices_about_it(opened, now):
    case = opened(at=at("2026-03-04 10:00"))
    sweep_clocks(now("2026-06-04 10:00"))
    assert events(case, "sla.promise_broken").count() == 2
    assert not Notice.objects.exists()


def test_a_notice_is_read_by_its_reader_only(opened, demo, now):
    opened(at=at("2026-03-04 10:00"))
    sweep_clocks(now("2026-03-04 14:30"))
    show_due_notices(at("2026-03-04 14:30"))
    mine = list(Notice.objects.filter(staff=demo.staff["lead"]).values_list("pk", flat=True))
    assert read_notices(demo.staff["south"], mine, at=at("2026-03-04 14:31")) == 0
    assert read_notices(demo.staff["lead"], mine, at=at("2026-03-04 14:31")) == len(mine)
    assert read_notices(demo.staff["lead"], at=at("2026-03-04 14:32")) == 0


def test_a_notice_goes_by_mail_once_where_the_rung_says_so(opened, demo, now, mailoutbox):
    revise("3a", lambda term: replace(term, rungs=(RungDraft("percent", 50, "lead", by_mail=True),)))
    configure(demo.staff["lead"], {"email": "lead@example.org", "language": "en"}, by=SYSTEM, at=at("2026-03-04 09:00"))
    case = opened(at=at("2026-03-04 10:00"))
    sweep_clocks(now("2026-03-04 12:00"))
    notice = Notice.objects.get(staff=demo.staff["lead"])
    show_due_notices(at("2026-03-04 13:00"))  # after the lunch break that begins at noon
    with connection.cursor() as cursor:
        cursor.execute("SELECT (args->>'notice')::bigint FROM procrastinate_jobs WHERE task_name = 'notices.mail'")
        assert [row[0] for row in cursor.fetchall()] == [notice.pk]
    for _twice in range(2):
        mail_notice(notice=notice.pk)
    [letter] = mailoutbox
    assert letter.to == ["lead@example.org"]
    assert letter.subject == f"{case.number} 电费比平时高一倍: first response is due 03-04 15:00"
