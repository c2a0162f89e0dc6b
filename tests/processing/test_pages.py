"""Tasks and documents on the pages of staff and customers."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.documents.models import Document, Requirement
from ruoshui.organization.models import Staff
from ruoshui.processes.actions import add_task, finish_task
from ruoshui.processes.models import Task, TaskState, TemplateVersion
from tests.conftest import NOW

Apply = Callable[..., Case]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def signed_in(staff: Staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff)
    return client


@pytest.fixture
def case(card: TemplateVersion, apply: Apply) -> Case:
    return apply()


def test_a_clerk_takes_and_finishes_a_task_on_its_page(demo: SimpleNamespace, case: Case) -> None:
    client, task = signed_in(demo.staff["chen"]), Task.objects.get(case=case)
    assert f"/work/tasks/{task.pk}" in client.get("/work/tasks").text
    client.post(f"/work/tasks/{task.pk}/taking")
    wrong = client.post(f"/work/tasks/{task.pk}/end", {"form_income": "-3"})
    assert (wrong.status_code, "at least 0" in wrong.text) == (422, True)
    client.post(f"/work/tasks/{task.pk}/end", {"form_income": "3000", "remark": "seen"})
    task.refresh_from_db()
    assert (task.state, task.answers, task.remark) == (TaskState.DONE, {"income": 3000.0}, "seen")


def test_the_case_page_shows_stages_tasks_and_documents(demo: SimpleNamespace, case: Case) -> None:
    page = signed_in(demo.staff["chen"]).get(f"/work/cases/{case.pk}").text
    for words in (
        "To do",
        "Check",
        "ID card",
        "2 missing",
        "No virus scanner is set up",
        '<li class="is-now">check</li>',
    ):
        assert words in page, words


def test_a_supervisor_decides_on_the_page(demo: SimpleNamespace, case: Case) -> None:
    finish_task(Task.objects.get(case=case), answers={"income": 90000.0}, by=SYSTEM, at=NOW)
    task = Task.objects.to_do().get(case=case)
    lead = signed_in(demo.staff["lead"])
    assert "Approve" in lead.get(f"/work/tasks/{task.pk}").text
    lead.post(f"/work/tasks/{task.pk}/decision", {"decision": "approve"})
    task.refresh_from_db()
    assert task.answers["approved"] is True


@pytest.mark.parametrize("name", ["south", "west"])
def test_a_stranger_finds_no_task_and_no_document(demo: SimpleNamespace, case: Case, name: str) -> None:
    task, stranger = Task.objects.get(case=case), signed_in(demo.staff[name])
    requirement = Requirement.objects.filter(case=case).first()
    assert requirement is not None
    clerk = signed_in(demo.staff["chen"])
    upload = {"requirement": requirement.pk, "files": SimpleUploadedFile("id.png", PNG)}
    clerk.post(f"/work/cases/{case.pk}/documents", upload)
    version = Document.objects.get(case=case).latest
    answers = [
        stranger.get(f"/work/tasks/{task.pk}").status_code,
        stranger.post(f"/work/tasks/{task.pk}/taking").status_code,
        stranger.get(f"/work/documents/{version.pk}").status_code,
        stranger.post(f"/work/cases/{case.pk}/documents", {}).status_code,
        Client().get(f"/case/{case.number}/documents/{version.pk}").status_code,
    ]
    assert answers == [404] * 5
    assert f"/work/tasks/{task.pk}" not in stranger.get("/work/tasks?sight=units").text


def test_a_colleague_of_the_unit_without_the_role_may_look_and_not_do(demo: SimpleNamespace, case: Case) -> None:
    task = Task.objects.get(case=case)
    task.role = demo.roles["lobby"]
    task.save()
    client = signed_in(demo.staff["chen"])
    assert (
        client.get(f"/work/tasks/{task.pk}").status_code,
        client.post(f"/work/tasks/{task.pk}/taking").status_code,
    ) == (200, 403)


def test_the_customer_brings_what_is_missing_in_the_portal(demo: SimpleNamespace, case: Case) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get(f"/case/{case.number}?code={case.access_code}", follow=True).text
    assert ("ID card" in page, "missing" in page, "Bring it" in page) == (True, True, True)
    requirement = Requirement.objects.get(case=case, code="id")
    bad = SimpleUploadedFile("id.png", b"not a picture")
    answer = client.post(
        f"/case/{case.number}/documents", {"requirement": requirement.pk, "file": bad}, follow=True
    ).text
    assert ("damaged or not" in answer, Document.objects.count()) == (True, 0)
    good = SimpleUploadedFile("id.png", PNG)
    client.post(f"/case/{case.number}/documents", {"requirement": requirement.pk, "file": good})
    document = Document.objects.get(case=case)
    assert (document.requirement, document.latest.content_type) == (requirement, "image/png")
    file = client.get(f"/case/{case.number}/documents/{document.latest.pk}")
    assert (b"".join(file), file.headers["Content-Disposition"][:10]) == (PNG, "attachment")


def test_what_is_sent_back_is_told_and_brought_again(demo: SimpleNamespace, case: Case) -> None:
    client, clerk = Client(headers={"accept-language": "en"}), signed_in(demo.staff["chen"])
    client.get(f"/case/{case.number}?code={case.access_code}")
    requirement = Requirement.objects.get(case=case, code="id")
    where, place = f"/case/{case.number}/documents", f"/work/cases/{case.pk}/documents"
    client.post(where, {"requirement": requirement.pk, "file": SimpleUploadedFile("id.png", PNG)})
    document = Document.objects.get(case=case)
    clerk.post(f"{place}/return", {"document": document.pk, "remark": "It is blurred"})
    assert "It is blurred" in client.get(f"/case/{case.number}").text
    client.post(where, {"requirement": requirement.pk, "file": SimpleUploadedFile("id2.png", PNG)})
    clerk.post(f"{place}/acceptance", {"document": document.pk})
    document = Document.objects.get(case=case)
    assert (document.state, document.latest.number, document.latest.name) == ("accepted", 2, "id2.png")


def test_internal_papers_are_not_the_customers(demo: SimpleNamespace, case: Case) -> None:
    client, clerk = Client(), signed_in(demo.staff["chen"])
    client.get(f"/case/{case.number}?code={case.access_code}")
    upload = {"files": SimpleUploadedFile("secret.png", PNG), "internal": "on", "title": "internal opinion"}
    clerk.post(f"/work/cases/{case.pk}/documents", upload)
    document = Document.objects.get(case=case)
    assert "internal opinion" not in client.get(f"/case/{case.number}").text
    assert client.get(f"/case/{case.number}/documents/{document.latest.pk}").status_code == 404


def test_a_picture_is_shown_and_a_text_is_not(demo: SimpleNamespace, case: Case) -> None:
    clerk = signed_in(demo.staff["chen"])
    for name, content in (("a.png", PNG), ("b.txt", b"<script>alert(1)</script>")):
        clerk.post(f"/work/cases/{case.pk}/documents", {"files": SimpleUploadedFile(name, content)})
    shown = [
        clerk.get(f"/work/documents/{one.latest.pk}?show").headers["Content-Disposition"].split(";")[0]
        for one in Document.objects.filter(case=case)
    ]
    assert shown == ["inline", "attachment"]


def test_a_text_inside_a_document_is_found(demo: SimpleNamespace, case: Case) -> None:
    clerk = signed_in(demo.staff["chen"])
    upload = {"files": SimpleUploadedFile("b.txt", "租赁合同编号八八六".encode("gb18030"))}
    clerk.post(f"/work/cases/{case.pk}/documents", upload)
    assert case.subject in clerk.get("/work/search", {"q": "合同编号八八"}).text


@pytest.mark.parametrize("sight", ["mine", "units"])
def test_the_list_of_tasks_costs_the_same_for_one_and_three(demo: SimpleNamespace, apply: Apply, sight: str) -> None:
    client, chen, counts = signed_in(demo.staff["chen"]), demo.staff["chen"], []
    client.get(f"/work/tasks?sight={sight}")  # what a process reads once in two seconds
    for more in (1, 2):
        for _each in range(more):
            add_task(apply(form=None), name="call", to=chen, by=SYSTEM, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/work/tasks?sight={sight}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_case_page_costs_the_same_for_one_and_three_tasks_and_papers(demo: SimpleNamespace, case: Case) -> None:
    client, counts = signed_in(demo.staff["chen"]), []
    place = f"/work/cases/{case.pk}"
    for more in (1, 2):
        for number in range(more):
            add_task(case, name="call", to=demo.staff["wang"], by=SYSTEM, at=NOW)
            client.post(f"{place}/documents", {"files": SimpleUploadedFile(f"{number}.png", PNG)})
        client.get(place)
        with CaptureQueriesContext(connection) as queries:
            client.get(place)
        counts.append(len(queries))
    assert counts[0] == counts[1]
