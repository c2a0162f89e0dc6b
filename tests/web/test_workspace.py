"""The workspace: every verb behind its button, every stranger before a 404."""

import pytest

from ruoshui.cases.actions import assign_case
from ruoshui.cases.models import Case, CaseLink, SavedView
from tests.conftest import NOW


def test_nobody_enters_without_signing_in(client, demo, opened):
    for path in ("/work/cases", f"/work/cases/{opened().pk}", "/cockpit/", "/settings/units"):
        response = client.get(path)
        assert (response.status_code, response["location"].split("?")[0]) == (302, "/work/sign-in")


def test_signing_in_makes_one_available_and_out_away(client, demo):
    assert client.post("/work/sign-in", {"username": "chen", "password": "wrong"}).status_code == 401
    client.post("/work/sign-in", {"username": "chen", "password": "ruoshui-demo"})
    demo.staff["chen"].refresh_from_db()
    assert demo.staff["chen"].presence == "available"
    client.post("/work/sign-out")
    demo.staff["chen"].refresh_from_db()
    assert demo.staff["chen"].presence == "away"


def test_signing_out_leaves_nothing_in_the_browser_for_the_next_one_at_the_counter(client, demo):
    client.post("/work/sign-in", {"username": "chen", "password": "ruoshui-demo"})
    assert client.post("/work/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.fixture
def case(opened):
    return opened()


VERBS = [
    ("messages", {"kind": "reply", "body": "正在核实"}),
    ("messages", {"kind": "note", "body": "备注"}),
    ("messages", {"kind": "reply", "body": "请补充", "then": "wait"}),
    ("assignment", {}),
    ("assignment", {"assignee": "none"}),
    ("suspension", {"reason": "parts", "until": "2030-03-05T09:00"}),
    ("resolution", {}),
    ("closure", {"outcome": "solved", "summary": "已更正"}),
    ("particulars", {"subject": "改", "priority": "urgent", "category": "抄表"}),
]


@pytest.mark.parametrize(("path", "form"), VERBS)
def test_every_button_works_for_the_team_and_not_for_a_stranger(signed_in, case, path, form):
    before = Case.objects.get(pk=case.pk).version
    assert signed_in("south").post(f"/work/cases/{case.pk}/{path}", form).status_code == 404
    assert Case.objects.get(pk=case.pk).version == before
    response = signed_in("chen").post(f"/work/cases/{case.pk}/{path}", form, follow=True)
    assert response.status_code == 200
    assert "data-error" not in response.content.decode()


def test_passing_on_merging_linking_and_splitting(signed_in, case, opened, demo):
    client, other, third = signed_in("lead"), opened(), opened()
    client.post(f"/work/cases/{case.pk}/merger", {"number": other.number})
    client.post(f"/work/cases/{case.pk}/links", {"number": third.number, "kind": "duplicate"})
    client.post(f"/work/cases/{case.pk}/parts", {"message": case.messages.get().pk, "subject": "另一事项"})
    client.post(f"/work/cases/{case.pk}/participants", {"staff": demo.staff["south"].pk})
    client.post(f"/work/cases/{case.pk}/unit", {"unit": demo.units["east"].pk, "reason": "属地"})
    case.refresh_from_db()
    assert Case.objects.get(pk=other.pk).merged_into == case
    assert CaseLink.objects.filter(case=case, to=third, kind="duplicate").exists()
    assert Case.objects.filter(subject="另一事项").exists()
    assert case.participants.filter(staff=demo.staff["south"]).exists()
    assert case.unit == demo.units["east"]


def test_an_agent_cannot_merge_what_he_cannot_see(signed_in, case, opened, demo):
    hidden = opened(unit=demo.units["south"])
    assert signed_in("chen").post(f"/work/cases/{case.pk}/merger", {"number": hidden.number}).status_code == 404
    assert Case.objects.get(pk=hidden.pk).merged_into is None


def test_giving_a_case_to_others_needs_a_supervisor(signed_in, case, demo):
    wang = demo.staff["wang"].pk
    assert signed_in("chen").post(f"/work/cases/{case.pk}/assignment", {"assignee": wang}).status_code == 403
    signed_in("lead").post(f"/work/cases/{case.pk}/assignment", {"assignee": wang})
    assert Case.objects.get(pk=case.pk).assignee == demo.staff["wang"]


def test_acting_on_an_old_page_changes_nothing_and_says_so(signed_in, case, demo):
    assign_case(case, to=demo.staff["wang"], by=demo.staff["lead"].actor, at=NOW)
    page = signed_in("chen").post(f"/work/cases/{case.pk}/resolution", {"version": "1"}, follow=True)
    assert "Someone changed this" in page.content.decode()
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_case_is_opened_for_a_caller(signed_in, demo):
    form = {
        "do": "open",
        "type": demo.types["outage"].pk,
        "name": "来电客户",
        "contact": "13800002222",
        "channel": "phone",
        "confirmed": "on",
        "subject": "停电",
        "body": "整栋楼",
        "form_address": "柳岸",
    }
    signed_in("chen").post("/work/cases/new", form)
    case = Case.objects.get()
    assert (case.channel, case.customer.name, case.unit) == ("phone", "来电客户", demo.units["field"])
    assert signed_in("chen").post("/work/cases/new", form | {"subject": ""}).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/work/cases?sight=mine",
        "/work/cases?sight=team",
        "/work/cases?sight=unit&state=any",
        "/work/cases?sight=all&late=1",
        "/work/search?q=电费",
        "/work/search?q=",
        "/work/customers",
        "/work/customers?q=许文",
        "/work/cases/new",
        "/cockpit/",
        "/cockpit/?days=all",
        "/settings/",
        "/settings/staff",
        "/settings/staff/new",
        "/settings/types",
        "/settings/types/new",
        "/settings/levels",
        "/settings/levels/new",
        "/settings/strategy",
        "/settings/strategy/draft",
        "/settings/strategy/draft?preview=1",
        "/work/desk",
        "/work/desk?tab=late",
        "/work/desk?tab=paused",
        "/work/desk?tab=extensions",
        "/work/desk?tab=urges",
        "/work/desk?tab=violations",
        "/work/requests",
        "/work/requests?sight=asked",
        "/work/notices",
        "/settings/surveys",
        "/settings/teams",
        "/settings/duties",
        "/settings/macros",
        "/settings/tiers",
        "/settings/calendars",
        "/settings/tokens",
    ],
)
def test_every_page_opens_in_both_languages(signed_in, case, path):
    client = signed_in("admin")
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["/cockpit/", "/settings/units", "/settings/tokens", "/settings/types"])
def test_an_agent_has_no_business_in_cockpit_and_settings(signed_in, demo, path):
    assert signed_in("chen").get(path).status_code == 403


def test_views_are_kept_and_forgotten_and_private(signed_in, demo):
    signed_in("chen").post("/work/views", {"name": "紧急", "priority": "urgent", "sight": "all"})
    view = SavedView.objects.get()
    assert view.query == {"priority": "urgent", "sight": "all"}
    signed_in("south").post("/work/views", {"forget": view.pk})
    assert SavedView.objects.exists()
    signed_in("chen").post("/work/views", {"forget": view.pk})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "most"),
    [("/work/cases?sight=all", 15), ("/work/customers", 12), ("/work/search?q=电费", 14), ("/cockpit/", 26)],
)
def test_lists_cost_the_same_queries_for_one_and_three_rows(
    signed_in, opened, path, most, number, django_assert_max_num_queries
):
    for _each in range(number):
        opened()
    client = signed_in("lead")
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_of_a_clerk_asks_little(signed_in, opened, number, django_assert_num_queries):
    for _each in range(number):
        opened()
    client = signed_in("chen")
    with django_assert_num_queries(14):
        assert client.get("/work/search?q=电费").status_code == 200


def test_the_cockpit_counts_the_subtree_and_only_that(signed_in, opened, demo):
    for unit in ("east", "city", "south"):
        opened(unit=demo.units[unit])
    page = signed_in("lead").get("/cockpit/").content.decode()
    assert 'data-figure="open">2<' in page
    assert signed_in("lead").get(f"/cockpit/?unit={demo.units['south'].pk}").status_code == 404


def test_settings_are_changed_checked_and_on_record(signed_in, demo, kinds_of):
    level = demo.levels["3a"]
    client = signed_in("admin")
    form = {"code": "3a", "name_zh": "3A 新名", "name_en": "3A", "audience": "external", "is_active": "on"}
    client.post(f"/settings/levels/{level.pk}", form)
    level.refresh_from_db()
    assert level.name_zh == "3A 新名"
    assert kinds_of(level)[-1] == "core.configured"
    assert client.post(f"/settings/levels/{level.pk}", form | {"name_zh": ""}).status_code == 422
    bad = {
        "code": "x",
        "name_zh": "坏",
        "icon": "bolt",
        "priority": "normal",
        "reopen_days": "1",
        "position": "1",
        "form": '{"type": 5}',
    }
    assert client.post("/settings/types/new", bad).status_code == 422


def test_staff_are_hired_with_roles_and_teams(signed_in, demo):
    from ruoshui.organization.models import Staff

    form = {
        "username": "newbie",
        "password": "longenough-1",
        "name_zh": "新人",
        "unit": demo.units["city"].pk,
        "capacity": "5",
        "role": demo.roles["clerk"].pk,
        "team": demo.teams["service"].pk,
        "language": "en",
    }
    client = signed_in("admin")
    client.post("/settings/staff/new", form | {"password": "short"})
    assert not Staff.objects.filter(username="newbie").exists()
    client.post("/settings/staff/new", form)
    newbie = Staff.objects.get(username="newbie")
    assert newbie.check_password("longenough-1")
    assert newbie.teams.get().team == demo.teams["service"]


def test_a_calendar_is_edited_in_the_browser(signed_in, demo):
    from ruoshui.organization.models import Calendar

    office = Calendar.objects.get(code="office")
    form = {
        "name_zh": "工作时间",
        "zone": "Asia/Shanghai",
        "holidays": office.holidays_id,
        "day0": "09:00-12:00 13:00-18:00",
    }
    client = signed_in("admin")
    client.post(f"/settings/calendars/{office.pk}", form)
    assert office.hours.count() == 2
    client.post(f"/settings/calendars/{office.pk}", form | {"day0": "nine to five"})
    assert office.hours.count() == 2


def test_a_token_is_shown_once(signed_in, demo):
    page = signed_in("admin").post("/settings/tokens", {"name": "crm", "scope": ["cases:read"]}).content.decode()
    assert "rs_" in page
    assert "rs_" not in signed_in("admin").get("/settings/tokens").content.decode()


def test_every_page_forbids_foreign_scripts(client, demo):
    policy = client.get("/")["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy


def test_a_changed_password_and_a_left_team_are_on_record(signed_in, demo, kinds_of):
    chen, team = demo.staff["chen"], demo.teams["service"]
    before = len(kinds_of(team))
    form = {
        "name_zh": "陈晨",
        "unit": demo.units["city"].pk,
        "capacity": "5",
        "password": "another-good-1",
        "is_active": "on",
        "carries": ["is_active", "team"],
    }
    signed_in("admin").post(f"/settings/staff/{chen.pk}", form)
    chen.refresh_from_db()
    assert chen.check_password("another-good-1")
    assert not chen.teams.exists()
    assert len(kinds_of(team)) == before + 1


def test_merging_is_for_supervisors_and_passing_on_for_who_works_there(signed_in, case, opened, demo):
    other = opened()
    assert signed_in("chen").post(f"/work/cases/{case.pk}/merger", {"number": other.number}).status_code == 403
    assert "comparison" not in signed_in("chen").get(f"/work/cases/{case.pk}").text
    assert "comparison" in signed_in("lead").get(f"/work/cases/{case.pk}").text
    assert Case.objects.get(pk=other.pk).merged_into is None
    signed_in("chen").post(f"/work/cases/{case.pk}/unit", {"unit": demo.units["east"].pk, "reason": "属地"})
    assert Case.objects.get(pk=case.pk).unit == demo.units["east"]


def test_a_case_is_offered_only_to_who_may_work_there(signed_in, case, demo):
    page = signed_in("lead").get(f"/work/cases/{case.pk}")
    assert {one.username for one in page.context["takers"]} == {
        *("admin", "province", "lead", "inspect"),  # who reach down to the city
        *("chen", "wang", "zhao", "plan"),
    }
    signed_in("lead").post(f"/work/cases/{case.pk}/assignment", {"assignee": demo.staff["south"].pk})
    assert Case.objects.get(pk=case.pk).assignee is None


def test_no_page_of_staff_shows_the_customers_code(signed_in, case):
    client = signed_in("lead")
    for path in (f"cases/{case.pk}", f"cases/{case.pk}/dossier", f"customers/{case.customer_id}", "cases", "mail"):
        assert (path, case.access_code in client.get(f"/work/{path}").text) == (path, False)
