"""The API: tokens and scopes, creates done once, refusals as problems, strangers shut out."""

import json

import pytest
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.customers.models import Customer
from ruoshui.organization.actions import issue_token, revoke_token
from ruoshui.organization.models import ApiToken, Scope
from tests.conftest import NOW

BODY = {
    "type": "billing",
    "subject": "电费核对",
    "body": "请核对",
    "customer": {"name": "甲", "contacts": [{"kind": "phone", "value": "13900001234"}]},
}


def test_a_case_is_opened_read_worked_on_and_closed(program):
    call = program("lead")
    status, case = call("POST", "/cases", BODY)
    assert (status, case["state"], case["unit"], case["team"]) == (201, "open", "city", "service")
    assert case["due_at"]
    path = f"/cases/{case['number']}"
    assert call("PUT", f"{path}/assignment", {"assignee": "chen"})[1]["assignee"] == "chen"
    assert call("POST", f"{path}/replies", {"body": "正在核实"})[0] == 201
    assert call("POST", f"{path}/notes", {"body": "已核"})[0] == 201
    assert call("PUT", f"{path}/suspension", {"reason": "customer"})[1]["state"] == "waiting"
    assert call("DELETE", f"{path}/suspension")[1]["state"] == "open"
    assert call("PUT", f"{path}/resolution", {})[1]["state"] == "resolved"
    assert call("PUT", f"{path}/closure", {"outcome": "solved"})[1]["state"] == "closed"
    assert call("POST", f"{path}/reopening", {"reason": "再查"})[1]["state"] == "open"
    kinds = [event["kind"] for event in call("GET", f"{path}/events")[1]]
    assert kinds[0] == "cases.opened"
    assert "cases.closed" in kinds
    assert [m["kind"] for m in call("GET", f"{path}/messages")[1]] == ["customer", "reply", "note"]
    assert [c["number"] for c in call("GET", "/search?q=核对")[1]["items"]] == [case["number"]]


@pytest.mark.parametrize("path", ["/units", "/staff", "/levels", "/surveys", "/case-types", "/customers", "/cases"])
def test_every_list_answers(program, path):
    assert program("lead")("GET", path)[0] == 200


def test_the_same_key_opens_one_case_and_gets_one_answer(program):
    call = program("lead")
    first = call("POST", "/cases", BODY, **{"idempotency-key": "k1"})
    again = call("POST", "/cases", BODY, **{"idempotency-key": "k1"})
    assert first == again
    assert Case.objects.count() == 1
    other = call("POST", "/cases", BODY | {"subject": "别的"}, **{"idempotency-key": "k1"})
    assert (other[0], other[1]["code"]) == (422, "idempotency-key-reused")
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"type": "nope"}, 422, "invalid"),
        ({"unit": "nope"}, 422, "invalid"),
        ({"subject": ""}, 422, "invalid"),
        ({"subject": "x" * 201}, 422, "invalid"),
        ({"subject": None}, 422, "invalid"),
        ({"body": "a\x00b"}, 422, "invalid"),
        ({"customer": 999999}, 422, "invalid"),
        ({"customer": {"name": "x", "contacts": [{"kind": "phone", "value": "abc"}]}}, 422, "invalid"),
        ({"priority": "whenever"}, 422, "invalid"),
        ({"form": {"account": "abc"}}, 422, "invalid"),
        ({"unit": "south"}, 403, "not-allowed"),
    ],
)
def test_bad_input_is_a_problem_and_changes_nothing(program, change, status, code):
    before = (Case.objects.count(), Customer.objects.count())
    answered, problem = program("lead")("POST", "/cases", BODY | change)
    assert (answered, problem["code"], problem["status"]) == (status, code, status)
    assert problem["detail"]
    assert (Case.objects.count(), Customer.objects.count()) == before


def test_a_problem_says_what_kind_of_answer_it_is(client, demo):
    response = client.get("/api/v1/cases")
    assert (response.status_code, response["content-type"]) == (401, "application/problem+json")


def test_malformed_json_is_a_problem(client, demo):
    _token, secret = issue_token(demo.staff["lead"], name="t", scopes=Scope.values, by=SYSTEM, at=timezone.now())
    response = client.post("/api/v1/cases", "{", "application/json", headers={"authorization": f"Bearer {secret}"})
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_a_stranger_finds_nothing(program, opened, demo):
    case = opened(unit=demo.units["east"])
    stranger = program("south")
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/events", None),
        ("POST", "/replies", {"body": "x"}),
        ("PUT", "/closure", {"outcome": "solved"}),
    ):
        assert stranger(method, f"/cases/{case.number}{path}", body)[0] == 404
    assert stranger("GET", "/cases")[1]["items"] == []
    assert stranger("GET", "/search?q=电费")[1]["items"] == []
    assert stranger("GET", f"/customers/{case.customer_id}")[0] == 404
    assert program("lead")("GET", f"/cases/{case.number}")[0] == 200
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_token_does_only_what_its_scopes_say(program, opened):
    case = opened()
    reader = program("lead", [Scope.CASES_READ])
    assert reader("GET", f"/cases/{case.number}")[0] == 200
    assert reader("POST", "/cases", BODY)[1]["code"] == "missing-scope"
    assert reader("GET", "/customers")[0] == 403


def test_the_customers_code_is_told_once_to_who_opens_the_case(program):
    lead = program("lead")
    opened = lead("POST", "/cases", BODY)[1]
    assert opened["access_code"] == Case.objects.get().access_code
    number = opened["number"]
    answers = [
        lead("GET", f"/cases/{number}")[1],
        lead("GET", "/cases")[1],
        lead("PUT", f"/cases/{number}/assignment", {"assignee": "lead"})[1],
        lead("PUT", f"/cases/{number}/resolution", {})[1],
        lead("GET", f"/cases/{number}/events")[1],
    ]
    assert [opened["access_code"] in json.dumps(answer) for answer in answers] == [False] * 5


def test_a_writer_of_cases_makes_no_customers_and_reads_no_content(program, opened, demo):
    writer = program("lead", [Scope.CASES_WRITE])
    before = Customer.objects.count()
    assert writer("POST", "/cases", BODY)[1]["code"] == "missing-scope"
    assert Customer.objects.count() == before
    case = opened()
    told = writer("PUT", f"/cases/{case.number}/assignment", {"assignee": "lead"})[1]
    assert (told["subject"], told["category"], told["customer"], told["form"]) == ("", "", None, {})
    assert (told["number"], told["assignee"]) == (case.number, "lead")


def test_a_name_and_a_phone_do_not_open_the_record_of_another_units_customer(program, customer):
    """The customer belongs to the city. Somebody in the south types who they are, and gets a record of their own."""
    typed = {"name": customer.name, "contacts": [{"kind": "phone", "value": "138 0000 9999"}]}
    south, lead = program("south"), program("lead")
    made = south("POST", "/cases", {"type": "billing", "subject": "电费", "unit": "south", "customer": typed})[1]
    assert made["customer"] != customer.pk
    assert south("GET", f"/customers/{customer.pk}")[0] == 404
    assert south("GET", f"/customers/{made['customer']}")[1]["contacts"] == [
        {"kind": "phone", "value": "138 0000 9999"}
    ]
    again = lead("POST", "/cases", {"type": "billing", "subject": "电费", "customer": typed})[1]
    assert again["customer"] == customer.pk  # who may see the record works with it


def test_a_merged_customer_answers_only_who_may_see_the_survivor(program, customer, demo):
    theirs = register_customer(name="许文", contacts=[], unit=demo.units["south"], at=NOW)
    merge_customers(customer, theirs, by=SYSTEM, at=NOW)
    assert program("south")("GET", f"/customers/{theirs.pk}")[0] == 404
    assert program("province")("GET", f"/customers/{theirs.pk}")[1]["id"] == customer.pk


def test_a_case_is_given_only_to_who_may_work_there(program, opened):
    case, lead = opened(), program("lead")
    for name in ("south", "east", "nobody"):  # elsewhere, below, and nowhere at all: told apart by nothing
        status, problem = lead("PUT", f"/cases/{case.number}/assignment", {"assignee": name})
        assert (status, problem["errors"]) == (
            422,
            {"assignee": [f"Nobody with the user name {name} may work in city."]},
        )
    assert lead("PUT", f"/cases/{case.number}/assignment", {"assignee": "chen"})[1]["assignee"] == "chen"


def test_a_revoked_token_is_refused_at_once(program):
    call = program("lead")
    assert call("GET", "/cases")[0] == 200
    revoke_token(ApiToken.objects.latest("pk"), by=SYSTEM, at=NOW)
    assert call("GET", "/cases")[0] == 401


def test_who_acts_on_an_old_version_is_told_so(program, opened):
    case, call = opened(), program("lead")
    version = call("GET", f"/cases/{case.number}")[1]["version"]
    call("POST", f"/cases/{case.number}/replies", {"body": "先答"})
    status, problem = call("PUT", f"/cases/{case.number}/resolution", {"version": version})
    assert (status, problem["code"]) == (409, "changed-meanwhile")


def test_pages_follow_each_other_by_key(program, opened):
    for _each in range(5):
        opened()
    call, seen, after = program("lead"), [], ""
    while True:
        page = call("GET", f"/cases?limit=2&sort=newest&after={after}")[1]
        seen += [case["number"] for case in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_for_one_and_three_cases(
    program, opened, number, django_assert_max_num_queries
):
    for _each in range(number):
        opened()
    call = program("lead")
    with django_assert_max_num_queries(9):
        assert len(call("GET", "/cases")[1]["items"]) == number


def test_what_the_api_says_of_itself_is_made_once_for_anybody_may_ask(client, monkeypatch):
    first = client.get("/api/v1/openapi.json").json()
    monkeypatch.setattr("ninja.main.get_schema", lambda **_asked: pytest.fail("it was made again"))
    assert client.get("/api/v1/openapi.json").json() == first


TWO_REQUIRED = {
    "type": "object",
    "properties": {
        "account": {"type": "string", "title": "户号", "x-title-en": "Account"},
        "amount": {"type": "number", "title": "金额", "x-title-en": "Amount"},
    },
    "required": ["account", "amount"],
}


def test_the_portal_and_a_program_are_told_of_each_empty_field(client, program, demo):
    demo.types["billing"].form = TWO_REQUIRED
    demo.types["billing"].save()
    client.cookies["django_language"] = "en"
    page = client.post("/new/billing", {"name": "许文", "phone": "13800009999", "subject": "电费"}).content.decode()
    assert page.count("Account: please fill this in.") == page.count("Amount: please fill this in.") == 1
    status, problem = program("lead")("POST", "/cases", {"type": "billing", "subject": "电费"})
    assert (status, sorted(problem["errors"])) == (422, ["account", "amount"])
