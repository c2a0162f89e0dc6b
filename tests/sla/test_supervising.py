"""Urging, more time, violations: who may, what follows, and what is refused."""

import pytest

from ruoshui.cases.actions import assign_case, categorize_case, resolve_case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Invalid
from ruoshui.feedback.actions.inviting import is_sampled
from ruoshui.notices.models import Notice
from ruoshui.sla.actions import (
    answer_urge,
    ask_extension,
    begin_draft,
    decide_extension,
    discard_draft,
    publish_level,
    record_violation,
    set_rows,
    set_terms,
    urge,
)
from ruoshui.sla.choosing import considered, facts_of, published_rows
from ruoshui.sla.drafts import RowDraft, TermDraft
from ruoshui.sla.models import Matrix
from ruoshui.sla.previewing import preview
from ruoshui.sla.refusals import (
    ClockHasEnded,
    EmptyLevel,
    ExtensionDecidedAlready,
    NothingToPublish,
    OwnExtension,
    PromiseAlreadyBroken,
    UrgeAnsweredAlready,
)
from tests.conftest import NOW, at, refused
from tests.sla.conftest import clock, events


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def held(opened, demo):
    case = opened(at=at("2026-03-04 09:00"))
    assign_case(case, to=demo.staff["chen"], by=SYSTEM, at=at("2026-03-04 09:05"))
    return case


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("staff__username", flat=True))


def test_urging_tells_the_holder_and_his_answer_tells_back(held, demo, lead, now):
    made = urge(clock(held), text="快", by=lead, at=NOW)
    assert told("sla.urged") == ["chen"]
    with refused(Invalid):
        answer_urge(made, text=" ", by=demo.staff["chen"], at=NOW)
    answer_urge(made, text="三点前", by=demo.staff["chen"], at=NOW)
    assert told("sla.urge_answered") == ["lead"]
    with refused(UrgeAnsweredAlready):
        answer_urge(made, text="四点前", by=demo.staff["chen"], at=NOW)
    assert events(held, "sla.urged").count() == events(held, "sla.urge_answered").count() == 1


def test_what_nobody_holds_is_urged_at_the_supervisors_above(opened, demo, now):
    urge(clock(opened()), by=demo.staff["province"], at=NOW)
    assert told("sla.urged") == ["lead"]


def test_what_is_settled_can_no_longer_be_urged(held, lead, chen):
    resolve_case(held, by=chen, at=NOW)
    with refused(ClockHasEnded):
        urge(clock(held), by=lead, at=NOW)


def test_an_urging_at_night_waits_for_the_morning_unless_it_is_urgent(held, lead, monkeypatch):
    night = at("2026-03-04 23:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    urge(clock(held), by=lead, at=night)
    urge(clock(held), is_urgent=True, by=lead, at=night)
    assert list(Notice.objects.order_by("pk").values_list("show_at", flat=True)) == [at("2026-03-05 09:00"), night]


def test_more_time_moves_the_due_time_and_is_told_to_the_customer(held, demo, lead, now):
    due = clock(held).due_at
    asked = ask_extension(clock(held), minutes=60, reason="等配件", by=demo.staff["chen"], at=NOW)
    assert clock(held).due_at == due
    assert told("sla.extension_asked") == ["lead"]
    decide_extension(asked, approve=True, remark="同意", by=lead, at=NOW)
    # The last hour before the weekend goes over to Monday.
    assert (due, clock(held).due_at) == (at("2026-03-06 18:00"), at("2026-03-09 10:00"))
    assert told("sla.extension_approved") == ["chen"]
    assert "等配件" in held.messages.get(kind="notice").body
    with refused(ExtensionDecidedAlready):
        decide_extension(asked, approve=False, by=lead, at=NOW)


def test_approved_time_survives_another_promise(held, demo, lead):
    asked = ask_extension(clock(held), minutes=60, reason="等配件", by=demo.staff["chen"], at=NOW)
    decide_extension(asked, approve=True, by=lead, at=NOW)
    categorize_case(held, {"priority": "urgent"}, by=lead.actor, at=NOW)
    assert clock(held).seconds == (4 + 1) * 3600


def test_nobody_approves_his_own_time(held, demo, lead):
    asked = ask_extension(clock(held), minutes=60, reason="等配件", by=lead, at=NOW)
    with refused(OwnExtension):
        decide_extension(asked, approve=True, by=lead, at=NOW)
    decide_extension(asked, approve=False, remark="不同意", by=demo.staff["province"], at=NOW)
    assert clock(held).seconds == 24 * 3600


def test_time_cannot_be_asked_twice_or_after_the_promise_was_broken(held, demo, lead):
    chen = demo.staff["chen"]
    ask_extension(clock(held), minutes=60, reason="等配件", by=chen, at=NOW)
    with refused(Invalid):
        ask_extension(clock(held), minutes=60, reason="还要等", by=chen, at=NOW)
    with refused(PromiseAlreadyBroken):
        ask_extension(clock(held), minutes=60, reason="晚了", by=chen, at=at("2026-04-04 10:00"))


@pytest.mark.parametrize(("kind", "note"), [("late", ""), ("nonsense", "两次未回复")])
def test_a_violation_needs_a_kind_and_words(held, lead, kind, note):
    with refused(Invalid):
        record_violation(clock(held), kind=kind, note=note, by=lead, at=NOW)


def test_a_violation_against_the_unit_is_told_to_those_who_lead_it(held, demo, now):
    record_violation(clock(held), kind="late", note="两次未回复", by=demo.staff["province"], at=NOW)
    assert told("sla.violation_recorded") == ["lead"]


def test_the_strategy_says_which_rows_it_passed_over_and_why(opened, demo):
    found = considered(published_rows(), facts_of(opened()))
    assert found[-1].against == ()
    assert found[-1].row.level.code == "3a"
    general = [one for one in found if one.row.type is None]
    assert {one.against for one in found if one.row.type is not None} == {("type",), ("type", "priority")}
    assert general[0].against == ("priority",)
    assert general[1].against == ("tier",)


def test_a_row_may_ask_for_a_channel_and_a_unit(opened, demo):
    rows = [
        RowDraft(level=demo.levels["1a"], channel="phone", unit=demo.units["city"]),
        RowDraft(level=demo.levels["5a"]),
    ]
    set_rows(rows, by=SYSTEM, at=NOW)
    from ruoshui.sla.actions import publish_matrix

    publish_matrix(by=SYSTEM, at=NOW)
    assert opened(channel="phone").promise.version.level.code == "1a"
    assert opened(channel="phone", unit=demo.units["east"]).promise.version.level.code == "1a"
    assert opened(channel="phone", unit=demo.units["south"]).promise.version.level.code == "5a"
    assert opened().promise.version.level.code == "5a"


def test_a_preview_counts_what_would_have_been_and_promises_nothing(opened, demo, chen):
    slow, quick = opened(at=at("2026-03-04 10:00")), opened(at=at("2026-03-04 10:00"))
    resolve_case(slow, by=chen, at=at("2026-03-06 10:00"))
    resolve_case(quick, by=chen, at=at("2026-03-04 11:00"))
    set_rows([RowDraft(level=demo.levels["1a"])], by=SYSTEM, at=NOW)
    draft = list(Matrix.objects.get(state="draft").rows.select_related("level"))
    found = preview(draft, at("2026-03-01 00:00"), at("2026-03-31 00:00"))
    assert (found.cases, found.changed) == (2, 2)
    assert {(a.code, b.code): n for (a, b), n in found.moves.items()} == {("3a", "1a"): 2}
    assert (found.settled, found.kept, found.would_keep) == (2, 2, 1)
    assert slow.promise.version.level.code == "3a"


def test_a_published_version_is_never_touched_again(demo):
    level = demo.levels["3a"]
    published = level.versions.get(state="published")
    draft = begin_draft(level, by=SYSTEM, at=NOW)
    assert (draft.number, draft.terms.count()) == (published.number + 1, published.terms.count())
    set_terms(level, [TermDraft("resolution", 60)], by=SYSTEM, at=NOW)
    assert published.terms.count() == 3
    discard_draft(level, by=SYSTEM, at=NOW)
    with refused(NothingToPublish):
        publish_level(level, by=SYSTEM, at=NOW)
    set_terms(level, [], by=SYSTEM, at=NOW)
    with refused(EmptyLevel):
        publish_level(level, by=SYSTEM, at=NOW)


def test_every_level_from_1a_to_5b_ships_published(demo):
    codes = {f"{n}{side}" for n in range(1, 6) for side in "ab"}
    assert {code for code in codes if demo.levels[code].versions.filter(state="published").exists()} == codes
    requests = [code for code in codes if demo.levels[code].versions.filter(terms__target="request").exists()]
    assert sorted(requests) == ["1b", "2b", "3b", "4b", "5b"]


def test_an_edited_calendar_sends_a_job_only_where_something_runs_by_it(opened, demo):
    from django.db import connection

    from ruoshui.organization.actions import define_special_day
    from ruoshui.organization.models import Calendar

    def jobs():
        with connection.cursor() as cursor:
            cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'sla.redate'")
            return [row[0] for row in cursor.fetchall()]

    office, always = Calendar.objects.get(code="office"), Calendar.objects.get(code="always")
    opened()
    define_special_day(always, NOW.date(), [], by=SYSTEM, at=NOW)
    assert jobs() == []
    define_special_day(office, NOW.date(), [], by=SYSTEM, at=NOW)
    assert len(jobs()) == 1
    assert RecordedEvent.objects.filter(kind="core.configured", about_id=office.pk).exists()


@pytest.mark.parametrize(("percent", "low", "high"), [(0, 0, 0), (30, 2800, 3200), (100, 10_000, 10_000)])
def test_sampling_asks_about_as_many_as_the_strategy_says_and_the_same_ones_again(percent, low, high):
    drawn = [is_sampled(closing, percent) for closing in range(10_000)]
    assert low <= sum(drawn) <= high
    assert drawn == [is_sampled(closing, percent) for closing in range(10_000)]
