"""A case is solved when everything is done; a supervisor may say otherwise, with a reason."""

import pytest
from django.urls import reverse

from ruoshui.cases.actions import close_case, resolve_case
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, Override
from ruoshui.cases.refusals import NeedsSupervisor, WorkUnfinished
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.documents.actions import receive_document, require_documents, waive_requirement
from ruoshui.documents.actions.requiring import Wanted
from ruoshui.documents.models import Requirement
from ruoshui.processes.actions import add_task, finish_task
from ruoshui.processes.actions.templating import faults
from ruoshui.processes.models import Task
from ruoshui.processes.refusals import PapersMissing
from tests.conftest import NOW, refused
from tests.processing.drawings import drawing


@pytest.fixture
def chen(demo):
    return demo.staff["chen"]


@pytest.fixture
def lead(demo):
    return demo.staff["lead"]


def page_of(case):
    return reverse("workspace:case", args=[case.pk])


def task_of(case):
    return Task.objects.to_do().select_related("case", "run").filter(case=case).first()


def bring(case, code="id"):
    paper = Upload(name="id.txt", content="身份证".encode())
    receive_document(case, paper, requirement=Requirement.objects.get(case=case, code=code), by=SYSTEM, at=NOW)


@pytest.mark.parametrize("outcome", ["solved", "explained"])
def test_a_case_with_an_open_task_is_not_done(card, apply, chen, outcome):
    case = apply()
    with refused(WorkUnfinished) as info:
        close_case(case, outcome=outcome, by=chen.actor, at=NOW)
    names = [task.name for task in Task.objects.to_do().filter(case=case)]
    assert all(name in str(info.value) for name in ["ID card", "Proof of income", *names])
    with refused(WorkUnfinished):
        resolve_case(case, by=chen.actor, at=NOW)
    assert (Case.objects.get(pk=case.pk).state, Task.objects.to_do().filter(case=case).count()) == ("open", len(names))


@pytest.mark.parametrize("outcome", ["refused", "withdrawn", "unreachable", "duplicate"])
def test_other_outcomes_need_nothing_to_be_done(card, apply, chen, outcome):
    case = apply()
    close_case(case, outcome=outcome, by=chen.actor, at=NOW)
    assert (Case.objects.get(pk=case.pk).state, Override.objects.count()) == ("closed", 0)


def test_a_supervisor_ends_it_with_a_reason_that_stays_on_the_case(card, apply, lead):
    case = apply()
    close_case(case, outcome="solved", despite="客户已在他行办妥", by=lead.actor, at=NOW)
    (one,) = case.overrides.all()
    assert (one.reason, one.by, one.at) == ("客户已在他行办妥", lead.actor, NOW)
    assert set(one.names) >= {"ID card", "Proof of income"}


def test_who_is_no_supervisor_cannot_end_it_by_a_reason(card, apply, chen):
    case = apply()
    with refused(NeedsSupervisor):
        close_case(case, outcome="solved", despite="算了", by=chen.actor, at=NOW)
    with refused(NeedsSupervisor):
        resolve_case(case, despite="算了", by=chen.actor, at=NOW)


def test_a_reason_has_a_length(card, apply, lead):
    with refused(Invalid):
        close_case(apply(), outcome="solved", despite="长" * 501, by=lead.actor, at=NOW)


def test_a_reason_where_nothing_is_missing_is_no_override(opened, lead):
    case = opened()
    close_case(case, outcome="solved", despite="多余", by=lead.actor, at=NOW)
    assert not case.overrides.exists()


def test_a_task_a_colleague_added_is_to_be_done_too(opened, chen, lead):
    case = opened()
    add_task(case, name="核对发票", to=lead, asked_by=chen, by=chen.actor, at=NOW)
    with refused(WorkUnfinished) as info:
        close_case(case, outcome="solved", by=chen.actor, at=NOW)
    assert "核对发票" in str(info.value)
    finish_task(task_of(case), by=lead.actor, at=NOW)
    close_case(case, outcome="solved", by=chen.actor, at=NOW)
    assert case.state == "closed"


def test_a_paper_that_came_or_is_not_needed_is_not_missing(opened, chen):
    case = opened()
    wanted = [
        Wanted("id", "身份证", "ID card"),
        Wanted("deed", "房产证", "Deed"),
        Wanted("x", "其他", is_required=False),
    ]
    require_documents(case, wanted, by=SYSTEM, at=NOW)
    with refused(WorkUnfinished):
        close_case(case, outcome="solved", by=chen.actor, at=NOW)
    bring(case)
    waive_requirement(Requirement.objects.get(case=case, code="deed"), why="租户", by=chen.actor, at=NOW)
    close_case(case, outcome="solved", by=chen.actor, at=NOW)
    assert case.state == "closed"


ONE_TASK = drawing("start s", "task check 核对 role=clerk unit=case", "end e", "s > check", "check > e")
PAPERS = [{"code": "id", "name_zh": "身份证", "name_en": "ID card", "steps": "check later"}]


def test_a_step_that_needs_a_paper_waits_for_it(publish, apply, chen):
    publish(ONE_TASK, documents=[{**PAPERS[0], "steps": "check"}])
    case = apply(form={})
    with refused(PapersMissing) as info:
        finish_task(task_of(case), by=chen.actor, at=NOW)
    assert "ID card" in str(info.value)
    bring(case)
    finish_task(task_of(case), by=chen.actor, at=NOW)
    assert Case.objects.get(pk=case.pk).state == "resolved"


def test_a_process_that_ends_without_the_papers_leaves_the_case_open(publish, apply, chen):
    publish(ONE_TASK, documents=[{"code": "id", "name_zh": "身份证"}])
    case = apply(form={})
    finish_task(task_of(case), by=chen.actor, at=NOW)
    assert Case.objects.get(pk=case.pk).state == "open"
    bring(case)
    resolve_case(Case.objects.get(pk=case.pk), by=chen.actor, at=NOW)
    assert Case.objects.get(pk=case.pk).state == "resolved"


def test_a_document_for_a_step_that_the_drawing_does_not_have_is_a_fault(publish):
    version = publish(ONE_TASK, documents=[{"code": "id", "name_zh": "身份证"}])
    version.documents = PAPERS
    assert [(part, code) for part, code, _text in faults(version)] == [("documents", "id")]
    assert "later" in faults(version)[0][2]


def test_the_page_says_what_is_missing_and_offers_a_reason_to_supervisors_only(card, apply, signed_in):
    case = apply()
    page = signed_in("chen").get(page_of(case)).content.decode()
    assert "Not done yet" in page
    assert 'name="despite"' not in page
    assert 'name="despite"' in signed_in("lead").get(page_of(case)).content.decode()


def test_the_page_refuses_and_tells_what_is_missing_then_shows_the_reason(card, apply, signed_in):
    case = apply()
    client = signed_in("lead")
    told = client.post(reverse("workspace:close", args=[case.pk]), {"outcome": "solved"}, follow=True).content.decode()
    assert "ID card" in told
    assert Case.objects.get(pk=case.pk).state == "open"
    posted = {"outcome": "solved", "despite": "客户撤回资料"}
    page = client.post(reverse("workspace:close", args=[case.pk]), posted, follow=True).content.decode()
    assert "客户撤回资料" in page
    assert Case.objects.get(pk=case.pk).state == "closed"
