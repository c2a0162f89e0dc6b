"""Tasks, processes and documents for programs; a stranger in each."""

import base64

import pytest

from ruoshui.cases.actions import open_case
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.models import Scope
from ruoshui.processes.actions import ask_approval
from tests.conftest import NOW


@pytest.fixture
def case(demo, customer):
    """A home's connection: its first task is the clerk's."""
    form = {"kind": "新装", "address": "柳岸 3 幢"}
    return open_case(
        demo.types["conn-resident"], subject="新房装表", body="", customer=customer, form=form, unit=demo.units["city"],
        by=customer.actor, at=NOW,
    )  # fmt: skip


def test_a_program_takes_and_finishes_a_task_and_the_process_goes_on(program, demo, case):
    chen = program("chen")
    status, page = chen("GET", "/tasks")
    (task,) = [one for one in page["items"] if one["case"] == case.number]
    assert (status, task["name_en"], task["role"], task["unit"], task["state"]) == (
        200, "Check the application", "clerk", "city", "open",
    )  # fmt: skip
    place = f"/tasks/{task['id']}"
    assert chen("POST", f"{place}/taking")[1]["assignee"] == "chen"
    status, refused = chen("POST", f"{place}/end", {"answers": {"green": "perhaps"}})
    assert (status, refused["code"]) == (422, "invalid")
    status, done = chen("POST", f"{place}/end", {"answers": {"green": False}, "remark": "complete"})
    assert (status, done["state"], done["answers"]) == (200, "done", {"green": False})
    assert chen("POST", f"{place}/end", {})[1]["code"] == "task-not-to-do"
    status, process = chen("GET", f"/cases/{case.number}/process")
    assert (status, process["status"], process["stages"][1]) == (200, "running", "现场勘查 *")
    assert [one["name_en"] for one in program("survey")("GET", "/tasks")[1]["items"]] == ["Joint site survey"]


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(program, demo, case):
    (task,) = [one for one in program("chen")("GET", "/tasks")[1]["items"] if one["case"] == case.number]
    south, reader = program("south"), program("chen", scopes=[Scope.CASES_READ])
    place = f"/tasks/{task['id']}"
    calls = [("GET", place), ("POST", f"{place}/taking"), ("GET", f"/cases/{case.number}/process")]
    calls += [("GET", f"/cases/{case.number}/documents")]
    assert [south(method, path)[0] for method, path in calls] == [404] * 4
    assert south("POST", f"{place}/decision", {"approves": True})[0] == 404
    assert [one for one in south("GET", "/tasks?mine=false")[1]["items"] if one["case"] == case.number] == []
    assert reader("POST", f"{place}/taking")[1]["code"] == "missing-scope"


def test_a_program_adds_passes_and_returns_a_task_once(program, demo, case):
    chen = program("chen")
    body = {"name": "call the owner", "staff": "wang"}
    status, task = chen("POST", f"/cases/{case.number}/tasks", body, **{"Idempotency-Key": "t1"})
    again = chen("POST", f"/cases/{case.number}/tasks", body, **{"Idempotency-Key": "t1"})
    assert (status, task["assignee"], again) == (201, "wang", (201, task))
    wang, place = program("wang"), f"/tasks/{task['id']}"
    assert wang("POST", f"{place}/return", {"reason": "on leave"})[1]["state"] == "open"
    assert program("lead")("POST", f"{place}/holder", {"staff": "zhao"})[1]["assignee"] == "zhao"
    assert chen("POST", f"{place}/end", {})[0] == 403
    wrong = chen("POST", f"/cases/{case.number}/tasks", {"name": "x", "staff": "nobody"})
    assert (wrong[0], wrong[1]["code"]) == (422, "invalid")


def test_only_those_asked_decide(program, demo, case):
    task = ask_approval(case, name="discount", people=[demo.staff["lead"]], by=SYSTEM, at=NOW)
    place = f"/tasks/{task.pk}/decision"
    assert program("chen")("POST", place, {"approves": True})[1]["code"] == "not-asked-to-vote"
    assert program("lead")("POST", place, {"approves": False})[1]["code"] == "invalid"
    assert program("lead")("POST", place, {"approves": True})[1]["answers"] == {"approved": True}


def test_a_program_brings_documents(program, demo, case):
    chen, place = program("chen"), f"/cases/{case.number}/documents"
    states = [(one["code"], one["state"]) for one in chen("GET", place)[1]["items"]]
    assert states == [("id", "missing"), ("property", "missing")]
    body = {"name": "id.pdf", "content": base64.b64encode(b"%PDF-1.4 x").decode(), "code": "id"}
    status, listed = chen("POST", place, body, **{"Idempotency-Key": "d1"})
    assert chen("POST", place, body, **{"Idempotency-Key": "d1"}) == (201, listed)
    first = listed["items"][0]
    assert (status, first["state"], [one["number"] for one in first["versions"]]) == (201, "received", [1])
    for change in ({"content": "no base64!"}, {"code": "passport"}, {"name": "id.exe"}):
        assert chen("POST", place, {**body, **change})[0] == 422


def test_a_program_asks_two_of_three_changes_who_decides_and_withdraws(program, demo, case):
    chen, lead, south = program("chen"), program("lead"), program("south")
    body = {"name": "goodwill", "staff": ["lead", "wang", "zhao"], "needs": "some", "enough": 2}
    status, task = chen("POST", f"/cases/{case.number}/approvals", body)
    assert (status, task["needs"], task["enough"]) == (201, "some", 2)
    assert [(one["staff"], one["approves"]) for one in task["votes"]] == [
        ("lead", None), ("wang", None), ("zhao", None),
    ]  # fmt: skip
    place = f"/tasks/{task['id']}"
    change = {"before": "zhao", "staff": "wang", "reason": "left"}
    assert chen("POST", f"{place}/approvers", change)[1]["code"] == "needs-task-supervisor"
    assert south("POST", f"{place}/approvers", change)[0] == 404
    assert lead("POST", f"{place}/approvers", {**change, "before": "survey"})[0] == 422
    status, changed = lead("POST", f"{place}/approvers", {"before": "zhao", "reason": "left"})
    assert (status, [one["staff"] for one in changed["votes"]]) == (200, ["lead", "wang"])
    assert south("POST", f"{place}/withdrawal", {"reason": "x"})[0] == 404
    assert program("wang")("POST", f"{place}/withdrawal", {"reason": "x"})[0] == 403
    assert chen("POST", f"{place}/withdrawal", {"reason": "settled"})[1]["state"] == "dropped"


def test_a_writer_reads_nobodys_vote(program, demo, case):
    writer = program("lead", scopes=[Scope.CASES_WRITE])
    approval = ask_approval(case, name="x", people=[demo.staff["lead"]], needs="one", by=SYSTEM, at=NOW)
    assert writer("POST", f"/tasks/{approval.pk}/decision", {"approves": True})[1]["votes"] == []
