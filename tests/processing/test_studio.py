"""Designing, trying, comparing, publishing and carrying templates; who may; hostile files."""

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ruoshui.cases.actions import open_case
from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.processes.actions import finish_task
from ruoshui.processes.actions.templating import faults
from ruoshui.processes.models import Run, Task, TemplateVersion
from ruoshui.reports.process_log import xes_of
from tests.conftest import NOW
from tests.processing.drawings import APPLICATION, CARD, CHECK_FORM, LIMIT, drawing
from tests.processing.models import MODEL, decision, formula
from tests.processing.test_pages import signed_in

PLACE = "/settings/templates/enquiry"


@pytest.fixture
def admin(demo: SimpleNamespace) -> Client:
    return signed_in(demo.staff["admin"])


def save(client: Client, **parts: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"{PLACE}/draft", json.dumps(parts), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def drafted(admin: Client) -> Client:
    admin.post(f"{PLACE}/draft")
    forms = {"application": APPLICATION, "check": CHECK_FORM}
    assert save(admin, drawing=CARD, forms=forms, decisions=[LIMIT], documents=[]) == (200, {"faults": []})
    return admin


def draft() -> TemplateVersion:
    return TemplateVersion.objects.get(template__type__code="enquiry", state="draft")


def test_a_draft_is_saved_in_parts_and_says_what_is_wrong(drafted: Client) -> None:
    status, said = save(drafted, drawing=CARD.replace('ruoshui:role="clerk"', "", 1))
    assert (status, [(one["part"], one["place"]) for one in said["faults"]]) == (200, [("drawing", "check")])
    assert drafted.post(f"{PLACE}/publication", follow=True).text.count("which role") >= 1
    assert draft().forms["check"]["required"] == ["income"]


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "<a>" + "x" * 3_000_000 + "</a>",
        "no xml",
    ],
)
def test_a_hostile_drawing_is_refused_and_changes_nothing(drafted: Client, content: str) -> None:
    before = draft().drawing
    status, said = save(drafted, drawing=content)
    assert (status, len(said["refused"]) > 20, draft().drawing) == (422, True, before)
    upload = SimpleUploadedFile("x.bpmn", content.encode())
    drafted.post(f"{PLACE}/file", {"file": upload})
    assert draft().drawing == before


def test_a_trial_goes_all_the_way_and_leaves_nothing(drafted: Client) -> None:
    page = drafted.post(f"{PLACE}/trial", {"begin": "1", "form_name": "x"}).text
    steps = _kept(page)
    page = drafted.post(f"{PLACE}/trial", {"steps": steps, "node": "check", "form": "check", "form_income": "-1"}).text
    assert "at least 0" in page
    page = drafted.post(f"{PLACE}/trial", {"steps": steps, "node": "check", "form": "check", "form_income": "9e4"}).text
    assert ("limit = 80000" in page, "Approve" in page) == (True, True)
    page = drafted.post(f"{PLACE}/trial", {"steps": _kept(page), "node": "approve", "decision": "approve"}).text
    assert ("额度 80000" in page, "come to its end" in page) == (True, True)
    assert (Run.objects.exists(), Task.objects.exists()) == (False, False)


def _kept(page: str) -> str:
    from html import unescape

    return unescape(page.split('name="steps" value="')[1].split('"')[0])


def test_versions_are_published_compared_and_cases_moved(drafted: Client, demo: SimpleNamespace, customer: Any) -> None:
    drafted.post(f"{PLACE}/publication", {"note": "first"})
    demo.types["enquiry"].refresh_from_db()
    form = {"name": "x"}
    case = open_case(
        demo.types["enquiry"], subject="x", body="", customer=customer, form=form, unit=demo.units["city"],
        by=customer.actor, at=NOW,
    )  # fmt: skip
    drafted.post(f"{PLACE}/draft")
    save(drafted, drawing=CARD.replace("通知", "告知"))
    drafted.post(f"{PLACE}/publication", {"note": "second"})
    page = drafted.get(f"{PLACE}/comparison?old=1&new=2").text
    assert ("告知" in page, "taken out" in page) == (True, True)
    assert "1 cases were moved" in drafted.post(f"{PLACE}/cases", follow=True).text
    case.run.refresh_from_db()
    assert case.run.version.number == 2
    finish_task(Task.objects.get(case=case), answers={"income": 1.0}, by=SYSTEM, at=NOW)
    assert case.messages.filter(kind="notice", body="额度 5000").count() == 1


def test_a_template_is_carried_to_another_house(drafted: Client, demo: SimpleNamespace) -> None:
    drafted.post(f"{PLACE}/publication")
    packed = drafted.get(f"{PLACE}/file?what=pack").content
    dmn = drafted.get(f"{PLACE}/file?what=dmn").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.namelist()) == [
            "decisions/enquiry-limit.json", "forms/enquiry-application.json", "forms/enquiry-check.json", "pack.toml",
            "process/enquiry.bpmn",
        ]  # fmt: skip
    drafted.post("/settings/templates/billing/draft")
    drafted.post("/settings/templates/billing/file", {"file": SimpleUploadedFile("limit.dmn", dmn)})
    taken = TemplateVersion.objects.get(template__type__code="billing", state="draft").decisions
    assert [(one["code"], one["rules"]) for one in taken] == [("limit", [{**r, "note": ""} for r in LIMIT["rules"]])]  # type: ignore[dict-item]


def test_a_decision_model_comes_in_and_what_is_left_out_is_named(drafted: Client) -> None:
    odd = decision("odd", "Odd one", formula("for i in 1..3 return i"))
    drafted.post("/settings/templates/billing/draft")
    upload = SimpleUploadedFile("model.dmn", MODEL.replace("</definitions>", f"{odd}</definitions>").encode())
    page = drafted.post("/settings/templates/billing/file", {"file": upload}, follow=True).text
    assert "Left out (1), so that the process has to supply these answers as fields: “Odd one”: “for i in" in page
    taken = TemplateVersion.objects.get(template__type__code="billing", state="draft")
    assert {one["code"] for one in taken.decisions} >= {"total", "rate", "surcharge"}
    assert [text for part, _place, text in faults(taken) if part == "decisions"] == []


def test_a_table_that_asks_one_which_is_gone_keeps_a_template_from_being_published(drafted: Client) -> None:
    save(drafted, decisions=[LIMIT | {"first": [{"name": "rate", "table": "rate", "given": {}}]}])
    answer = drafted.post(f"{PLACE}/publication", {"note": ""}, follow=True)
    assert "there is no table “rate” to be asked" in answer.text


def test_a_process_asks_a_table_that_asks_another(drafted: Client, demo: SimpleNamespace, customer: Any) -> None:
    rate = {
        **LIMIT,
        "code": "rate",
        "name": "系数",
        "outputs": [{"name": "rate"}],
        "inputs": [{"name": "base", "type": "number"}],
    }
    rate["rules"] = [{"when": ["> 1"], "then": ["base * 100"]}]
    first = [{"name": "rate", "table": "rate", "given": {"base": "income + 1"}}]
    rows = [{"when": ["-"], "then": ["rate + 1"]}]
    assert save(drafted, decisions=[LIMIT | {"first": first, "rules": rows}, rate]) == (200, {"faults": []})
    drafted.post(f"{PLACE}/publication", {"note": ""})
    demo.types["enquiry"].refresh_from_db()
    case = open_case(
        demo.types["enquiry"], subject="x", body="", customer=customer, form={"name": "x"}, unit=demo.units["city"],
        by=customer.actor, at=NOW,
    )  # fmt: skip
    finish_task(Task.objects.get(case=case), answers={"income": 4.0}, by=SYSTEM, at=NOW)
    assert [one.body for one in case.messages.filter(kind="notice")] == ["额度 501"]


@pytest.mark.parametrize(("what", "part"), [("bpmn", "drawing"), ("dmn", "decision table")])
def test_a_part_that_a_template_lacks_is_no_empty_file(admin: Client, what: str, part: str) -> None:
    admin.post(f"{PLACE}/draft")
    answer = admin.get(f"{PLACE}/file?what={what}", follow=True)
    assert answer.redirect_chain == [(PLACE, 302)]
    assert f"has no {part} yet, so there is no file to download." in answer.text


@pytest.mark.parametrize("name", ["../out.toml", "/etc/x.toml", "evil.py", "a\\b.toml"])
def test_a_pack_file_that_leads_out_is_refused(drafted: Client, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")
    answer = drafted.post(f"{PLACE}/file", {"file": SimpleUploadedFile("p.zip", packed.getvalue())}, follow=True)
    assert ".bpmn and .dmn files only" in answer.text
    bad = drafted.post(f"{PLACE}/file", {"file": SimpleUploadedFile("p.zip", b"PK no")}, follow=True)
    assert "no zip file" in bad.text


@pytest.mark.parametrize("path", ["", "/enquiry", "/enquiry/trial", "/enquiry/comparison", "/enquiry/file"])
def test_only_those_with_the_right_design(demo: SimpleNamespace, path: str) -> None:
    assert signed_in(demo.staff["lead"]).get(f"/settings/templates{path}").status_code == 403


def test_a_type_that_is_not_there_is_not_found(admin: Client) -> None:
    assert admin.get("/settings/templates/nothing").status_code == 404
    assert CaseType.objects.filter(code="nothing").count() == 0


def test_the_process_map_counts_what_happened(demo: SimpleNamespace, drafted: Client, customer: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from ruoshui.cases.models import Case

    drafted.post(f"{PLACE}/publication")
    demo.types["enquiry"].refresh_from_db()
    at = timezone.now() - timedelta(hours=3)
    case = open_case(
        demo.types["enquiry"], subject="x", body="", customer=customer, form={"name": "x"}, unit=demo.units["city"],
        by=customer.actor, at=at,
    )  # fmt: skip
    finish_task(Task.objects.get(case=case), answers={"income": 1.0}, by=SYSTEM, at=at + timedelta(hours=1))
    page = signed_in(demo.staff["lead"]).get("/cockpit/processes?type=enquiry").text
    assert ("opened → Check" in page, "1 h" in page) == (True, True)
    xes = b"".join(xes_of(Case.objects.filter(pk=case.pk))).decode()
    assert xes.count("<event>") == 3
    assert (case.number in xes, "Check" in xes, customer.name in xes) == (True, True, False)
    south = signed_in(demo.staff["south"])
    assert south.get("/cockpit/processes").status_code == 403


def test_the_board_and_the_dossier_show_limits_and_steps(demo: SimpleNamespace, customer: Any) -> None:
    from django.utils import timezone

    case = open_case(
        demo.types["conn-resident"], subject="home", body="", customer=customer, unit=demo.units["city"],
        form={"kind": "新装", "address": "1"}, by=customer.actor, at=timezone.now(),
    )  # fmt: skip
    lead, south, chen = (signed_in(demo.staff[name]) for name in ("lead", "south", "chen"))
    board = lead.get("/work/boards/conn-resident").text
    assert ("Supply plan answered" in board, case.number in board, "Check the application" in board) == (True,) * 3
    assert chen.get("/work/boards/conn-resident").status_code == 403
    assert lead.get("/work/boards/1a").status_code == 200
    assert lead.get("/work/boards/nothing").status_code == 404
    dossier = chen.get(f"/work/cases/{case.pk}/dossier").text
    assert ("Check the application" in dossier, "Proof of identity" in dossier) == (True, True)
    assert south.get(f"/work/cases/{case.pk}/dossier").status_code == 404


def test_the_demo_drawing_of_one_line_is_a_process(drafted: Client) -> None:
    small = drawing("start s", "task a 做 role=clerk", "end e", "s > a", "a > e")
    assert save(drafted, drawing=small) == (200, {"faults": []})
