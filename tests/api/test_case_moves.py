"""What moves a case, by program: the same verbs as on the screens, with the same rights; a stranger finds nothing."""

import pytest

from ruoshui.cases.actions import close_case
from ruoshui.cases.models import Case, CaseLink, Participant
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import Customer
from ruoshui.feedback.actions import invite
from ruoshui.feedback.models import Answer, Invitation
from tests.conftest import NOW


@pytest.fixture
def case(opened, demo):
    return opened(unit=demo.units["city"])


def test_a_case_is_passed_down_up_and_across_with_a_reason(program, case, kinds_of):
    call, path = program("admin"), f"/cases/{case.number}/unit"
    for unit in ("east", "city", "south"):
        status, told = call("PUT", path, {"unit": unit, "reason": "归口处理"})
        assert (status, told["unit"], told["team"]) == (200, unit, told["team"])
    assert kinds_of(case).count("cases.passed") == 3
    assert call("PUT", path, {"unit": "south", "reason": "再来"})[1]["code"] == "same-unit"
    for wrong, field in (({"unit": "nowhere", "reason": "x"}, "unit"), ({"unit": "city", "reason": ""}, "body.reason")):
        status, problem = call("PUT", path, wrong)
        assert (status, list(problem["errors"])) == (422, [field])
    assert call("PUT", path, {"unit": "city", "reason": "x", "version": 1})[1]["code"] == "changed-meanwhile"
    assert Case.objects.get(pk=case.pk).unit.code == "south"


def test_two_cases_become_one_for_a_supervisor_only(program, case, opened, demo):
    other = opened(unit=demo.units["city"])
    path = f"/cases/{case.number}/mergers/{other.number}"
    assert program("chen")("PUT", path)[0] == 403
    status, told = program("lead")("PUT", path)
    assert (status, told["number"]) == (200, case.number)
    assert program("lead")("GET", f"/cases/{other.number}")[1]["merged_into"] == case.number
    assert program("lead")("PUT", path)[0] == 409
    back = f"/cases/{other.number}/merger"
    assert [program(who)("DELETE", back)[0] for who in ("south", "chen")] == [404, 403]
    assert program("lead")("DELETE", back)[1]["merged_into"] is None
    assert program("lead")("DELETE", back)[0] == 409


def test_a_finished_case_takes_in_nothing_unless_it_is_reopened_with_it(program, case, opened, demo):
    close_case(case, outcome="explained", summary="已说明", by=SYSTEM, at=NOW)
    other = opened(unit=demo.units["city"])
    path = f"/cases/{case.number}/mergers/{other.number}"
    assert program("lead")("PUT", path)[1]["code"] == "survivor-finished"
    assert program("lead")("PUT", f"{path}?reopen=true")[1]["state"] == "open"


def test_a_second_matter_becomes_a_case_of_its_own(program, case, kinds_of):
    call = program("lead")
    first = call("GET", f"/cases/{case.number}/messages")[1][0]["id"]
    body = {"messages": [first], "subject": "另一件事", "type": "enquiry"}
    status, new = call("POST", f"/cases/{case.number}/parts", body, **{"idempotency-key": "part"})
    again = call("POST", f"/cases/{case.number}/parts", body, **{"idempotency-key": "part"})
    assert (status, new["subject"], new["type"], again[1]["number"]) == (201, "另一件事", "enquiry", new["number"])
    assert call("GET", f"/cases/{new['number']}/links")[1] == [{"to": case.number, "kind": "child"}]
    assert call("POST", f"/cases/{case.number}/parts", {"messages": [1]})[1]["code"] == "no-messages-to-split"
    assert call("POST", f"/cases/{case.number}/parts", body | {"type": "nope"})[0] == 422


def test_cases_are_linked_and_only_visible_links_are_told(program, case, opened, demo):
    other, hidden = opened(unit=demo.units["city"]), opened(unit=demo.units["south"])
    call = program("admin")
    for to in (other, hidden, other):
        assert call("PUT", f"/cases/{case.number}/links/{to.number}", {"kind": "duplicate"})[0] == 200
    assert CaseLink.objects.count() == 2
    assert program("lead")("GET", f"/cases/{case.number}/links")[1] == [{"to": other.number, "kind": "duplicate"}]
    assert call("PUT", f"/cases/{case.number}/links/{case.number}", {})[1]["code"] == "cannot-link"
    assert program("lead")("PUT", f"/cases/{case.number}/links/{hidden.number}", {})[0] == 404


def test_a_colleague_takes_part_and_sees_the_case(program, case):
    path = f"/cases/{case.number}/participants"
    assert program("south")("GET", path)[0] == 404
    for _twice in range(2):
        assert program("lead")("POST", path, {"staff": "south"}) == (201, {"staff": "south", "customer": None})
    assert program("south")("GET", path) == (200, [{"staff": "south", "customer": None}])
    assert Participant.objects.count() == 1
    assert program("lead")("POST", path, {"staff": "nobody"})[0] == 422


def test_the_particulars_are_corrected_and_what_is_left_out_stays(program, case):
    call, path = program("lead"), f"/cases/{case.number}/particulars"
    status, told = call("PATCH", path, {"subject": "电表烧毁", "priority": "urgent", "category": "抢修"})
    assert (status, told["subject"], told["priority"], told["category"], told["type"]) == (
        200,
        "电表烧毁",
        "urgent",
        "抢修",
        "billing",
    )
    assert call("PATCH", path, {"type": "enquiry", "form": {}})[1]["type"] == "enquiry"
    assert call("PATCH", path, {"type": "nope"})[0] == 422
    assert call("PATCH", path, {"subject": "x", "version": 1})[0] == 409
    assert call("PATCH", path, {})[1]["subject"] == "电表烧毁"


def test_whose_request_it_is_is_said_once(program, opened, customer, demo):
    case = opened(customer=None, by=SYSTEM, unit=demo.units["city"])
    call, path = program("lead"), f"/cases/{case.number}/customer"
    hidden = register_customer(name="何远", unit=demo.units["hq"], at=NOW)
    assert call("PUT", path, {"customer": hidden.pk})[0] == 422
    assert call("PUT", path, {"customer": customer.pk})[1]["customer"] == customer.pk
    assert call("PUT", path, {"customer": customer.pk})[1]["code"] == "customer-known"


def test_two_records_of_one_customer_become_one(program, customer, demo, opened):
    case = opened(customer=register_customer(name="许文", unit=demo.units["city"], at=NOW))
    gone = case.customer_id
    path = f"/customers/{customer.pk}/mergers/{gone}"
    assert program("south")("PUT", path)[0] == 404
    assert program("lead")("PUT", path)[1]["id"] == customer.pk
    assert program("lead")("GET", f"/customers/{gone}")[1]["id"] == customer.pk
    assert Case.objects.get(pk=case.pk).customer == customer
    assert program("lead")("PUT", path)[1]["code"] == "cannot-merge-customers"
    assert Customer.objects.current().count() == 1


@pytest.fixture
def asked(case):
    close_case(case, outcome="explained", summary="已说明", by=SYSTEM, at=NOW)
    return Invitation.objects.filter(case=case).first() or invite(case, closing=1, outcome="explained", at=NOW)


def test_an_answer_is_passed_on_once_and_read_by_who_sees_the_case(program, asked, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    question = asked.survey.questions[0]["name"]
    body = {"token": asked.token, "answers": {question: 5}, "comment": "很好", "language": "zh-hans"}
    call = program("lead")
    assert call("POST", "/survey-answers", body | {"token": "guessed"})[0] == 404
    assert call("POST", "/survey-answers", body | {"answers": {}})[0] == 422
    assert call("POST", "/survey-answers", body)[0] == 201
    assert call("POST", "/survey-answers", body)[0] == 409
    (told,) = call("GET", "/survey-answers")[1]["items"]
    assert (told["case"], told["score"], told["comment"]) == (asked.case.number, 5, "很好")
    assert call("GET", "/survey-answers?since=2026-03-05T00:00:00Z")[1]["items"] == []
    assert call("GET", "/survey-answers?since=2026-03-05T00:00:00")[0] == 422
    assert program("south")("GET", "/survey-answers")[1]["items"] == []
    assert Answer.objects.count() == 1


def test_how_cases_are_worked_on_can_be_read(program):
    status, told = program("admin")("GET", "/case-templates")
    assert (
        status,
        {one["type"] for one in told} <= {one["code"] for one in program("admin")("GET", "/case-types")[1]},
    ) == (
        200,
        True,
    )
    assert all(set(one) == {"type", "version", "published_at", "has_process", "forms", "documents"} for one in told)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/cases/{n}/unit", {"unit": "east", "reason": "x"}),
        ("PUT", "/cases/{n}/mergers/{n}", None),
        ("DELETE", "/cases/{n}/merger", None),
        ("POST", "/cases/{n}/parts", {"messages": [1]}),
        ("GET", "/cases/{n}/links", None),
        ("PUT", "/cases/{n}/links/{n}", {}),
        ("GET", "/cases/{n}/participants", None),
        ("POST", "/cases/{n}/participants", {"staff": "south"}),
        ("PATCH", "/cases/{n}/particulars", {"subject": "x"}),
        ("PUT", "/cases/{n}/customer", {"customer": 1}),
    ],
)
def test_a_stranger_finds_nothing_to_move(program, case, method, path, body):
    assert program("south")(method, path.format(n=case.number), body)[0] == 404
    assert Case.objects.get(pk=case.pk).version == case.version
