"""Promises on the screens: desk, clock, requests, notices, levels, strategy, commitments."""

import re

import pytest

from ruoshui.cases.actions import assign_case, pause_case, resolve_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.notices.actions import show_due_notices
from ruoshui.notices.models import Notice
from ruoshui.sla.actions import ask_unit, sweep_clocks, urge
from ruoshui.sla.models import Clock, Extension, InternalRequest, LevelVersion, Matrix, Strategy, Urge, Violation
from tests.conftest import NOW, at


@pytest.fixture
def late(opened, demo):
    """A billing case in Chen's hands whose promises are broken."""
    case = opened(at=at("2026-03-04 10:00"))
    assign_case(case, to=demo.staff["chen"], by=SYSTEM, at=at("2026-03-04 10:05"))
    sweep_clocks(at("2026-03-10 10:00"))
    return case


def clock_of(case, target="resolution"):
    return Clock.objects.get(case=case, target=target)


def ask(demo, case=None, **more):
    lead = demo.staff["lead"]
    values = {"subject": "核查线路", "level": demo.levels["2b"], "from_unit": demo.units["city"], "asked_by": lead}
    return ask_unit(demo.units["network"], case=case, by=lead.actor, at=NOW, **(values | more))


def texts(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_desk_shows_every_running_clock_of_the_units_supervised(signed_in, late, demo):
    page = texts(signed_in("lead").get("/work/desk"))
    assert page.count(late.number) == 2
    assert "陈晨" in page or "Chen Chen" in page
    assert late.number in texts(signed_in("lead").get("/work/desk?tab=late"))
    assert late.number not in texts(signed_in("lead").get("/work/desk?tab=paused"))


def test_a_stranger_supervises_nothing_and_an_agent_has_no_desk(signed_in, late):
    assert signed_in("chen").get("/work/desk").status_code == 403
    assert signed_in("south").get(f"/work/clocks/{clock_of(late).pk}").status_code == 404
    assert signed_in("netlead").get("/work/desk").status_code == 200
    assert late.number not in texts(signed_in("netlead").get("/work/desk"))


def test_a_confidential_clock_is_on_no_desk_without_the_right(signed_in, opened, demo):
    from ruoshui.core.configuring import configure

    configure(demo.roles["supervisor"], {"permissions": ["work", "supervise"]}, by=SYSTEM, at=NOW)
    hidden = opened(confidential=True)
    assert hidden.number not in texts(signed_in("lead").get("/work/desk"))


def test_a_clock_explains_itself_and_why_it_was_promised(signed_in, late):
    resolve_case(late, by=SYSTEM, at=at("2026-03-10 11:00"))
    page = texts(signed_in("lead").get(f"/work/clocks/{clock_of(late).pk}"))
    assert "outside working hours" in page
    assert "weekend" in page
    assert "everything else" in page
    assert "Donghu" not in page


def test_urging_needs_a_supervisor_and_is_answered_by_the_holder(signed_in, late, demo):
    pk = clock_of(late).pk
    assert signed_in("chen").post(f"/work/clocks/{pk}/urges", {"text": "快"}).status_code == 403
    assert signed_in("south").post(f"/work/clocks/{pk}/urges", {"text": "快"}).status_code == 404
    signed_in("lead").post(f"/work/clocks/{pk}/urges", {"text": "客户来电两次"})
    made = Urge.objects.get()
    assert made.to == demo.staff["chen"]
    assert "客户来电两次" in texts(signed_in("chen").get(f"/work/cases/{late.pk}"))
    signed_in("chen").post(f"/work/clocks/{pk}/answers", {"urge": made.pk, "text": "下午三点前"})
    made.refresh_from_db()
    assert (made.answer, made.answered_by) == ("下午三点前", demo.staff["chen"])


def test_more_time_is_asked_by_one_and_approved_by_another(signed_in, opened, demo):
    case = opened(at=NOW)
    assign_case(case, to=demo.staff["chen"], by=SYSTEM, at=NOW)
    pk = clock_of(case).pk
    Clock.objects.filter(case=case).update(due_at=at("2099-01-05 10:00"))
    signed_in("chen").post(f"/work/clocks/{pk}/extensions", {"minutes": "4", "unit": "hours", "reason": "等配件"})
    asked = Extension.objects.get()
    assert asked.minutes == 240
    decision = {"extension": asked.pk, "decision": "approved", "remark": "同意"}
    assert signed_in("chen").post(f"/work/clocks/{pk}/decisions", decision).status_code == 403
    Clock.objects.filter(pk=pk).update(due_at=at("2099-01-05 10:00"))
    signed_in("lead").post(f"/work/clocks/{pk}/decisions", decision)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", demo.staff["lead"])
    assert clock_of(case).seconds == (24 + 4) * 3600
    assert case.messages.filter(kind="notice").count() == 1


def test_a_violation_is_recorded_against_the_holder(signed_in, late, demo):
    pk = clock_of(late).pk
    signed_in("lead").post(f"/work/clocks/{pk}/violations", {"kind": "late", "note": "两次未回复", "holder": "on"})
    assert Violation.objects.get().staff == demo.staff["chen"]
    assert "两次未回复" in texts(signed_in("lead").get("/work/desk?tab=violations"))


def test_a_new_promise_and_a_correction_need_a_supervisor(signed_in, late, demo):
    pk = clock_of(late).pk
    promise = {"level": demo.levels["4a"].pk, "reason": "范围扩大", "afresh": "on"}
    assert signed_in("chen").post(f"/work/clocks/{pk}/promises", promise).status_code == 403
    signed_in("lead").post(f"/work/clocks/{pk}/promises", promise)
    assert late.promise.version.level.code == "4a"
    wait = {
        "what": "wait",
        "begin": "2026-03-05T09:00",
        "end": "2026-03-06T09:00",
        "reason": "customer",
        "note": "电话记录",
    }
    assert signed_in("chen").post(f"/work/clocks/{pk}/corrections", wait).status_code == 403
    signed_in("lead").post(f"/work/clocks/{pk}/corrections", wait)
    assert "paused" in texts(signed_in("lead").get(f"/work/clocks/{pk}"))
    signed_in("lead").post(f"/work/clocks/{pk}/corrections", wait | {"what": "since", "begin": "nonsense"})


@pytest.mark.parametrize("values", [{}, {"minutes": "x"}, {"minutes": "99999999999"}, {"minutes": "5"}])
def test_bad_input_about_a_clock_changes_nothing(signed_in, opened, values):
    case = opened()
    signed_in("lead").post(f"/work/clocks/{clock_of(case).pk}/extensions", values)
    assert not Extension.objects.exists()


def test_a_request_goes_from_case_to_department_and_back(signed_in, opened, demo):
    case = opened()
    body = {
        "case": case.pk,
        "unit": demo.units["network"].pk,
        "level": demo.levels["1b"].pk,
        "subject": "核查线路",
        "await": "on",
    }
    assert signed_in("south").post("/work/requests/new", body).status_code == 404
    signed_in("lead").post("/work/requests/new", body)
    asked = InternalRequest.objects.get()
    assert (asked.case, asked.is_awaited, asked.state) == (case, True, "asked")
    assert Case.objects.get(pk=case.pk).state == "waiting"
    url = f"/work/requests/{asked.pk}"
    assert signed_in("south").get(url).status_code == 404
    assert signed_in("chen").post(f"{url}/acceptance").status_code == 403
    net = signed_in("net")
    assert "核查线路" in texts(net.get("/work/requests"))
    net.post(f"{url}/acceptance")
    net.post(f"{url}/return", {"reason": "缺杆号"})
    assert signed_in("net").post(f"{url}/again", {"note": "7 号杆"}).status_code == 403
    signed_in("lead").post(f"{url}/again", {"note": "7 号杆"})
    signed_in("net").post(f"{url}/answer", {"answer": "余量充足"})
    assert Case.objects.get(pk=case.pk).state == "open"
    assert "余量充足" in texts(signed_in("lead").get(url))
    signed_in("lead").post(f"{url}/rating", {"score": "5", "remark": "快"})
    asked.refresh_from_db()
    assert (asked.state, asked.score) == ("done", 5)


def test_a_request_noted_later_counts_from_when_it_was_asked(signed_in, demo):
    body = {"unit": demo.units["network"].pk, "level": demo.levels["1b"].pk, "subject": "电话协办"}
    client = signed_in("lead")
    client.post("/work/requests/new", body | {"asked_at": "2099-01-01T10:00"})
    client.post("/work/requests/new", body | {"asked_at": "nonsense"})
    assert not InternalRequest.objects.exists()
    client.post("/work/requests/new", body | {"asked_at": "2026-03-04T09:15:30"})
    assert InternalRequest.objects.get().asked_at == at("2026-03-04 09:15:30")


def test_the_bell_counts_what_was_told_and_not_read(signed_in, late, demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-03-10 10:00"))
    urge(clock_of(late), text="请今天办完", by=demo.staff["lead"], at=at("2026-03-10 10:00"))
    show_due_notices(at("2026-03-10 10:00"))
    monkeypatch.undo()
    client = signed_in("chen")
    assert ">1<" in texts(client.get("/work/notices/bell"))
    assert "请今天办完" in texts(client.get("/work/notices"))
    notice = Notice.objects.get(staff=demo.staff["chen"])
    assert signed_in("south").get(f"/work/notices/{notice.pk}").url == "/work/notices"
    assert signed_in("chen").get(f"/work/notices/{notice.pk}").url == f"/work/cases/{late.pk}"
    assert ">1<" not in texts(client.get("/work/notices/bell"))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "most"), [("/work/desk", 20), ("/work/requests?sight=all", 17), ("/work/notices", 8), ("/commitments", 8)]
)
def test_lists_of_promises_cost_the_same_queries_for_one_and_three_rows(
    signed_in, opened, demo, path, most, count, django_assert_max_num_queries, monkeypatch
):
    for _n in range(count):
        ask(demo, opened())
    show_due_notices(at("2030-01-01 10:00"))
    client = signed_in("admin")
    client.get(path)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def draft_form(**changes):
    form = {
        "on_reopen": "new",
        "target-0": "first_response",
        "amount-0": "30",
        "amount_unit-0": "minutes",
        "calendar_from-0": "unit",
        "rung_amount-0-0": "50",
        "rung_when-0-0": "percent",
        "rung_to-0-0": "holder",
        "rung_urgent-0-0": "on",
        "target-1": "resolution",
        "amount-1": "2",
        "amount_unit-1": "hours",
        "calendar_from-1": "always",
        "pauses-1": ["customer", "parts"],
    }
    return form | changes


def test_a_level_is_edited_as_a_draft_and_published_as_a_version(signed_in, demo, opened):
    level = demo.levels["3a"]
    client = signed_in("admin")
    client.get(f"/settings/levels/{level.pk}/draft")
    assert not LevelVersion.objects.filter(level=level, state="draft").exists()
    client.post(f"/settings/levels/{level.pk}/draft", draft_form())
    draft = LevelVersion.objects.get(level=level, state="draft")
    assert clock_of(opened()).seconds == 24 * 3600
    client.post(f"/settings/levels/{level.pk}/draft", draft_form(publish=""))
    draft.refresh_from_db()
    assert (draft.state, draft.on_reopen) == ("published", "new")
    first, resolution = draft.terms.all()
    assert (first.minutes, [(r.amount, r.is_urgent) for r in first.rungs.all()]) == (30, [(50, True)])
    assert (resolution.minutes, resolution.calendar_from, resolution.pauses_for) == (
        120,
        "always",
        ["customer", "parts"],
    )
    assert clock_of(opened()).seconds == 2 * 3600


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target-1": "first_response"}, "is there twice"),
        ({"amount-0": "0"}, "Say how much working time"),
        ({"target-1": "milestone", "milestone-1": "visit"}, "needs a name"),
        ({"target-1": "milestone", "milestone-1": "b", "name_zh-1": "乙", "after-1": "a"}, "does not have"),
        ({"calendar_from-0": "fixed"}, "a_fixed_calendar_is_named"),
        ({"pauses-1": ["boredom"]}, "boredom"),
        ({"on_reopen": "explode"}, "Choose what reopening does"),
        ({"rung_when-0-0": "before"}, "before it has begun"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_in_words(signed_in, demo, changes, words):
    level = demo.levels["3a"]
    answer = signed_in("admin").post(f"/settings/levels/{level.pk}/draft", draft_form(**changes))
    assert answer.status_code == 422
    assert words in texts(answer)
    assert not LevelVersion.objects.filter(level=level, state="draft").exists()


def test_a_strategy_is_tried_before_it_is_published(signed_in, demo, opened):
    opened()
    client = signed_in("admin")
    form = {"position-0": "10", "level-0": demo.levels["2a"].pk, "rank-0": "2", "survey-0": "30"}
    answer = client.post("/settings/strategy/draft", form | {"preview": ""})
    assert answer.url == "/settings/strategy/draft?preview=1#preview"
    assert Matrix.objects.get(state="draft").rows.count() == 1
    assert opened().promise.version.level.code == "3a"
    client.post("/settings/strategy/draft", form | {"publish": ""})
    case = opened()
    assert (case.promise.version.level.code, case.promise.queue_rank, case.promise.survey_percent) == ("2a", 2, 30)
    assert Case.objects.get(pk=case.pk).queue_rank == 2


def test_a_strategy_row_out_of_range_is_refused(signed_in, demo):
    form = {"level-0": demo.levels["2a"].pk, "rank-0": "12", "survey-0": "101"}
    before, published = Strategy.objects.count(), Matrix.objects.filter(state="published").count()
    assert signed_in("admin").post("/settings/strategy/draft", form).status_code == 422
    assert Strategy.objects.count() == before
    signed_in("admin").post("/settings/strategy/draft", {"publish": ""})
    assert Matrix.objects.filter(state="published").count() == published


@pytest.mark.parametrize("path", ["/settings/levels", "/settings/strategy", "/settings/strategy/draft"])
def test_only_those_with_the_right_set_levels_and_strategy(signed_in, path):
    assert signed_in("lead").get(path).status_code == 403


def test_everybody_reads_the_commitments_in_both_languages(client, demo):
    client.cookies["django_language"] = "en"
    page = texts(client.get("/commitments"))
    assert "3A standard" in page
    assert "3 working days" in page
    assert "Visit on site" in page
    assert "B internal" not in page
    client.cookies["django_language"] = "zh-hans"
    assert "3 个工作日" in texts(client.get("/commitments"))


def test_a_customer_reads_how_his_promise_was_reckoned_and_a_stranger_does_not(client, opened, demo):
    case = opened(at=at("2026-03-06 10:00"))
    pause_case(case, by=SYSTEM, at=at("2026-03-09 10:00"))
    client.cookies["django_language"] = "en"
    assert client.get(f"/case/{case.number}/explanation").status_code == 404
    client.get(f"/case/{case.number}?code={case.access_code}")
    page = texts(client.get(f"/case/{case.number}/explanation"))
    assert "weekend" in page
    assert "paused: waiting for the customer" in page
    assert "outside working hours" not in page
