"""What a program can do about promises, and what it is refused."""

from django.utils import timezone

from ruoshui.cases.actions import open_case
from ruoshui.organization.models import Scope


def opened_now(demo, customer, code="billing", **form):
    values = {"subject": "电费核对", "body": "", "customer": customer, "form": form}
    return open_case(demo.types[code], **values, by=customer.actor, at=timezone.now())


def test_a_program_reads_what_was_promised_and_how_it_was_reckoned(program, demo, customer):
    case = opened_now(demo, customer)
    call = program("lead")
    status, clocks = call("GET", f"/cases/{case.number}/clocks")
    assert (status, [(c["target"], c["level"], c["state"]) for c in clocks]) == (
        200,
        [("first_response", "3a", "running"), ("resolution", "3a", "running")],
    )
    status, told = call("GET", f"/clocks/{clocks[1]['id']}/explanation")
    assert (status, told["seconds"]) == (200, 24 * 3600)
    assert sum(line["counted"] for line in told["lines"]) == told["used"]
    assert program("south")("GET", f"/clocks/{clocks[1]['id']}/explanation")[0] == 404
    assert {c["id"] for c in call("GET", "/clocks")[1]["items"]} >= {c["id"] for c in clocks}
    assert program("chen")("GET", "/clocks")[0] == 403


def test_a_program_supervises_within_its_rights(program, demo, customer):
    case = opened_now(demo, customer)
    lead, chen, south = program("lead"), program("chen"), program("south")
    clock = lead("GET", f"/cases/{case.number}/clocks")[1][1]["id"]
    assert chen("POST", f"/clocks/{clock}/urges", {"text": "快"})[0] == 403
    assert south("POST", f"/clocks/{clock}/urges", {"text": "快"})[0] == 404
    status, urge = lead("POST", f"/clocks/{clock}/urges", {"text": "快"}, **{"Idempotency-Key": "u1"})
    assert (status, urge["answer"]) == (201, "")
    assert lead("POST", f"/clocks/{clock}/urges", {"text": "快"}, **{"Idempotency-Key": "u1"})[1] == urge
    assert chen("PUT", f"/urges/{urge['id']}/answer", {"text": "三点前"})[1]["answer"] == "三点前"
    status, asked = chen("POST", f"/clocks/{clock}/extensions", {"minutes": 60, "reason": "等配件"})
    assert (status, asked["state"]) == (201, "asked")
    assert chen("PUT", f"/extensions/{asked['id']}/decision", {"approve": True})[0] == 403
    assert lead("PUT", f"/extensions/{asked['id']}/decision", {"approve": True})[1]["state"] == "approved"
    assert lead("GET", f"/cases/{case.number}/clocks")[1][1]["seconds"] == 25 * 3600
    assert lead("POST", f"/clocks/{clock}/violations", {"kind": "late", "note": "两次未回复"})[0] == 201
    assert lead("POST", f"/clocks/{clock}/violations", {"kind": "late", "note": "x", "staff": "nobody"})[0] == 422
    status, clocks = lead("PUT", f"/cases/{case.number}/promise", {"level": "2a", "reason": "急"})
    assert (status, clocks[1]["level"]) == (200, "2a")
    assert chen("PUT", f"/cases/{case.number}/promise", {"level": "2a", "reason": "急"})[0] == 403


def test_a_request_lives_its_life_through_the_api(program, demo, customer):
    case = opened_now(demo, customer)
    lead, net, south = program("lead"), program("net"), program("south")
    body = {"unit": "network", "level": "1b", "subject": "核查线路", "case": case.number, "is_awaited": True}
    assert south("POST", "/requests", body)[0] == 404
    status, asked = lead("POST", "/requests", body)
    assert (status, asked["state"], asked["from_unit"], asked["case"]) == (201, "asked", "city", case.number)
    path = f"/requests/{asked['id']}"
    assert south("GET", path)[0] == 404
    assert lead("PUT", f"{path}/acceptance")[0] == 403
    assert net("PUT", f"{path}/acceptance")[1]["assignee"] == "net"
    assert net("PUT", f"{path}/return", {"reason": "缺杆号"})[1]["due_at"] is None
    assert lead("DELETE", f"{path}/return?note=7")[1]["state"] == "accepted"
    assert net("PUT", f"{path}/answer", {"text": "余量充足"})[1]["state"] == "done"
    assert net("PUT", f"{path}/rating", {"score": 5})[0] == 403
    assert lead("PUT", f"{path}/rating", {"score": 5})[1]["score"] == 5
    assert lead("PUT", f"{path}/rating", {"score": 1})[0] == 409
    assert lead("POST", "/requests", body | {"level": "3a"})[1]["code"] == "level-not-published"


def test_milestones_and_corrections_by_program(program, demo, customer):
    case = opened_now(demo, customer, "connection", address="高新区", use="工业")
    lead = program("lead")
    path = f"/cases/{case.number}"
    assert lead("PUT", f"{path}/milestones/plan")[1]["code"] == "milestone-too-early"
    states = {c["milestone"]: c["state"] for c in lead("PUT", f"{path}/milestones/survey")[1]}
    assert (states["survey"], states["plan"]) == ("kept", "running")
    naive = {"since": "2026-01-01T10:00:00", "reason": "邮戳"}
    assert lead("PUT", f"{path}/promise/beginning", naive)[0] == 422
    assert lead("PUT", f"{path}/promise/beginning", naive | {"since": "2026-01-01T10:00:00+08:00"})[0] == 200


def test_a_token_without_the_scope_promises_nothing(program, demo, customer):
    case = opened_now(demo, customer)
    reader = program("lead", (Scope.CASES_READ,))
    assert reader("GET", f"/cases/{case.number}/clocks")[0] == 200
    assert reader("PUT", f"/cases/{case.number}/promise", {"level": "2a", "reason": "急"})[0] in (401, 403)
