"""API tokens end: after a time, told before, on record, and noticed by whoever keeps them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone, translation

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of
from ruoshui.organization.actions import change_own_password, hire, issue_token, sweep_tokens
from ruoshui.organization.models import ApiToken, Scope
from ruoshui.organization.rights import rights_revision
from tests.conftest import NOW, refused

DAY = timedelta(days=1)
TOKEN = {"name": "crm", "scopes": [Scope.CASES_READ], "by": SYSTEM}


@pytest.fixture
def issued(demo):
    def issue(username="lead", at=NOW, **more):
        return issue_token(demo.staff[username], **TOKEN, at=at, **more)

    return issue


def test_a_token_lasts_ninety_days_and_a_year_at_most(issued):
    assert issued()[0].expires_at == NOW + 90 * DAY
    assert issued(expires_at=NOW + 365 * DAY)[0].expires_at == NOW + 365 * DAY
    for end in (NOW, NOW - DAY, NOW + 366 * DAY):
        with refused(Invalid) as info:
            issued(expires_at=end)
        assert info.value.errors == {"expires_at": ["Choose an end within the next 365 days."]}


def asked(client, secret):
    answer = client.get("/api/v1/cases", headers={"authorization": f"Bearer {secret}"})
    return answer.status_code, answer.json().get("code", "")


def test_a_token_that_is_known_by_now_is_refused_the_moment_it_ends(client, issued, monkeypatch):
    _token, secret = issued(expires_at=NOW + DAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + DAY - timedelta(seconds=1))
    assert asked(client, secret) == (200, "")
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + DAY)
    assert asked(client, secret) == (401, "token-expired")
    assert asked(client, "rs_unknown") == (401, "not-authenticated")


def test_a_number_is_not_given_to_a_token_that_has_ended_either(client, issued):
    _token, secret = issued("east", at=timezone.now() - 91 * DAY)
    answer = client.post(
        "/api/v1/branches/east/tickets",
        {"business": "pay"},
        "application/json",
        headers={"authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "token-expired")


def test_a_token_ends_with_its_owner_s_password_and_whoever_keeps_it_notices(client, issued, demo):
    _token, secret = issued(at=timezone.now())
    assert asked(client, secret)[0] == 200
    before = rights_revision()
    change_own_password(demo.staff["lead"], "ruoshui-demo", "teapot-glacier-47", "teapot-glacier-47", at=timezone.now())
    assert (asked(client, secret), rights_revision() > before) == ((401, "not-authenticated"), True)


@pytest.fixture
def today(monkeypatch):
    """Notices older than a week by the real clock are history."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + 80 * DAY)


def notices(staff):
    return [sentence_of(one) for one in Notice.objects.filter(staff=staff).order_by("pk")]


def test_its_owner_is_told_two_weeks_before_once(issued, demo, today, kinds_of):
    lead = demo.staff["lead"]
    issued()
    assert [sweep_tokens(at=NOW + days * DAY) for days in (75, 76, 77)] == [0, 1, 0]
    assert notices(lead) == [
        "The API token “crm” of Qing Lin ends on 06-02 10:00. Have a new one issued for its program before."
    ]
    with translation.override("zh-hans"):
        assert notices(lead) == ["林清的接口令牌“crm”将于 06-02 10:00 到期。请提前签发新令牌并更换到相应程序中。"]
    assert [sweep_tokens(at=NOW + days * DAY) for days in (90, 91)] == [1, 0]
    assert kinds_of(lead)[-2:] == ["organization.token_ending", "organization.token_expired"]


def test_of_a_service_account_those_are_told_who_look_after_the_tokens_of_its_unit(demo, today):
    values = {"username": "crm", "name_zh": "客户系统", "unit": demo.units["city"], "roles": [], "password": None}
    program = hire(**values, is_service=True, by=SYSTEM, at=NOW)
    issue_token(program, **TOKEN, at=NOW)
    sweep_tokens(at=NOW + 80 * DAY)
    told = set(Notice.objects.filter(kind="organization.token_ending").values_list("staff__username", flat=True))
    assert told == {"admin"}


def test_tokens_from_before_get_an_end(issued):
    token, _secret = issued()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE organization_apitoken ALTER expires_at DROP NOT NULL")
        cursor.execute("UPDATE organization_apitoken SET expires_at = NULL")
        cursor.execute(import_module("ruoshui.organization.migrations.0009_tokens_end").END)
        cursor.execute("ALTER TABLE organization_apitoken ALTER expires_at SET NOT NULL")
    token.refresh_from_db()
    assert abs(token.expires_at - timezone.now() - 90 * DAY) < timedelta(minutes=10)


def test_the_end_is_chosen_at_issue_and_shown(signed_in, demo):
    client = signed_in("admin")
    for posted, days in (({}, 90), ({"days": "30"}, 30), ({"days": "365"}, 365)):
        client.post("/settings/tokens", {"name": "crm", "scope": ["cases:read"]} | posted)
        token = ApiToken.objects.latest("pk")
        assert round((token.expires_at - token.created_at) / DAY) == days
    before = ApiToken.objects.count()
    for days in ("0", "366", "-1", "x", "9" * 30):
        client.post("/settings/tokens", {"name": "crm", "scope": ["cases:read"], "days": days})
    assert ApiToken.objects.count() == before
    assert "Your API tokens" in client.get("/work/account").content.decode()
    assert "Your API tokens" not in signed_in("chen").get("/work/account").content.decode()
